// SPDX-License-Identifier: Apache-2.0
// Reads one small file whole: a BOM, a policy, a key, a signature bundle. Bounded before memory is taken.

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { AibomError } from "../errors.ts";

/**
 * The bytes of a regular file of at most `maxBytes`.
 * The file is opened without blocking (a FIFO named like a policy must not hang the gate) and must not
 * change its size while it is read.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, SOURCE_NOT_REGULAR, SOURCE_TOO_LARGE, SOURCE_CHANGED
 */
export function readBounded(path: string, maxBytes: number): Uint8Array {
  const descriptor = open(path);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) {
      throw AibomError.of("SOURCE_NOT_REGULAR", { kind: "special file" }, { where: { path } });
    }
    if (stat.size > maxBytes) {
      throw AibomError.of("SOURCE_TOO_LARGE", { size: stat.size, limit: maxBytes }, { where: { path } });
    }
    const bytes = new Uint8Array(stat.size);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(descriptor, bytes, filled, bytes.length - filled, filled);
      if (count === 0) {
        throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
      }
      filled += count;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw fileError(cause, path);
  }
}

/** Turns an error of the file system into ours: absent, or not readable with its reason. */
export function fileError(cause: unknown, path: string): AibomError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return code === "ENOENT" || code === "ENOTDIR"
    ? AibomError.of("SOURCE_NOT_FOUND", {}, { where: { path }, cause })
    : AibomError.of("SOURCE_NOT_READABLE", { reason: code }, { where: { path }, cause });
}
