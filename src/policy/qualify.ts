// SPDX-License-Identifier: Apache-2.0
// Readers name the file that a finding is about; only here is it known to which artifact the file belongs.
// Done before anything is compared: equal findings about two artifacts must stay two.

import type { Finding } from "../model/finding.ts";
import type { GatedArtifact, GateInput } from "./rule.ts";

/** The same inputs with the artifact (or the BOM) as the subject of every finding. */
export function qualifyFindings(input: GateInput): GateInput {
  const { artifacts, bom } = input;
  return {
    ...input,
    artifacts: artifacts.map(qualifyArtifact),
    ...(bom === undefined ? {} : { bom: { ...bom, findings: qualify(bom.findings, bom.path, new Map()) } }),
  };
}

function qualifyArtifact(gated: GatedArtifact): GatedArtifact {
  if (gated.artifact.findings.length + gated.findings.length === 0) {
    return gated;
  }
  // One object in, one object out: `findings` repeats those of the artifact, and rules tell them apart by identity.
  const known = new Map<Finding, Finding>();
  const { artifact } = gated;
  return {
    ...gated,
    artifact: { ...artifact, findings: qualify(artifact.findings, artifact.name, known) },
    findings: qualify(gated.findings, artifact.name, known),
  };
}

function qualify(
  findings: readonly Finding[],
  subject: string,
  known: Map<Finding, Finding>,
): readonly Finding[] {
  return findings.map((item) => {
    const qualified = known.get(item) ?? { ...item, subject };
    known.set(item, qualified);
    return qualified;
  });
}
