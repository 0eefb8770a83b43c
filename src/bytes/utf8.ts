// SPDX-License-Identifier: Apache-2.0
// Text that must be UTF-8. A decoder that replaces what it does not understand shows a text that nobody wrote.

import { AibomError } from "../errors.ts";

/**
 * The text of `bytes`; a byte order mark is dropped.
 * @param path for the error.
 * @throws {AibomError} TEXT_NOT_UTF8
 */
export function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw AibomError.of("TEXT_NOT_UTF8", {}, { where: { path }, cause });
  }
}
