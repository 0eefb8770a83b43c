// SPDX-License-Identifier: Apache-2.0
// One order and one identity for findings, so that the same inputs give the same bytes.

import type { Finding } from "../model/finding.ts";
import { severities } from "../model/severity.ts";

/** Gravest first, then by code, place, subject and arguments, in code units. */
function compareFindings(left: Finding, right: Finding): number {
  const gravity = severities.indexOf(right.severity) - severities.indexOf(left.severity);
  return (
    gravity ||
    compareText(left.code, right.code) ||
    compareText(left.location.path, right.location.path) ||
    (left.location.line ?? -1) - (right.location.line ?? -1) ||
    (left.location.offset ?? -1) - (right.location.offset ?? -1) ||
    compareText(left.location.member ?? "", right.location.member ?? "") ||
    compareText(left.subject, right.subject) ||
    compareText(canonicalArgs(left), canonicalArgs(right))
  );
}

/** Sorted, without repeats: a rule passes on the findings that decided it, and they are counted once. */
export function sortFindings(findings: Iterable<Finding>): readonly Finding[] {
  const sorted = [...findings].sort(compareFindings);
  return sorted.filter((item, index) => {
    const previous = sorted[index - 1];
    return previous === undefined || compareFindings(previous, item) !== 0;
  });
}

/** Equal for equal findings only: what `compareFindings` compares, as one text. */
export function findingKey(item: Finding): string {
  const { severity, code, subject, location } = item;
  return JSON.stringify([
    severity,
    code,
    location.path,
    location.offset ?? -1,
    location.member ?? "",
    // Only where there is one: keys, and with them fingerprints, of findings without lines stay as they were.
    ...(location.line === undefined ? [] : [location.line]),
    subject,
    canonicalArgs(item),
  ]);
}

/** Code-unit order: the same in every locale. */
export function compareText(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

function canonicalArgs(item: Finding): string {
  const entries = Object.entries(item.args).sort(([left], [right]) => compareText(left, right));
  return JSON.stringify(entries.map(([name, value]) => [name, typeof value, String(value)]));
}
