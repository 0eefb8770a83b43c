// SPDX-License-Identifier: Apache-2.0
// Makes untrusted text safe to print. File names, header fields and metadata are chosen by whoever made
// the file: terminal escapes, bidirectional overrides and invisible characters must not reach a screen.

const maxShownCharacters = 4096;

/**
 * Control (Cc), format (Cf: bidi overrides, zero-width, tags), surrogate (Cs), line and paragraph separator characters, and the
 * two that XML 1.0 forbids besides.
 */
const unshown = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/**
 * What CI services take as a command in a log: GitHub at the start of a line (and reports wrap lines), Azure Pipelines and the
 * older form of GitHub anywhere in it. A file named `::stop-commands::x` must not silence what follows.
 */
const logCommand = /(?<=^|\s):(?=:)|#(?=#(?:\[|vso\[))/g;

/** `text` with characters that must not be shown, and the first sign of a CI log's command, written as `\u{…}`; cut after 4,096. */
export function escapeText(text: string): string {
  const shown = text.length > maxShownCharacters ? `${text.slice(0, maxShownCharacters)}…` : text;
  return shown.replace(unshown, codePoint).replace(logCommand, codePoint);
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
