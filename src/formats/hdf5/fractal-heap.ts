// SPDX-License-Identifier: Apache-2.0
// Fractal heaps (HDF5 File Format Specification 3.0, section III.G): the links and attributes of large groups.
// A heap id leads to an object: in the heap's blocks ("managed"), in the id itself ("tiny"), or somewhere in the
// file ("huge"). Heaps whose blocks are compressed are refused; nobody writes them for links.

import { encodedBytes, readTree } from "./b-tree-v2.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";
import type { HeapRange } from "./heap.ts";

const maxDepth = 16;

/** What the heap's header says. */
export interface FractalHeap {
  readonly address: number;
  readonly idBytes: number;
  readonly hugeTree: number | undefined;
  readonly width: number;
  readonly startBlockBytes: number;
  readonly maxDirectBlockBytes: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly root: number | undefined;
  /** Rows of the root block; 0 if the root is a block of objects itself. */
  readonly rows: number;
}

/** @throws {AibomError} HDF5_INVALID, HDF5_UNSUPPORTED, BYTES_OUT_OF_RANGE */
export function readFractalHeap(bytes: Hdf5Bytes, address: number): FractalHeap {
  const cursor = bytes.cursor(address);
  bytes.expect(cursor, "FRHP", [0]);
  const idBytes = cursor.u16();
  if (cursor.u16() !== 0) {
    throw bytes.unsupported("a compressed fractal heap", address);
  }
  cursor.skip(1);
  const maxManaged = cursor.u32();
  bytes.length(cursor);
  const hugeTree = bytes.address(cursor);
  bytes.length(cursor);
  bytes.address(cursor);
  // Amounts of space and numbers of objects.
  cursor.skip(8 * bytes.lengthBytes);
  const width = cursor.u16();
  const startBlockBytes = bytes.length(cursor);
  const maxDirectBlockBytes = bytes.length(cursor);
  const offsetBytes = Math.ceil(cursor.u16() / 8);
  cursor.skip(2);
  const root = bytes.address(cursor);
  const rows = cursor.u16();
  if (width === 0 || startBlockBytes === 0 || offsetBytes > 8 || maxDirectBlockBytes < startBlockBytes) {
    throw bytes.invalid("a fractal heap's table has no size", address);
  }
  const lengthBytes = encodedBytes(Math.min(maxDirectBlockBytes, maxManaged));
  return {
    address,
    idBytes,
    hugeTree,
    width,
    startBlockBytes,
    maxDirectBlockBytes,
    offsetBytes,
    lengthBytes,
    root,
    rows,
  };
}

/** Where the object with the id at `start` lies. @throws {AibomError} HDF5_INVALID, HDF5_UNSUPPORTED */
export function findHeapObject(bytes: Hdf5Bytes, heap: FractalHeap, start: number): HeapRange {
  const cursor = bytes.cursor(start, start + heap.idBytes);
  const flags = cursor.u8();
  switch ((flags >> 4) & 3) {
    case 0: {
      const offset = bytes.uint(cursor, heap.offsetBytes);
      const length = bytes.uint(cursor, heap.lengthBytes);
      const at = managedAddress(bytes, heap, offset);
      bytes.cursor(at).skip(length);
      return { start: at, end: at + length };
    }
    case 1:
      return hugeObject(bytes, heap, start + 1);
    case 2: {
      // The number of bytes less one; longer ids add a byte for it.
      const isLong = heap.idBytes > 17;
      const length = isLong ? ((flags & 15) << 8) | cursor.u8() : flags & 15;
      const at = cursor.offset;
      cursor.skip(length + 1);
      return { start: at, end: cursor.offset };
    }
    default:
      throw bytes.invalid("a heap id is of no known kind", start);
  }
}

function hugeObject(bytes: Hdf5Bytes, heap: FractalHeap, start: number): HeapRange {
  const isDirect = heap.idBytes > bytes.addressBytes + bytes.lengthBytes;
  if (isDirect) {
    return hugeRange(bytes, start);
  }
  const idBytes = Math.min(heap.idBytes - 1, bytes.lengthBytes);
  const id = bytes.uint(bytes.cursor(start), idBytes);
  for (const record of heap.hugeTree === undefined ? [] : readTree(bytes, heap.hugeTree, [1])) {
    const at = bytes.cursor(record.start + bytes.addressBytes + bytes.lengthBytes);
    if (bytes.length(at) === id) {
      return hugeRange(bytes, record.start);
    }
  }
  throw bytes.invalid("a heap id leads nowhere", start);
}

function hugeRange(bytes: Hdf5Bytes, start: number): HeapRange {
  const cursor = bytes.cursor(start);
  const address = bytes.existingAddress(cursor, "a huge object");
  const length = bytes.length(cursor);
  bytes.cursor(address).skip(length);
  return { start: address, end: address + length };
}

/** The address of an offset in the heap's own space, down its table of blocks that double in size. */
function managedAddress(bytes: Hdf5Bytes, heap: FractalHeap, offset: number): number {
  if (heap.root === undefined) {
    throw bytes.invalid("a fractal heap is empty", heap.address);
  }
  let block = heap.root;
  let rest = offset;
  let { rows } = heap;
  for (let depth = 0; rows > 0; depth += 1) {
    const place = placeInTable(heap, rest);
    if (place.row >= rows || depth > maxDepth) {
      throw bytes.invalid("a heap id lies outside its heap", heap.address);
    }
    block = childBlock(bytes, heap, block, place);
    rest = place.rest;
    rows = place.blockBytes > heap.maxDirectBlockBytes ? rowsOf(heap, place.blockBytes) : 0;
  }
  return block + rest;
}

interface Place {
  readonly row: number;
  readonly column: number;
  readonly blockBytes: number;
  readonly rest: number;
}

/** Rows 0 and 1 have blocks of the first size, each further row of twice the size before. */
function placeInTable(heap: FractalHeap, offset: number): Place {
  let row = 0;
  let blockBytes = heap.startBlockBytes;
  let rowStart = 0;
  while (offset >= rowStart + heap.width * blockBytes && row < 64) {
    rowStart += heap.width * blockBytes;
    row += 1;
    blockBytes = row < 2 ? heap.startBlockBytes : blockBytes * 2;
  }
  const column = Math.floor((offset - rowStart) / blockBytes);
  return { row, column, blockBytes, rest: offset - rowStart - column * blockBytes };
}

/** Rows of a block of blocks that spans `blockBytes` of the heap. */
function rowsOf(heap: FractalHeap, blockBytes: number): number {
  return Math.floor(Math.log2(blockBytes / (heap.startBlockBytes * heap.width))) + 1;
}

function childBlock(bytes: Hdf5Bytes, heap: FractalHeap, block: number, place: Place): number {
  const cursor = bytes.cursor(block);
  bytes.expect(cursor, "FHIB", [0]);
  cursor.skip(bytes.addressBytes + heap.offsetBytes);
  cursor.skip((place.row * heap.width + place.column) * bytes.addressBytes);
  return bytes.existingAddress(cursor, "a heap's block");
}
