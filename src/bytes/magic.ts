// SPDX-License-Identifier: Apache-2.0
// Magic numbers that are letters. Each file is asked for all of them, so that they are compared as bytes: a text made
// of the first bytes would cost more than the comparison.

/** The bytes of a magic number that is written in ASCII. */
export function asciiMagic(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** True if `bytes` have `magic` at offset `at`. */
export function hasMagicAt(bytes: Uint8Array, magic: Uint8Array, at = 0): boolean {
  for (let index = 0; index < magic.length; index += 1) {
    if (bytes[at + index] !== magic[index]) {
      return false;
    }
  }
  return true;
}
