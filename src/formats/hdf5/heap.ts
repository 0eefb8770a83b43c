// SPDX-License-Identifier: Apache-2.0
// The local heap of an old group and the global heap of texts (HDF5 File Format Specification 3.0, sections III.D
// and III.E).

import type { Hdf5Bytes } from "./hdf5-bytes.ts";

/** Where a heap's bytes are. */
export interface HeapRange {
  readonly start: number;
  readonly end: number;
}

/** @throws {AibomError} HDF5_INVALID, BYTES_OUT_OF_RANGE */
export function readLocalHeap(bytes: Hdf5Bytes, address: number): HeapRange {
  const cursor = bytes.cursor(address);
  bytes.expect(cursor, "HEAP", [0]);
  cursor.skip(3);
  const size = bytes.length(cursor);
  bytes.length(cursor);
  const start = bytes.existingAddress(cursor, "a local heap");
  bytes.cursor(start).skip(size);
  return { start, end: start + size };
}

/** A text that ends with a zero, `offset` bytes into a range. @throws {AibomError} HDF5_INVALID */
export function textAt(bytes: Hdf5Bytes, range: HeapRange, offset: number, maxBytes: number): string {
  const start = range.start + offset;
  if (!(start < range.end)) {
    throw bytes.invalid("a name lies outside its heap", range.start);
  }
  const found = bytes.read(start, Math.min(maxBytes + 1, range.end - start));
  const end = found.indexOf(0);
  if (end === -1 && found.length > maxBytes) {
    throw bytes.overLimit("bytes of one name", maxBytes, start);
  }
  return new TextDecoder().decode(end === -1 ? found : found.subarray(0, end));
}

/** An object of a global heap; undefined if there is none. @throws {AibomError} HDF5_INVALID, BYTES_OUT_OF_RANGE */
export function readGlobalHeapObject(
  bytes: Hdf5Bytes,
  address: number,
  index: number,
): HeapRange | undefined {
  const header = bytes.cursor(address);
  bytes.expect(header, "GCOL", [1]);
  header.skip(3);
  const size = bytes.length(header);
  bytes.cursor(address).skip(size);
  const cursor = bytes.cursor(header.offset, address + size);
  while (cursor.remaining >= 8 + bytes.lengthBytes) {
    bytes.step();
    const found = cursor.u16();
    cursor.skip(6);
    const length = bytes.length(cursor);
    if (found === 0) {
      return undefined;
    }
    const start = cursor.offset;
    cursor.skip(length);
    if (found === index) {
      return { start, end: start + length };
    }
    cursor.skip(Math.min((8 - (length % 8)) % 8, cursor.remaining));
  }
  return undefined;
}
