// SPDX-License-Identifier: Apache-2.0
// Canonical base64 (RFC 4648, sections 3.5 and 4).

/**
 * The bytes of a text. Node's decoder skips what it does not know, so the text must be how these bytes are written, and not
 * empty.
 * @throws what `malformed` makes
 */
export function decodeBase64(text: string, field: string, malformed: (reason: string) => Error): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0 || bytes.toString("base64") !== text) {
    throw malformed(`${field} is not canonical base64`);
  }
  return bytes;
}
