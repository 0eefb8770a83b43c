// SPDX-License-Identifier: Apache-2.0
// A tree that is read from tiles: its root, and the proofs of RFC 6962, sections 2.1.1 and 2.1.2. Tiles are believed
// while a proof is made, and the proof is then checked against a signed root: a tile that was changed makes no proof.

import { emptyRoot, hashBytes, isPowerOfTwo, rootOver, splitPoint } from "./merkle.ts";
import { hashesAt, hashesOfTile, type Tile, tileWidth, widthOf } from "./tile.ts";

/** Levels of the tree in one level of tiles. */
const tileHeight = 8;

/** Reads a tile of hashes: exactly `width` hashes, or throws. */
export type TileReader = (tile: Tile) => Uint8Array;

/** The tree of the first `size` leaves. Tiles that were read are kept: make a new one for each question or few. */
export class TileTree {
  readonly size: number;
  readonly #read: TileReader;
  readonly #tiles = new Map<string, readonly Uint8Array[]>();

  constructor(size: number, read: TileReader) {
    this.size = size;
    this.#read = read;
  }

  root(): Uint8Array {
    return this.size === 0 ? emptyRoot() : this.#over(0, this.size);
  }

  /** The hash of leaf `index`. */
  leaf(index: number): Uint8Array {
    return this.#complete(index, 1);
  }

  /** From the leaf's sibling up to the child of the root. */
  inclusionProof(index: number): readonly Uint8Array[] {
    const proof: Uint8Array[] = [];
    let start = 0;
    let end = this.size;
    while (end - start > 1) {
      const middle = start + splitPoint(end - start);
      if (index < middle) {
        proof.unshift(this.#over(middle, end));
        end = middle;
      } else {
        proof.unshift(this.#over(start, middle));
        start = middle;
      }
    }
    return proof;
  }

  /** Shows that this tree begins with its first `older` leaves, which are at least one. */
  consistencyProof(older: number): readonly Uint8Array[] {
    const proof: Uint8Array[] = [];
    let start = 0;
    let end = this.size;
    // Whether the part that is left is the whole older tree, whose root the reader has.
    let isWhole = true;
    while (end !== older) {
      const middle = start + splitPoint(end - start);
      if (older <= middle) {
        proof.unshift(this.#over(middle, end));
        end = middle;
      } else {
        proof.unshift(this.#over(start, middle));
        start = middle;
        isWhole = false;
      }
    }
    return isWhole ? proof : [this.#over(start, end), ...proof];
  }

  /** The hash over the leaves from `start` to before `end`, where `start` is a multiple of every power of two below. */
  #over(start: number, end: number): Uint8Array {
    const count = end - start;
    if (isPowerOfTwo(count)) {
      return this.#complete(start, count);
    }
    const middle = start + splitPoint(count);
    return rootOver([this.#over(start, middle), this.#over(middle, end)]);
  }

  #complete(start: number, count: number): Uint8Array {
    let level = 0;
    let span = 1;
    while (span * 2 ** tileHeight <= count) {
      level += 1;
      span *= 2 ** tileHeight;
    }
    const first = start / span;
    const index = Math.floor(first / tileWidth);
    const offset = first % tileWidth;
    return rootOver(this.#tile(level, index).slice(offset, offset + count / span));
  }

  #tile(level: number, index: number): readonly Uint8Array[] {
    const name = `${level}/${index}`;
    const known = this.#tiles.get(name);
    if (known !== undefined) {
      return known;
    }
    const width = widthOf(index, hashesAt(level, this.size));
    const bytes = this.#read({ level, index, width });
    if (bytes.length !== width * hashBytes) {
      throw new Error(`a tile of ${width} hashes was read as ${bytes.length} bytes`);
    }
    const hashes = hashesOfTile(bytes);
    this.#tiles.set(name, hashes);
    return hashes;
  }
}
