// SPDX-License-Identifier: Apache-2.0
// base64url without padding (RFC 4648, section 5; RFC 7515, section 2), in its one canonical spelling.

/**
 * The bytes of `text`, or undefined if it is anything but their canonical spelling: padding, spaces, letters
 * of the other alphabet and loose trailing bits all would be a second text for the same bytes.
 */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}
