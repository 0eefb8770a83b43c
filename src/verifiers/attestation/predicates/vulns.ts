// SPDX-License-Identifier: Apache-2.0
// in-toto vulnerabilities v0.1 and v0.2 (in-toto/attestation, spec/predicates/vuln.md and vulns_02.md). The text of
// v0.1 puts a finding into a member `vulnerability` and its example does not; both are read.

import type { Fields } from "../fields.ts";
import { definePredicate } from "../predicate.ts";
import {
  claimScanner,
  claimVulnerabilities,
  type Severity,
  severityOf,
  type Vulnerability,
  vulnerabilityClaims,
  worst,
} from "../vulnerabilities.ts";

export const vulns = definePredicate({
  id: "vulns",
  specification: "in-toto Vulnerabilities v0.1 and v0.2",
  types: ["https://in-toto.io/attestation/vulns/v0.1", "https://in-toto.io/attestation/vulns/v0.2"],
  claims: vulnerabilityClaims,
  read: (predicate, claims) => {
    const scanner = predicate.object("scanner");
    scanner.text("uri");
    claimScanner(scanner, claims);
    const metadata = predicate.object("metadata");
    claims.add("vuln.startedOn", metadata.time("scanStartedOn"));
    claims.add("vuln.finishedOn", metadata.time("scanFinishedOn"));
    claimVulnerabilities(scanner.objects("result").map(readFinding), claims);
  },
});

function readFinding(entry: Fields): Vulnerability {
  const finding = entry.optionalObject("vulnerability") ?? entry;
  return { id: finding.text("id"), severity: worst(readSeverities(finding)) };
}

/** A list of `{method, score}`, or one such object. */
function readSeverities(finding: Fields): readonly Severity[] {
  const isList = Array.isArray(finding.raw("severity"));
  const scores = isList ? finding.objects("severity") : [finding.optionalObject("severity")];
  return scores.map((each) => severityOf(each?.text("score") ?? ""));
}
