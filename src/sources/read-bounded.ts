// SPDX-License-Identifier: Apache-2.0
// Reads one small file whole: a BOM, a policy, a key, a signature bundle. Bounded before memory is taken.

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";

/**
 * The bytes of a regular file of at most `maxBytes`.
 * The file is opened without blocking (a FIFO named like a policy must not hang the gate) and must not
 * change its size while it is read.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, SOURCE_NOT_REGULAR, SOURCE_TOO_LARGE, SOURCE_CHANGED
 */
export function readBounded(path: string, maxBytes: number): Uint8Array {
  return withRegularFile(path, (descriptor, size) => {
    if (size > maxBytes) {
      throw AibomError.of("SOURCE_TOO_LARGE", { size, limit: maxBytes }, { where: { path } });
    }
    return readAll(descriptor, size, path);
  });
}

/**
 * At most the first `maxBytes` of a regular file, to see what it is.
 * @throws {AibomError} as `readBounded`, without SOURCE_TOO_LARGE
 */
export function readStart(path: string, maxBytes: number): Uint8Array {
  return withRegularFile(path, (descriptor, size) => readAll(descriptor, Math.min(size, maxBytes), path));
}

function withRegularFile(path: string, use: (descriptor: number, size: number) => Uint8Array): Uint8Array {
  const descriptor = open(path);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) {
      const kind = stat.isDirectory() ? "directory" : "special file";
      throw AibomError.of("SOURCE_NOT_REGULAR", { kind }, { where: { path } });
    }
    return use(descriptor, stat.size);
  } finally {
    closeSync(descriptor);
  }
}

function readAll(descriptor: number, size: number, path: string): Uint8Array {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(descriptor, bytes, filled, size - filled, filled);
    if (count === 0) {
      throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
    }
    filled += count;
  }
  return bytes;
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw fileError(cause, path);
  }
}
