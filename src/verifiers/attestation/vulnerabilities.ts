// SPDX-License-Identifier: Apache-2.0
// Findings of vulnerability scanners, counted by severity. Scores of CVSS count by the qualitative scale of CVSS
// v3.1, section 5. What cannot be told is counted as unknown, never as harmless.

import type { Fields } from "./fields.ts";
import type { ClaimList } from "./predicate.ts";

/** The names of the claims about a scan; both vulnerability predicates use them. */
export const vulnerabilityClaims = {
  "vuln.scanner.uri": "the scanner, a URI (several)",
  "vuln.scanner.version": "its version (several)",
  "vuln.db.uri": "its vulnerability database (several)",
  "vuln.db.version": "version of the database (several)",
  "vuln.db.lastUpdate": "when the database was last updated (several)",
  "vuln.startedOn": "start of the scan",
  "vuln.finishedOn": "end of the scan",
  "vuln.count": "number of findings; absent if the report is not of a known kind",
  "vuln.critical": "number of critical findings; absent with `vuln.count`, as the next five",
  "vuln.high": "number of high findings",
  "vuln.medium": "number of medium findings",
  "vuln.low": "number of low findings",
  "vuln.negligible": "number of findings without effect (score 0, informational)",
  "vuln.unknown": "number of findings whose severity cannot be told",
  "vuln.id": "identifier of a vulnerability that was found (several, each once)",
} as const;

type Claims = ClaimList<keyof typeof vulnerabilityClaims>;

/** From the worst to the one that says nothing. */
const severities = ["critical", "high", "medium", "low", "negligible", "unknown"] as const;
export type Severity = (typeof severities)[number];

/** One finding of a scanner: a vulnerability in one package. */
export interface Vulnerability {
  readonly id: string;
  readonly severity: Severity;
}

const words: ReadonlyMap<string, Severity> = new Map([
  ["critical", "critical"],
  ["high", "high"],
  ["important", "high"],
  ["medium", "medium"],
  ["moderate", "medium"],
  ["low", "low"],
  ["negligible", "negligible"],
  ["informational", "negligible"],
  ["none", "negligible"],
]);

/** The severity that a word or a CVSS score means. */
export function severityOf(score: string): Severity {
  const word = words.get(score.toLowerCase());
  if (word !== undefined || !/^(?:10(?:\.0)?|[0-9](?:\.[0-9])?)$/.test(score)) {
    return word ?? "unknown";
  }
  const value = Number(score);
  return value >= 9
    ? "critical"
    : value >= 7
      ? "high"
      : value >= 4
        ? "medium"
        : value > 0
          ? "low"
          : "negligible";
}

/** The worst of several; unknown only if no other is known. */
export function worst(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? "unknown";
}

/** Claims who scanned, and when. */
export function claimScanner(scanner: Fields, claims: Claims): void {
  claims.add("vuln.scanner.uri", scanner.optionalText("uri"));
  claims.add("vuln.scanner.version", scanner.optionalText("version"));
  const db = scanner.optionalObject("db");
  claims.add("vuln.db.uri", db?.optionalText("uri"));
  claims.add("vuln.db.version", db?.optionalText("version"));
  claims.add("vuln.db.lastUpdate", db?.optionalTime("lastUpdate"));
}

/** Claims the counts and the identifiers. */
export function claimVulnerabilities(found: readonly Vulnerability[], claims: Claims): void {
  claims.add("vuln.count", found.length);
  for (const severity of severities) {
    claims.add(`vuln.${severity}`, found.filter((each) => each.severity === severity).length);
  }
  claims.addAll("vuln.id", new Set(found.map((each) => each.id)));
}
