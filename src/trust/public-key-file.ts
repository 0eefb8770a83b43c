// SPDX-License-Identifier: Apache-2.0
// Reads the file of a public key.

import { decodeUtf8 } from "../bytes/utf8.ts";
import { limits } from "../limits.ts";
import { readBounded } from "../sources/read-bounded.ts";

/**
 * The text of a public key file.
 * @throws {AibomError} SOURCE_*, TEXT_NOT_UTF8
 */
export function readPublicKeyFile(path: string): string {
  return decodeUtf8(readBounded(path, limits.maxKeyBytes), path);
}
