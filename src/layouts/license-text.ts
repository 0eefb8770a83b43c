// SPDX-License-Identifier: Apache-2.0
// Licence texts beside the weights: which clauses their words show. No licence is recognised and none is called
// harmless: a phrase that is found is a computed fact, and that none is found says nothing.

import { limits } from "../limits.ts";
import { computed, type Fact } from "../model/fact.ts";
import { isLicenseText } from "../model/license-clause.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { clausePhrases } from "./license-text/phrases.ts";
import { Reading } from "./reading.ts";

/** Clauses in licence texts. */
export const licenseText: Layout = {
  id: "license-text",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const facts: Fact[] = [];
    for (const path of directory.files.keys()) {
      const bytes = isLicenseText(path) ? reading.bytes(path, limits.maxLicenseTextBytes) : undefined;
      if (bytes !== undefined) {
        facts.push(...clausesIn(bytes, path));
      }
    }
    return { facts, findings: reading.findings.all(), unverified: [...reading.unverified] };
  },
};

function clausesIn(bytes: Uint8Array, path: string): Fact[] {
  // Line breaks, indentation and Markdown's emphasis stand between the words as publishers please.
  const words = new TextDecoder()
    .decode(bytes)
    .toLowerCase()
    .replaceAll(/[*_]+/g, "")
    .replaceAll(/[\s>#]+/g, " ");
  return clausePhrases
    .filter(({ text }) => containsWords(words, text))
    .map(({ clause, text }) => computed("license.clause", { clause, phrase: text }, { path }));
}

/** True if `text` stands there as whole words: "irrevocable license" holds no "revocable license". */
function containsWords(words: string, text: string): boolean {
  for (let at = words.indexOf(text); at !== -1; at = words.indexOf(text, at + 1)) {
    const isWithin = /[a-z0-9]/.test(words[at - 1] ?? " ") || /[a-z0-9]/.test(words[at + text.length] ?? " ");
    if (!isWithin) {
      return true;
    }
  }
  return false;
}
