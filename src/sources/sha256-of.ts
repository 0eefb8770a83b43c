// SPDX-License-Identifier: Apache-2.0
// Hashes one open file on this thread: for the few files that somebody asks about after the hashing engine is done.

import { createHash } from "node:crypto";
import type { ByteSource } from "../bytes/byte-source.ts";

/** Bytes of one read. */
const chunkBytes = 1024 * 1024;

/**
 * SHA-256 of the whole file, lower-case hexadecimal.
 * @throws {AibomError} SOURCE_CHANGED
 */
export function sha256Of(file: ByteSource): string {
  const hash = createHash("sha256");
  for (let offset = 0; offset < file.size; offset += chunkBytes) {
    hash.update(file.read(offset, Math.min(chunkBytes, file.size - offset)));
  }
  return hash.digest("hex");
}
