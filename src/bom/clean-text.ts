// SPDX-License-Identifier: Apache-2.0
// The one door for claimed text into a BOM. Claims are written by whoever made the model: they may hold a
// token, the author's home directory, terminal escapes or a megabyte of filler. Format readers redact what
// they know about; this is the second line, and the only one that everything passes. It leaves out entropy
// guessing on purpose: a digest looks like a secret to such a filter.

import { redact } from "../bytes/redact.ts";

const maxCharacters = 4096;
/** Redaction looks at more than is kept, so that a token across the cut is still recognised. */
const maxScannedCharacters = 2 * maxCharacters;

/** Controls except tab and line feed, bidirectional overrides and isolates, tag characters, surrogates. */
const unsafeCharacters = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\p{Cs}]/gu;

/**
 * `text` fit for a BOM: secrets, URL user information and home directories redacted, characters that
 * hide or reorder text written as `\u{…}`, at most 4,096 characters.
 */
export function cleanText(text: string): string {
  const isLong = text.length > maxScannedCharacters;
  const scanned = isLong ? text.slice(0, maxScannedCharacters) : text;
  const shown = redact(scanned.replaceAll("\r\n", "\n")).text.replace(
    unsafeCharacters,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return isLong || shown.length > maxCharacters
    ? `${shown.slice(0, maxCharacters - 1).toWellFormed()}…`
    : shown;
}

/** An absolute `http` or `https` URL in the characters of RFC 3986, without user information; else undefined. */
export function cleanUrl(text: string): string | undefined {
  const cleaned = cleanText(text.trim());
  if (!/^https?:\/\//i.test(cleaned) || !URL.canParse(cleaned)) {
    return undefined;
  }
  const url = new URL(cleaned);
  url.username = "";
  url.password = "";
  return isUri(url.href) ? url.href : undefined;
}

function isUri(text: string): boolean {
  const [beforeFragment = "", fragment = "", ...rest] = text.split("#");
  const characters = /^(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;
  return rest.length === 0 && characters.test(beforeFragment) && characters.test(fragment);
}
