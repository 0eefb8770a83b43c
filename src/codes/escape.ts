// SPDX-License-Identifier: Apache-2.0
// Makes untrusted text safe to print. File names, header fields and metadata are chosen by whoever made
// the file: terminal escapes, bidirectional overrides and invisible characters must not reach a screen.

const maxShownCharacters = 4096;

/**
 * `text` with control (Cc), format (Cf: bidi overrides, zero-width, tags), surrogate (Cs), line and
 * paragraph separator characters written as `\u{…}`, cut after 4,096 characters.
 */
export function escapeText(text: string): string {
  const shown = text.length > maxShownCharacters ? `${text.slice(0, maxShownCharacters)}…` : text;
  return shown.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
