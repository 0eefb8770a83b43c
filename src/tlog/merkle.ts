// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 6962, section 2.1: hashes of leaves and nodes, and the checks of inclusion and consistency proofs
// as RFC 9162, sections 2.1.3.2 and 2.1.4.2, walks them. Sizes are whole numbers below 2^53, so halves are taken by division.

import { hash } from "node:crypto";

/** Bytes of a SHA-256 hash. */
export const hashBytes = 32;

/** Hashes of a proof at most: no tree below 2^53 leaves is deeper, and a consistency proof has one more. */
export const maxProofHashes = 63;

/** The hash of a leaf: one byte in front keeps leaves and nodes apart. */
export function leafHash(entry: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(entry.length + 1);
  bytes[0] = 0;
  bytes.set(entry, 1);
  return hash("sha256", bytes, "buffer");
}

const node = Buffer.alloc(1 + 2 * hashBytes);
node[0] = 1;

/** The hash of a node over its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + hashBytes);
  return hash("sha256", node, "buffer");
}

/** The root of a tree without leaves. */
export function emptyRoot(): Uint8Array {
  return hash("sha256", new Uint8Array(0), "buffer");
}

/** The largest power of two below `count`, which is two or more. */
export function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) {
    power *= 2;
  }
  return power;
}

/** The root over `leaves` hashes of leaves (or of complete subtrees of one height). */
export function rootOver(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (first === undefined) {
    return emptyRoot();
  }
  if (hashes.length === 1) {
    return first;
  }
  const split = splitPoint(hashes.length);
  return nodeHash(rootOver(hashes.slice(0, split)), rootOver(hashes.slice(split)));
}

/** The root that an inclusion proof leads to, or undefined if the proof cannot be one for this place. */
export function rootOfInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!(index >= 0 && index < size)) {
    return undefined;
  }
  let place = index;
  let last = size - 1;
  let root = leaf;
  for (const sibling of proof) {
    if (last === 0) {
      return undefined;
    }
    if (place % 2 === 1 || place === last) {
      root = nodeHash(sibling, root);
      while (place % 2 === 0 && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      root = nodeHash(root, sibling);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 ? root : undefined;
}

/** A tree head: how many leaves, and the root over them. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** True if `proof` shows that the tree of `newer` begins with the whole tree of `older`. */
export function isConsistent(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (older.size > newer.size) {
    return false;
  }
  if (older.size === newer.size) {
    return proof.length === 0 && isSameHash(older.root, newer.root);
  }
  if (older.size === 0) {
    return proof.length === 0 && isSameHash(older.root, emptyRoot());
  }
  // The root of a complete tree is its own first hash, and is left out of the proof.
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) {
    return false;
  }
  let place = older.size - 1;
  let last = newer.size - 1;
  while (place % 2 === 1) {
    place = half(place);
    last = half(last);
  }
  let oldRoot = first;
  let newRoot = first;
  for (const sibling of rest) {
    if (last === 0) {
      return false;
    }
    if (place % 2 === 1 || place === last) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
      while (place % 2 === 0 && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      newRoot = nodeHash(newRoot, sibling);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && isSameHash(oldRoot, older.root) && isSameHash(newRoot, newer.root);
}

/** True if the two hashes are the same bytes. */
export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === hashBytes && Buffer.compare(one, other) === 0;
}

/** True for 1, 2, 4, 8 … */
export function isPowerOfTwo(count: number): boolean {
  return count === 1 || (count > 1 && splitPoint(count) * 2 === count);
}

function half(value: number): number {
  return Math.floor(value / 2);
}
