// SPDX-License-Identifier: Apache-2.0
// The name that git gives a file's content: SHA-1 over "blob <size>\0" and the bytes (git-hash-object). SHA-1 is
// weak against somebody who prepares both contents; it tells damage and later changes.

import { createHash } from "node:crypto";
import type { ByteSource } from "./byte-source.ts";

const chunkBytes = 1 << 20;

/** The blob id of a file, in lower-case hexadecimal. Reads all of it. */
export function gitBlobSha1(file: ByteSource): string {
  const hash = createHash("sha1").update(`blob ${file.size}\0`);
  for (let offset = 0; offset < file.size; offset += chunkBytes) {
    hash.update(file.read(offset, Math.min(chunkBytes, file.size - offset)));
  }
  return hash.digest("hex");
}
