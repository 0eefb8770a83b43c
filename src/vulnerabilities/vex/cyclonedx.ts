// SPDX-License-Identifier: Apache-2.0
// VEX in CycloneDX 1.4 to 1.7: `vulnerabilities` with an analysis, about components of the document itself or, by
// BOM-Link, of another one.

import { isJsonObject, type JsonValue } from "../../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../../layouts/member.ts";
import { type PackageUrl, parsePackageUrl } from "../../model/parsed-package-url.ts";
import { graver, severityOfWord, type VulnerabilitySeverity } from "../cvss.ts";
import type { VexContent, VexProduct, VexStatement, VexStatus } from "./statement.ts";

/** CycloneDX 1.7, `impactAnalysisState`. */
const states: Readonly<Record<string, VexStatus>> = {
  resolved: "fixed",
  resolved_with_pedigree: "fixed",
  exploitable: "affected",
  in_triage: "under_investigation",
  false_positive: "not_affected",
  not_affected: "not_affected",
};

export function isCycloneDx(document: JsonValue): boolean {
  return memberOf(document, "bomFormat") === "CycloneDX";
}

/** Undefined if a member that decides something is missing or is not what it should be. */
export function readCycloneDxVex(document: JsonValue): VexContent | undefined {
  const time = textOf(objectOf(document, "metadata"), "timestamp");
  const purls = new Map<string, PackageUrl>();
  collectPurls([...listOf(document, "components"), memberOf(document, "metadata")], purls);
  const statements = listOf(document, "vulnerabilities").map((each) => statementOf(each, purls, time ?? ""));
  return time === undefined || statements.includes(undefined)
    ? undefined
    : { format: "cyclonedx", time, statements: statements.filter((each) => each !== undefined) };
}

// Recursion is bounded: the parser refuses deep documents.
function collectPurls(values: readonly (JsonValue | undefined)[], purls: Map<string, PackageUrl>): void {
  for (const value of values.filter(isJsonObject)) {
    const [ref, purl] = [textOf(value, "bom-ref"), parsePackageUrl(textOf(value, "purl") ?? "")];
    if (ref !== undefined && purl !== undefined) {
      purls.set(ref, purl);
    }
    collectPurls([...listOf(value, "components"), memberOf(value, "component")], purls);
  }
}

function statementOf(
  vulnerability: JsonValue,
  purls: ReadonlyMap<string, PackageUrl>,
  documentTime: string,
): VexStatement | undefined {
  const ids = [
    textOf(vulnerability, "id"),
    ...listOf(vulnerability, "references").map((each) => textOf(each, "id")),
  ].filter((each) => each !== undefined);
  const analysis = objectOf(vulnerability, "analysis");
  const state = textOf(analysis, "state");
  // A vulnerability without analysis is one that the document says there is.
  const status = state === undefined ? "affected" : Object.hasOwn(states, state) ? states[state] : undefined;
  const justification = textOf(analysis, "justification");
  const severity = listOf(vulnerability, "ratings")
    .map((rating) => severityOfWord(textOf(rating, "severity") ?? ""))
    .reduce<VulnerabilitySeverity>(graver, "unknown");
  return ids.length === 0 || status === undefined
    ? undefined
    : {
        ids,
        status,
        ...(justification === undefined ? {} : { justification }),
        severity,
        products: listOf(vulnerability, "affects").flatMap((each) => productOf(each, purls)),
        time: textOf(analysis, "lastUpdated") ?? textOf(vulnerability, "updated") ?? documentTime,
      };
}

function productOf(affects: JsonValue, purls: ReadonlyMap<string, PackageUrl>): VexProduct[] {
  const written = textOf(affects, "ref");
  if (written === undefined) {
    return [];
  }
  // Of a BOM-Link, `urn:cdx:SERIAL/VERSION#REF`, whole and as it is written: another BOM may have the same reference.
  const purl = purls.get(written) ?? parsePackageUrl(written);
  return [
    {
      ref: written,
      ...(purl === undefined ? {} : { purl }),
      ...(listOf(affects, "versions").length === 0 ? {} : { isNarrower: true }),
    },
  ];
}
