// SPDX-License-Identifier: Apache-2.0
// Checks on file names. A name is attacker-chosen text: it may not be text at all, may hide what it is, or
// may stand for two files on another machine.

import { type Finding, finding } from "../model/finding.ts";

const hiddenCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A finding if the name has characters that do not show as written. */
export function suspiciousName(path: string): Finding | undefined {
  return hiddenCharacters.test(path)
    ? finding("SOURCE_NAME_SUSPICIOUS", { path }, { name: path })
    : undefined;
}

/**
 * One finding for each path that equals an earlier one on a case-insensitive or normalising file system
 * (APFS, NTFS). `paths` must be sorted, so that the answer does not depend on directory order.
 */
export function collidingNames(paths: readonly string[]): Finding[] {
  // Two different names can only be one if folding changes at least one of them.
  if (paths.every((path) => foldsToItself.test(path))) {
    return [];
  }
  const seen = new Map<string, string>();
  const findings: Finding[] = [];
  for (const path of paths) {
    const folded = foldName(path);
    const other = seen.get(folded);
    if (other === undefined) {
      seen.set(folded, path);
    } else {
      findings.push(finding("SOURCE_NAME_COLLISION", { path }, { other }));
    }
  }
  return findings;
}

/** Printable ASCII without capital letters. */
const foldsToItself = /^[ -@[-~]*$/;
const printableAscii = /^[ -~]*$/;

function foldName(path: string): string {
  return printableAscii.test(path)
    ? path.toLowerCase()
    : path.normalize("NFKC").toLowerCase().normalize("NFC");
}
