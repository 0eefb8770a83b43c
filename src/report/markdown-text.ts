// SPDX-License-Identifier: Apache-2.0
// Text inside GitHub and GitLab Markdown. Whatever a stranger chose stands in a code span, where no markup, link, image,
// mention or reference to an issue is seen: escaping alone does not stop `@name` and `#1`, which are found after rendering.

import { escapeText } from "../codes/escape.ts";

/** A comment holds 65,536 characters; a name longer than this is no name. */
const maxCharacters = 200;

/** Untrusted text as a code span, also safe in a table, cut after `max` characters. */
export function codeSpan(text: string, max = maxCharacters): string {
  const shown = escapeText(text.length > max ? `${text.slice(0, max)}…` : text)
    // A table is taken apart at its bars before code spans are seen.
    .replaceAll("|", "\\u{7c}");
  if (shown.trim() === "") {
    return "`(blank)`";
  }
  const runs = shown.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  // One space on both sides is taken off again.
  const needsSpace = /^[` ]|[` ]$/.test(shown);
  return needsSpace ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** Our own words: their signs are signs and no markup. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_[\]<>|&~#]/g, (sign) => `\\${sign}`);
}
