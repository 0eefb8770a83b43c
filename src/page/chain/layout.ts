// SPDX-License-Identifier: Apache-2.0
// Where boxes and lines stand. Layers as in Sugiyama's method: lines that pass a column get a lane in it, the order within a
// column follows the neighbours (barycentres), and heights are the least squares that keep the distances.

import type { ChainBoxes } from "./boxes.ts";

export const boxSize = { width: 190, height: 48 } as const;
/** Between columns, between boxes of one column, and between a lane and what is beside it. */
const gap = { column: 36, box: 16, lane: 8 } as const;
/** Above the boxes stand the titles of the columns. */
const top = 34;
const sweeps = 6;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ChainLayout {
  readonly width: number;
  readonly height: number;
  /** The columns that have boxes, with the left edge of each. */
  readonly columns: readonly { readonly column: number; readonly x: number }[];
  /** The top left corner of each box. */
  readonly boxes: readonly Point[];
  /** For each link the points from one box to the other. */
  readonly lines: readonly (readonly Point[])[];
}

/** A box, or a lane (of no height) by which lines pass a column. */
interface Item {
  readonly column: number;
  readonly height: number;
  readonly neighbours: Item[];
  /** Middle. */
  y: number;
}

export function chainLayout({ boxes, links }: ChainBoxes): ChainLayout {
  const used = [...new Set(boxes.map(({ column }) => column))].sort((left, right) => left - right);
  const items = boxes.map(
    ({ column }): Item => ({ column: used.indexOf(column), height: boxSize.height, neighbours: [], y: 0 }),
  );
  const columns: Item[][] = used.map((_, index) => items.filter(({ column }) => column === index));
  const routes = routesOf(links, items, columns);
  order(columns);
  const bottom = place(columns);
  const left = (column: number): number => 1 + column * (boxSize.width + gap.column);
  return {
    width: left(used.length) - gap.column + 1,
    height: Math.ceil(bottom + 3),
    columns: used.map((column, index) => ({ column, x: left(index) })),
    boxes: items.map(({ column, y }) => ({ x: left(column), y: y - boxSize.height / 2 })),
    lines: routes.map((path) => points(path, left)),
  };
}

/**
 * The items that each line goes through: lanes in the columns between. Lines share lanes with the others of the busier of
 * their ends, so that a lane always is one box's.
 */
function routesOf(
  links: ChainBoxes["links"],
  items: readonly Item[],
  columns: readonly Item[][],
): readonly (readonly Item[])[] {
  const uses = new Map<number, number>();
  for (const index of links.flatMap(({ from, to }) => [from, to])) {
    uses.set(index, (uses.get(index) ?? 0) + 1);
  }
  const lanes = new Map<string, Item>();
  return links.map(({ from, to }) => {
    const [source, target] = [items[from], items[to]];
    if (source === undefined || target === undefined) {
      return [];
    }
    const owner = (uses.get(from) ?? 0) >= (uses.get(to) ?? 0) ? `from ${from}` : `to ${to}`;
    const [first, last] = source.column <= target.column ? [source, target] : [target, source];
    const path = [first];
    for (let column = first.column + 1; column < last.column; column += 1) {
      const key = `${column} ${owner}`;
      let lane = lanes.get(key);
      if (lane === undefined) {
        lane = { column, height: 0, neighbours: [], y: 0 };
        lanes.set(key, lane);
        columns[column]?.push(lane);
      }
      path.push(lane);
    }
    path.push(last);
    for (const [index, item] of path.slice(1).entries()) {
      join(path[index] ?? first, item);
    }
    return source === first ? path : path.reverse();
  });
}

function join(left: Item, right: Item): void {
  if (left.column === right.column || left.neighbours.includes(right)) {
    return;
  }
  left.neighbours.push(right);
  right.neighbours.push(left);
}

/** Orders each column by the middle of the neighbours in the column before, then in the one behind, and so on. */
function order(columns: readonly Item[][]): void {
  for (const column of columns) {
    rank(column);
  }
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const step = sweep % 2 === 0 ? -1 : 1;
    for (const column of step === -1 ? columns : [...columns].reverse()) {
      const wish = new Map(column.map((item) => [item, mean(item, item.column + step)]));
      column.sort((left, right) => (wish.get(left) ?? 0) - (wish.get(right) ?? 0));
      rank(column);
    }
  }
}

/** Relative places, so that columns of different lengths compare. */
function rank(column: readonly Item[]): void {
  for (const [index, item] of column.entries()) {
    item.y = (index + 0.5) / column.length;
  }
}

/** The mean of the neighbours in one column, or in all; of an item without neighbours its own place. */
function mean({ y, neighbours }: Item, column?: number): number {
  const near = neighbours.filter((each) => column === undefined || each.column === column);
  return near.length === 0 ? y : near.reduce((sum, each) => sum + each.y, 0) / near.length;
}

/** From the middle of one item to the middle of the next. */
function distance(upper: Item, lower: Item): number {
  const between = upper.height === 0 || lower.height === 0 ? gap.lane : gap.box;
  return (upper.height + lower.height) / 2 + between;
}

/** The middle of each item, if the column begins at 0. */
function offsetsOf(column: readonly Item[]): readonly number[] {
  const offsets: number[] = [];
  for (const [index, item] of column.entries()) {
    const before = column[index - 1];
    offsets.push(before === undefined ? 0 : (offsets[index - 1] ?? 0) + distance(before, item));
  }
  return offsets;
}

/** Gives every item its place on the page; returns the lowest edge. */
function place(columns: readonly Item[][]): number {
  for (const column of columns) {
    const offsets = offsetsOf(column);
    for (const [index, item] of column.entries()) {
      item.y = (offsets[index] ?? 0) - (offsets.at(-1) ?? 0) / 2;
    }
  }
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (const column of sweep % 2 === 0 ? columns : [...columns].reverse()) {
      settle(
        column,
        column.map((item) => mean(item)),
      );
    }
  }
  const all = columns.flat();
  const highest = Math.min(...all.map(({ y, height }) => y - height / 2));
  for (const item of all) {
    item.y += top - highest;
  }
  return Math.max(...all.map(({ y, height }) => y + height / 2));
}

/**
 * The places nearest to `wishes` that keep order and distances: with the distances taken off it is an isotonic regression,
 * solved by joining neighbours that are in each other's way.
 */
function settle(column: readonly Item[], wishes: readonly number[]): void {
  const offsets = offsetsOf(column);
  const blocks: { sum: number; size: number }[] = [];
  for (const [index, wish] of wishes.entries()) {
    let block = { sum: wish - (offsets[index] ?? 0), size: 1 };
    for (let before = blocks.at(-1); before !== undefined; before = blocks.at(-1)) {
      if (before.sum / before.size <= block.sum / block.size) {
        break;
      }
      block = { sum: before.sum + block.sum, size: before.size + block.size };
      blocks.pop();
    }
    blocks.push(block);
  }
  const places = blocks.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size));
  for (const [index, item] of column.entries()) {
    item.y = (places[index] ?? 0) + (offsets[index] ?? 0);
  }
}

/** From the edge of one box to the edge of the other; across each column between on its lane. */
function points(path: readonly Item[], left: (column: number) => number): readonly Point[] {
  const [first, last] = [path[0], path.at(-1)];
  if (first === undefined || last === undefined) {
    return [];
  }
  if (first.column === last.column) {
    const x = left(first.column) + boxSize.width;
    return [
      { x, y: first.y },
      { x, y: last.y },
    ];
  }
  const isForward = first.column < last.column;
  const edges = (item: Item): readonly [Point, Point] => {
    const [near, far] = [left(item.column), left(item.column) + boxSize.width];
    const [entry, exit] = isForward ? [near, far] : [far, near];
    return [
      { x: entry, y: item.y },
      { x: exit, y: item.y },
    ];
  };
  return path.flatMap((item) => {
    const [entry, exit] = edges(item);
    return item === first ? [exit] : item === last ? [entry] : [entry, exit];
  });
}
