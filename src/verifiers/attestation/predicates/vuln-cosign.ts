// SPDX-License-Identifier: Apache-2.0
// cosign vulnerability scan record v1 (sigstore/cosign, specs/COSIGN_VULN_ATTESTATION_SPEC.md). The specification
// has a list `scanners`, cosign and Trivy write one `scanner`; both are read. The result is the scanner's own report:
// those of Trivy and Grype are counted, others make no claim about what was found.

import type { Fields } from "../fields.ts";
import { definePredicate } from "../predicate.ts";
import {
  claimScanner,
  claimVulnerabilities,
  severityOf,
  type Vulnerability,
  vulnerabilityClaims,
} from "../vulnerabilities.ts";

export const vulnCosign = definePredicate({
  id: "vuln-cosign",
  specification: "cosign Vulnerability Scan Record v1, with reports of Trivy (schema 2) and Grype",
  types: ["https://cosign.sigstore.dev/attestation/vuln/v1", "cosign.sigstore.dev/attestation/vuln/v1"],
  claims: vulnerabilityClaims,
  read: (predicate, claims) => {
    const scanners = predicate.has("scanner") ? [predicate.object("scanner")] : predicate.objects("scanners");
    for (const scanner of scanners) {
      claimScanner(scanner, claims);
    }
    const metadata = predicate.optionalObject("metadata");
    claims.add("vuln.startedOn", metadata?.optionalTime("scanStartedOn"));
    claims.add("vuln.finishedOn", metadata?.optionalTime("scanFinishedOn"));
    const reports = scanners.map((scanner) => readReport(scanner));
    if (reports.length > 0 && reports.every((report) => report !== undefined)) {
      claimVulnerabilities(reports.flat(), claims);
    }
  },
});

/** The findings of a report; undefined if it is of another kind, or says nothing about what was scanned. */
function readReport(scanner: Fields): readonly Vulnerability[] | undefined {
  const result = scanner.optionalObject("result");
  if (result?.has("matches")) {
    return result.objects("matches").map(readGrypeMatch);
  }
  if (result?.optionalCount("SchemaVersion") === 2 && result.has("Results")) {
    return result.objects("Results").flatMap(readTrivyResult);
  }
  return undefined;
}

function readGrypeMatch(match: Fields): Vulnerability {
  const vulnerability = match.object("vulnerability");
  return { id: vulnerability.text("id"), severity: severityOf(vulnerability.optionalText("severity") ?? "") };
}

function readTrivyResult(result: Fields): readonly Vulnerability[] {
  return result.optionalObjects("Vulnerabilities").map((each) => ({
    id: each.text("VulnerabilityID"),
    severity: severityOf(each.optionalText("Severity") ?? ""),
  }));
}
