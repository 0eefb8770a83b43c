// SPDX-License-Identifier: Apache-2.0
// Tiles (C2SP tlog-tiles): a log's hashes in files of 256, and its entries in bundles of 256. A tile that is not full yet
// has its width in its name, so that a file never changes once a checkpoint spans it.

import { hashBytes } from "./merkle.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256;

/** Levels of tiles that a tree below 2^53 leaves can have. */
export const maxTileLevel = 6;

/** A file of the log: hashes of one level (0: of leaves), or entries. */
export interface Tile {
  readonly level: number | "entries";
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
}

/** The path below the log's prefix: `tile/0/x001/x234/067.p/5`. */
export function tilePath({ level, index, width }: Tile): string {
  const suffix = width === tileWidth ? "" : `.p/${width}`;
  return `tile/${level}/${indexPath(index)}${suffix}`;
}

function indexPath(index: number): string {
  const groups: string[] = [];
  let rest = index;
  do {
    groups.unshift(String(rest % 1000).padStart(3, "0"));
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join("/");
}

/** Hashes that level `level` of a tree of `size` leaves has. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** The width of tile `index` of a level that has `count` hashes; 0 if there is no such tile. */
export function widthOf(index: number, count: number): number {
  return Math.max(0, Math.min(tileWidth, count - index * tileWidth));
}

/** The last tile of each level, for a tree of `size` leaves: the tiles that its last leaf is in. */
export function lastTiles(size: number): readonly Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const count = hashesAt(level, size);
    const index = Math.floor((count - 1) / tileWidth);
    tiles.push({ level, index, width: widthOf(index, count) });
  }
  return tiles;
}

/** The hashes of a tile's bytes. */
export function hashesOfTile(bytes: Uint8Array): readonly Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += hashBytes) {
    hashes.push(bytes.subarray(at, at + hashBytes));
  }
  return hashes;
}
