// SPDX-License-Identifier: Apache-2.0
// The links of a group (HDF5 File Format Specification 3.0, sections III.A.1, III.C, IV.A.2.g): old groups keep them in a
// B-tree and a local heap, new ones in the object header, or in a fractal heap if there are many.

import type { Cursor } from "../../bytes/cursor.ts";
import { limits } from "../../limits.ts";
import { readTree } from "./b-tree-v2.ts";
import { findHeapObject, readFractalHeap } from "./fractal-heap.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";
import { type HeapRange, readLocalHeap, textAt } from "./heap.ts";
import { type HeaderMessage, messageTypes } from "./object-header.ts";

/** One link of a group. */
export interface Link {
  readonly name: string;
  /** Where the link itself is written. */
  readonly at: number;
  readonly target:
    | { readonly kind: "object"; readonly address: number }
    | { readonly kind: "soft"; readonly path: string }
    | { readonly kind: "external"; readonly file: string; readonly path: string }
    | { readonly kind: "user-defined"; readonly type: number };
}

/** @throws {AibomError} HDF5_*, BYTES_OUT_OF_RANGE */
export function* readLinks(bytes: Hdf5Bytes, messages: readonly HeaderMessage[]): Generator<Link> {
  for (const message of messages) {
    const cursor = bytes.cursor(message.start, message.end);
    if (message.isShared && message.type === messageTypes.link) {
      throw bytes.unsupported("a link in a shared heap", message.start);
    }
    if (message.type === messageTypes.symbolTable) {
      const tree = bytes.existingAddress(cursor, "a group's B-tree");
      const heap = bytes.existingAddress(cursor, "a group's heap");
      yield* readSymbolTable(bytes, tree, readLocalHeap(bytes, heap));
    } else if (message.type === messageTypes.link) {
      yield readLink(bytes, cursor);
    } else if (message.type === messageTypes.linkInfo) {
      yield* readLinkInfo(bytes, cursor);
    }
  }
}

function* readLinkInfo(bytes: Hdf5Bytes, cursor: Cursor): Generator<Link> {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version !== 0) {
    throw bytes.unsupported(`link information version ${version}`, at);
  }
  cursor.skip((cursor.u8() & 1) === 0 ? 0 : 8);
  const heapAddress = bytes.address(cursor);
  const tree = bytes.address(cursor);
  if (heapAddress === undefined || tree === undefined) {
    return;
  }
  const heap = readFractalHeap(bytes, heapAddress);
  for (const record of readTree(bytes, tree, [5])) {
    // A hash of the name comes before the heap id.
    const { start, end } = findHeapObject(bytes, heap, record.start + 4);
    yield readLink(bytes, bytes.cursor(start, end));
  }
}

function readLink(bytes: Hdf5Bytes, cursor: Cursor): Link {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version !== 1) {
    throw bytes.unsupported(`link version ${version}`, at);
  }
  const flags = cursor.u8();
  const type = (flags & 8) === 0 ? 0 : cursor.u8();
  cursor.skip(((flags & 4) === 0 ? 0 : 8) + ((flags & 16) === 0 ? 0 : 1));
  const name = readName(bytes, cursor, bytes.uint(cursor, 1 << (flags & 3)));
  if (type === 0) {
    return { name, at, target: { kind: "object", address: bytes.existingAddress(cursor, "a link") } };
  }
  const length = cursor.u16();
  if (type === 1) {
    return { name, at, target: { kind: "soft", path: readName(bytes, cursor, length) } };
  }
  if (type !== 64) {
    return { name, at, target: { kind: "user-defined", type } };
  }
  // Version and flags, then the file and the path in it, each with a zero at its end.
  cursor.skip(1);
  const [file = "", path = ""] = readName(bytes, cursor, Math.max(0, length - 1)).split("\0");
  return { name, at, target: { kind: "external", file, path } };
}

function readName(bytes: Hdf5Bytes, cursor: Cursor, length: number): string {
  if (length > 2 * limits.maxNameBytes) {
    throw bytes.overLimit("bytes of one name", limits.maxNameBytes, cursor.offset);
  }
  return new TextDecoder().decode(cursor.bytes(length));
}

/** A B-tree of version 1 whose leaves are lists of symbols. */
function* readSymbolTable(bytes: Hdf5Bytes, tree: number, heap: HeapRange): Generator<Link> {
  const nodes = [tree];
  const visited = new Set<number>();
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (visited.has(node) || visited.size > limits.maxHdf5Objects) {
      throw bytes.invalid("a group's B-tree leads back to itself", node);
    }
    visited.add(node);
    if (bytes.cursor(node).u8() === 0x53) {
      yield* readSymbols(bytes, node, heap);
      continue;
    }
    const cursor = bytes.cursor(node);
    // The byte after the signature is the node's type, 0 for groups; `expect` compares it as a version.
    bytes.expect(cursor, "TREE", [0]);
    cursor.skip(1);
    const entries = cursor.u16();
    bytes.address(cursor);
    bytes.address(cursor);
    bytes.length(cursor);
    const children: number[] = [];
    for (let index = 0; index < entries; index += 1) {
      children.push(bytes.existingAddress(cursor, "a B-tree's node"));
      bytes.length(cursor);
    }
    nodes.push(...children.reverse());
  }
}

function* readSymbols(bytes: Hdf5Bytes, address: number, heap: HeapRange): Generator<Link> {
  const cursor = bytes.cursor(address);
  bytes.expect(cursor, "SNOD", [1]);
  cursor.skip(1);
  const symbols = cursor.u16();
  for (let index = 0; index < symbols; index += 1) {
    const at = cursor.offset;
    const name = textAt(bytes, heap, bytes.length(cursor), limits.maxNameBytes);
    const header = bytes.address(cursor);
    const cache = cursor.u32();
    cursor.skip(4);
    const scratch = cursor.u32();
    cursor.skip(12);
    if (cache === 2) {
      const path = textAt(bytes, heap, scratch, limits.maxNameBytes);
      yield { name, at, target: { kind: "soft", path } };
    } else if (header === undefined) {
      throw bytes.invalid("a link has no address", at);
    } else {
      yield { name, at, target: { kind: "object", address: header } };
    }
  }
}
