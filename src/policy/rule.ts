// SPDX-License-Identifier: Apache-2.0
// What rules see and what they answer. A rule kind is one file in `rules/` and one line in its index.

import type { Artifact } from "../model/artifact.ts";
import type { Digest } from "../model/digest.ts";
import type { DigestEvidence, Rejection, SignatureEvidence } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import type { Remedy, RuleStatus } from "../model/verdict.ts";

/** One artifact with what verifiers proved about it. Claims are in `artifact.facts`, evidence is apart. */
export interface GatedArtifact {
  readonly artifact: Artifact;
  /** SHA-256 over the file manifest (bom/file-manifest.ts). */
  readonly manifest: Digest;
  readonly signatures: readonly SignatureEvidence[];
  /** Present if every file equals the BOM's. */
  readonly digests: readonly DigestEvidence[];
  readonly rejected: readonly Rejection[];
  /** The artifact's own findings and those of the verifiers about it. */
  readonly findings: readonly Finding[];
}

/** The BOM that was given, if any. */
export interface GatedBom {
  readonly path: string;
  readonly digest: Digest;
  readonly signatures: readonly SignatureEvidence[];
  readonly rejected: readonly Rejection[];
  readonly findings: readonly Finding[];
}

/** Everything a policy is evaluated on. No clock, no disk, no network. */
export interface GateInput {
  readonly artifacts: readonly GatedArtifact[];
  readonly bom?: GatedBom;
  readonly at: Date;
}

export interface RuleOutcome {
  readonly status: RuleStatus;
  /** Artifacts (or files) in scope. Zero ends in `fail` unless the rule says `not-applicable`. */
  readonly matched: number;
  readonly findings: readonly Finding[];
  readonly remedy: readonly Remedy[];
}
