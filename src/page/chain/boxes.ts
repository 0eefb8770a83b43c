// SPDX-License-Identifier: Apache-2.0
// From nodes to boxes: a column shows as many nodes by themselves as a screen holds, and groups of the others. What was not
// allowed is drawn by itself as long as there is room; the rest is grouped as finely as fits.

import { pageLimits } from "../../page-limits.ts";
import { toneOrder } from "../marks.ts";
import type { ChainGraph, ChainNode } from "./graph.ts";

/** One node, or many alike. */
export interface ChainBox {
  readonly column: number;
  /** All of one tone and one kind of title; at least one. */
  readonly nodes: readonly ChainNode[];
}

export interface ChainLink {
  /** Indices of boxes. */
  readonly from: number;
  readonly to: number;
  readonly isLineage: boolean;
  /** How many relations it stands for. */
  readonly weight: number;
}

export interface ChainBoxes {
  readonly boxes: readonly ChainBox[];
  readonly links: readonly ChainLink[];
}

export function chainBoxes({ nodes, edges }: ChainGraph): ChainBoxes {
  const parents = parentsOf({ nodes, edges });
  const boxes: ChainBox[] = [];
  const boxOf = new Map<string, number>();
  const columns = [...new Set(nodes.map(({ column }) => column))].sort((left, right) => left - right);
  for (const column of columns) {
    const inColumn = nodes.filter((node) => node.column === column);
    for (const group of groups(inColumn, (node) => parentBoxes(node, parents, boxOf))) {
      for (const { ref } of group) {
        boxOf.set(ref, boxes.length);
      }
      boxes.push({ column, nodes: group });
    }
  }
  return { boxes, links: links(edges, boxOf) };
}

/** What leads to each node from the left. */
function parentsOf({ nodes, edges }: ChainGraph): ReadonlyMap<string, readonly string[]> {
  const columns = new Map(nodes.map(({ ref, column }) => [ref, column]));
  const parents = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if ((columns.get(from) ?? 0) < (columns.get(to) ?? 0)) {
      const list = parents.get(to) ?? [];
      list.push(from);
      parents.set(to, list);
    }
  }
  return parents;
}

function parentBoxes(
  { ref }: ChainNode,
  parents: ReadonlyMap<string, readonly string[]>,
  boxOf: ReadonlyMap<string, number>,
): string {
  const seen = new Set((parents.get(ref) ?? []).map((parent) => boxOf.get(parent)));
  return [...seen].sort().join(" ");
}

type Key = (node: ChainNode) => string;

function groups(nodes: readonly ChainNode[], parents: Key): readonly (readonly ChainNode[])[] {
  const sorted = [...nodes].sort((left, right) => concern(left) - concern(right));
  if (sorted.length <= pageLimits.maxBoxesInColumn) {
    return sorted.map((node) => [node]);
  }
  const problems = sorted.filter(({ tone }) => tone === "bad" || tone === "open" || tone === "waived");
  const single = problems.slice(0, pageLimits.maxProblemBoxesInColumn);
  const others = sorted.slice(single.length);
  const room = pageLimits.maxBoxesInColumn - single.length;
  const alike: Key = ({ tone, kind }) => `${tone} ${kind}`;
  const keys: readonly Key[] = [
    (node) => `${alike(node)} ${node.detail} ${parents(node)}`,
    (node) => `${alike(node)} ${parents(node)}`,
    (node) => `${alike(node)} ${node.detail}`,
    alike,
    ({ tone }) => tone,
  ];
  const choices = keys.map((key) => Map.groupBy(others, key));
  const chosen = choices.find(({ size }) => size <= room) ?? choices.at(-1);
  return [...single.map((node) => [node]), ...(chosen?.values() ?? [])];
}

function concern({ tone, isArtifact }: ChainNode): number {
  return toneOrder.indexOf(tone) * 2 + (isArtifact ? 0 : 1);
}

function links(edges: ChainGraph["edges"], boxOf: ReadonlyMap<string, number>): readonly ChainLink[] {
  const found = new Map<string, { from: number; to: number; isLineage: boolean; weight: number }>();
  for (const edge of edges) {
    const [from = 0, to = 0] = [boxOf.get(edge.from), boxOf.get(edge.to)];
    if (from === to) {
      continue;
    }
    const key = `${from} ${to}`;
    const link = found.get(key) ?? { from, to, isLineage: edge.isLineage, weight: 0 };
    link.weight += 1;
    link.isLineage = link.isLineage && edge.isLineage;
    found.set(key, link);
  }
  return [...found.values()];
}
