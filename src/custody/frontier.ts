// SPDX-License-Identifier: Apache-2.0
// The growing edge of a log: the last tile of each level and the last bundle, which is all that an append needs. They are
// held against the checkpoint before anything is built on them.

import { bundledEntry } from "../tlog/entry-bundle.ts";
import { emptyRoot, isSameHash, leafHash, nodeHash, rootOfInclusion, rootOver } from "../tlog/merkle.ts";
import { hashesAt, hashesOfTile, type Tile, tileWidth } from "../tlog/tile.ts";
import { damaged, readEntries, readTile } from "./log-files.ts";
import { type CustodyLog, treeOf, wrongRoot } from "./open-log.ts";

/** A tile and its bytes. */
export interface WrittenTile extends Tile {
  readonly bytes: Uint8Array;
}

export class Frontier {
  /** Hashes that are in no full tile yet, by level. */
  readonly #levels: Uint8Array[][];
  /** Entries that are in no full bundle yet. */
  #entries: Uint8Array[];
  readonly #full: WrittenTile[] = [];
  /** Levels with hashes that are not on disk yet. */
  readonly #grown = new Set<number>();
  #size: number;
  #lastLeaf: Uint8Array | undefined;

  private constructor(
    size: number,
    levels: Uint8Array[][],
    entries: readonly Uint8Array[],
    lastLeaf?: Uint8Array,
  ) {
    this.#size = size;
    this.#levels = levels;
    this.#entries = entries.map(bundledEntry);
    this.#lastLeaf = lastLeaf;
  }

  /** The edge of a log without entries. */
  static empty(): Frontier {
    return new Frontier(0, [], []);
  }

  /**
   * Reads the edge of a log and holds it against the checkpoint.
   * @throws {AibomError} CUSTODY_LOG_DAMAGED, SOURCE_*
   */
  static read(log: CustodyLog): Frontier {
    const { directory, checkpoint } = log;
    const { size } = checkpoint;
    const levels: Uint8Array[][] = [];
    for (let level = 0; hashesAt(level, size) > 0; level += 1) {
      const count = hashesAt(level, size);
      const tile = { level, index: Math.floor(count / tileWidth), width: count % tileWidth };
      levels.push(tile.width === 0 ? [] : [...hashesOfTile(readTile(directory, tile))]);
    }
    const leaves = levels[0] ?? [];
    const bundle = Math.floor(size / tileWidth);
    const entries = leaves.length === 0 ? [] : readEntries(directory, bundle, leaves.length);
    const frontier = new Frontier(size, levels, entries, leaves.at(-1) ?? lastOfFullTile(log));
    if (!isSameHash(frontier.root(), checkpoint.root)) {
      throw wrongRoot(log);
    }
    if (!entries.every((entry, index) => isSameHash(leafHash(entry), leaves[index] ?? entry))) {
      throw damaged("an entry has another hash than its tile says", directory);
    }
    return frontier;
  }

  get size(): number {
    return this.#size;
  }

  /** Hash of the last leaf, hexadecimal; undefined in an empty log. */
  get lastLeaf(): string | undefined {
    return this.#lastLeaf === undefined ? undefined : Buffer.from(this.#lastLeaf).toString("hex");
  }

  append(entry: Uint8Array): void {
    this.#entries.push(bundledEntry(entry));
    if (this.#entries.length === tileWidth) {
      const index = Math.floor(this.#size / tileWidth);
      this.#full.push({ level: "entries", index, width: tileWidth, bytes: Buffer.concat(this.#entries) });
      this.#entries = [];
    }
    this.#lastLeaf = leafHash(entry);
    this.#size += 1;
    this.#addHash(0, this.#lastLeaf);
  }

  #addHash(level: number, hash: Uint8Array): void {
    const hashes = this.#levels[level] ?? [];
    this.#levels[level] = hashes;
    this.#grown.add(level);
    hashes.push(hash);
    if (hashes.length === tileWidth) {
      const index = hashesAt(level, this.#size) / tileWidth - 1;
      this.#full.push({ level, index, width: tileWidth, bytes: Buffer.concat(hashes) });
      this.#levels[level] = [];
      this.#addHash(level + 1, rootOver(hashes));
    }
  }

  /** The tiles and bundles that became full since the last call. */
  takeFull(): readonly WrittenTile[] {
    return this.#full.splice(0);
  }

  /** The tiles and the bundle at the edge that grew, none of them full. The others are on disk, and stay as they are. */
  partial(): readonly WrittenTile[] {
    const tiles = this.#levels.map((hashes, level): WrittenTile => {
      const index = Math.floor(hashesAt(level, this.#size) / tileWidth);
      return { level, index, width: hashes.length, bytes: Buffer.concat(hashes) };
    });
    const index = Math.floor(this.#size / tileWidth);
    const entries: WrittenTile = {
      level: "entries",
      index,
      width: this.#entries.length,
      bytes: Buffer.concat(this.#entries),
    };
    return [entries, ...tiles.filter(({ level }) => this.#grown.has(Number(level)))].filter(
      ({ width }) => width > 0,
    );
  }

  /** The root: the complete subtrees from the largest to the smallest, joined from the right. */
  root(): Uint8Array {
    const peaks = this.#levels.toReversed().flatMap((hashes) => {
      const subtrees: Uint8Array[] = [];
      let start = 0;
      for (let count = tileWidth / 2; count >= 1; count /= 2) {
        if (hashes.length - start >= count) {
          subtrees.push(rootOver(hashes.slice(start, start + count)));
          start += count;
        }
      }
      return subtrees;
    });
    const last = peaks.pop();
    return last === undefined ? emptyRoot() : peaks.reduceRight((right, left) => nodeHash(left, right), last);
  }
}

/** The last leaf of a log whose last tile is full: no edge has it, so it is proved. */
function lastOfFullTile(log: CustodyLog): Uint8Array | undefined {
  const { size, root } = log.checkpoint;
  if (size === 0) {
    return undefined;
  }
  const tree = treeOf(log);
  const leaf = tree.leaf(size - 1);
  const found = rootOfInclusion(leaf, size - 1, size, tree.inclusionProof(size - 1));
  if (found === undefined || !isSameHash(found, root)) {
    throw wrongRoot(log);
  }
  return leaf;
}
