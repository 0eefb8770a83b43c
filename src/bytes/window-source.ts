// SPDX-License-Identifier: Apache-2.0
// A range of a file as a file of its own: a stored member of an archive, a model behind an executable.

import { type ByteSource, checkRange } from "./byte-source.ts";

/**
 * `length` bytes of `source` from `offset`.
 * @throws {AibomError} BYTES_OUT_OF_RANGE if the range does not lie in the source
 */
export function windowSource(
  source: ByteSource,
  offset: number,
  length: number,
  path = source.path,
): ByteSource {
  if (length > 0) {
    source.read(offset + length - 1, 1);
  } else {
    checkRange(source, offset, length);
  }
  const window = {
    path,
    size: length,
    read(at: number, count: number): Uint8Array {
      checkRange(window, at, count);
      return source.read(offset + at, count);
    },
  };
  return window;
}
