// SPDX-License-Identifier: Apache-2.0
// Version 2 B-trees (HDF5 File Format Specification 3.0, section III.A.2): the index of links and attributes that are
// too many for an object header. All records are handed out; their order does not matter here.

import { limits } from "../../limits.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";

const maxDepth = 16;

/** Where each record of a tree lies. */
export interface TreeRecord {
  readonly start: number;
  readonly end: number;
}

interface Tree {
  readonly type: number;
  readonly nodeBytes: number;
  readonly recordBytes: number;
  /** By depth, from the leaves: bytes that the number of all records below takes. */
  readonly totalBytes: readonly number[];
  readonly countBytes: number;
}

interface Node {
  readonly address: number;
  readonly records: number;
  readonly depth: number;
}

/** @throws {AibomError} HDF5_INVALID, HDF5_UNSUPPORTED, HDF5_OVER_LIMIT, BYTES_OUT_OF_RANGE */
export function* readTree(
  bytes: Hdf5Bytes,
  address: number,
  types: readonly number[],
): Generator<TreeRecord> {
  const cursor = bytes.cursor(address);
  bytes.expect(cursor, "BTHD", [0]);
  const type = cursor.u8();
  const nodeBytes = cursor.u32();
  const recordBytes = cursor.u16();
  const depth = cursor.u16();
  cursor.skip(2);
  const root = bytes.address(cursor);
  const records = cursor.u16();
  if (!types.includes(type) || recordBytes === 0) {
    throw bytes.invalid(`a B-tree of type ${type} is not expected here`, address);
  }
  if (depth > maxDepth) {
    throw bytes.overLimit("levels of one B-tree", maxDepth, address);
  }
  if (root !== undefined) {
    yield* walk(
      bytes,
      { type, nodeBytes, recordBytes, ...widths(bytes, nodeBytes, recordBytes, depth) },
      {
        address: root,
        records,
        depth,
      },
    );
  }
}

function* walk(bytes: Hdf5Bytes, tree: Tree, root: Node): Generator<TreeRecord> {
  const nodes: Node[] = [root];
  const visited = new Set<number>();
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (visited.has(node.address) || visited.size > limits.maxHdf5Objects) {
      throw bytes.invalid("a B-tree leads back to itself", node.address);
    }
    visited.add(node.address);
    const cursor = bytes.cursor(node.address);
    bytes.expect(cursor, node.depth === 0 ? "BTLF" : "BTIN", [0]);
    if (cursor.u8() !== tree.type) {
      throw bytes.invalid("a B-tree's node is of another type", node.address);
    }
    for (let index = 0; index < node.records; index += 1) {
      yield { start: cursor.offset, end: cursor.offset + tree.recordBytes };
      cursor.skip(tree.recordBytes);
    }
    for (let index = 0; node.depth > 0 && index <= node.records; index += 1) {
      const child = bytes.existingAddress(cursor, "a B-tree's node");
      const records = bytes.uint(cursor, tree.countBytes);
      bytes.uint(cursor, tree.totalBytes[node.depth - 1] ?? 0);
      nodes.push({ address: child, records, depth: node.depth - 1 });
    }
  }
}

/** How wide the counts in inner nodes are: it follows from how many records fit at most. */
function widths(
  bytes: Hdf5Bytes,
  nodeBytes: number,
  recordBytes: number,
  depth: number,
): { totalBytes: readonly number[]; countBytes: number } {
  const nodeHeader = 10;
  const leafRecords = Math.floor((nodeBytes - nodeHeader) / recordBytes);
  const countBytes = encodedBytes(leafRecords);
  const totalBytes = [0];
  let total = leafRecords;
  for (let level = 1; level <= depth; level += 1) {
    const pointer = bytes.addressBytes + countBytes + (totalBytes[level - 1] ?? 0);
    const records = Math.floor((nodeBytes - nodeHeader - pointer) / (recordBytes + pointer));
    total = (records + 1) * total + records;
    totalBytes.push(encodedBytes(total));
  }
  return { totalBytes, countBytes };
}

/** Bytes that a number up to `largest` takes. */
export function encodedBytes(largest: number): number {
  return largest < 1 ? 1 : Math.min(8, Math.floor(Math.log2(largest) / 8) + 1);
}
