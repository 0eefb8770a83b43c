// SPDX-License-Identifier: Apache-2.0
// What a format reader reads from: a file of known size that hands out bounded slices. Readers do no I/O
// of their own; who opens the file, and how, is decided in `sources/`.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

export interface ByteSource {
  /** Path relative to the artifact's root, for findings and errors. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`. The result may be a view that later reads do not change.
   * @throws {AibomError} BYTES_OUT_OF_RANGE, BYTES_READ_TOO_LARGE
   */
  read(offset: number, length: number): Uint8Array;
}

/** Checks one read against the file's size and the read limit, before any memory is taken. */
export function checkRange(source: Pick<ByteSource, "path" | "size">, offset: number, length: number): void {
  if (length > limits.maxReadBytes) {
    throw AibomError.of(
      "BYTES_READ_TOO_LARGE",
      { length, limit: limits.maxReadBytes },
      { where: { path: source.path, offset } },
    );
  }
  const isSafe = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isSafe || offset + length > source.size) {
    throw AibomError.of(
      "BYTES_OUT_OF_RANGE",
      { offset, end: offset + length, size: source.size },
      { where: { path: source.path, offset: Math.min(Math.max(offset, 0), source.size) } },
    );
  }
}

/** A source over bytes in memory. */
export function memorySource(bytes: Uint8Array, path: string): ByteSource {
  const source = {
    path,
    size: bytes.byteLength,
    read(offset: number, length: number): Uint8Array {
      checkRange(source, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
  return source;
}
