// SPDX-License-Identifier: Apache-2.0
// A verdict as attestations that other gates read: SLSA verification summary v1 (slsa.dev/spec/v1.2/verification_summary) and
// in-toto simple verification result v0.2 (in-toto/attestation, spec/predicates/svr.md). One statement for each artifact, whose
// subjects are the artifact's files by digest. The predicate type stands early: the file can be told from its start.

import { digestOf } from "../model/digest.ts";
import { atLeast } from "../model/severity.ts";
import type { Verdict, VerdictArtifact } from "../model/verdict.ts";
import { statementTypeV1 } from "../verifiers/statement.ts";

const verdictPredicateTypes = {
  vsa: "https://slsa.dev/verification_summary/v1",
  svr: "https://in-toto.io/attestation/svr/v0.2",
} as const;

export type VerdictStatementKind = keyof typeof verdictPredicateTypes;

/** Who says it, and when. */
export interface VerifierFields {
  /** URI of the verifier. It means something only together with the signature. */
  readonly id: string;
  readonly version: string;
  /** When the verdict was reached. */
  readonly verifiedAt: Date;
}

/** The statements about the artifacts of a verdict that have files with a SHA-256, as the bytes to be signed. */
export function verdictStatements(
  kind: VerdictStatementKind,
  verdict: Verdict,
  verifier: VerifierFields,
): readonly Uint8Array[] {
  return verdict.artifacts.flatMap((artifact) => {
    const subject = subjectsOf(artifact);
    const predicateType = verdictPredicateTypes[kind];
    const predicate = predicates[kind](verdict, artifact, verifier);
    const statement = { _type: statementTypeV1, predicateType, subject, predicate };
    return subject.length === 0 ? [] : [Buffer.from(JSON.stringify(statement))];
  });
}

/** Every file once: two of equal bytes are one subject. */
function subjectsOf({ contents }: VerdictArtifact): readonly object[] {
  const subjects = new Map<string, object>();
  for (const { path, digests } of contents) {
    const sha256 = digestOf(digests, "sha256");
    if (sha256 !== undefined && !subjects.has(sha256)) {
      subjects.set(sha256, { name: path, digest: { sha256 } });
    }
  }
  return [...subjects.values()];
}

type BuildPredicate = (verdict: Verdict, artifact: VerdictArtifact, verifier: VerifierFields) => object;

const predicates: Readonly<Record<VerdictStatementKind, BuildPredicate>> = {
  vsa: (verdict, artifact, verifier) => {
    const levels = verifiedLevels(verdict, artifact);
    return {
      verifier: { id: verifier.id, version: { aibom: verifier.version } },
      timeVerified: timeOf(verdict, verifier),
      // A package URL that names the whole set of files by its manifest.
      resourceUri: `pkg:generic/${encodeURIComponent(artifact.name.toWellFormed())}?checksum=sha256:${artifact.manifest.hex}`,
      policy: policyOf(verdict),
      verificationResult: levels.length === 0 ? "FAILED" : "PASSED",
      verifiedLevels: levels.length === 0 ? ["FAILED"] : levels,
      slsaVersion: "1.2",
    };
  },
  svr: (verdict, artifact, verifier) => ({
    verifier: { id: verifier.id, policies: [policyOf(verdict)] },
    timeCreated: timeOf(verdict, verifier),
    properties: verifiedLevels(verdict, artifact),
  }),
};

/** Never later than the check was made, and never later than the instant it was made for. */
function timeOf({ at }: Verdict, { verifiedAt }: VerifierFields): string {
  return new Date(Math.min(Date.parse(at), verifiedAt.getTime())).toISOString();
}

function policyOf({ inputs: { policy } }: Verdict): object {
  return {
    uri: `urn:aibom:policy:${encodeURIComponent(policy.name)}`,
    digest: { [policy.digest.algorithm]: policy.digest.hex },
  };
}

/**
 * What was verified of the artifact, by our names; nothing unless the verdict is `allow` and no check was weakened. They rest on evidence and findings and
 * not on how rules are called, so that they mean the same under every policy.
 */
function verifiedLevels(verdict: Verdict, artifact: VerdictArtifact): readonly string[] {
  const { outcome, rules, inputs } = verdict;
  const isEnforced =
    (inputs.environment?.mode ?? "enforce") === "enforce" &&
    rules.some(({ mode, status }) => mode === "enforce" && (status === "pass" || status === "waived"));
  if (outcome !== "allow" || inputs.unsafe.length > 0 || !isEnforced) {
    return [];
  }
  const { name, contents, isRead } = artifact;
  // Two targets of one name cannot be told apart in evidence.
  const isNamedOnce = verdict.artifacts.filter((each) => each.name === name).length === 1;
  const evidence = verdict.evidence.filter(({ subject }) => isNamedOnce && subject === name);
  const coversAll = (paths: readonly string[]): boolean => {
    const covered = new Set(paths);
    return contents.every(({ path }) => covered.has(path));
  };
  const isSigned = evidence.some(
    (each) => each.kind === "signature" && each.usage === "model" && coversAll(each.covers),
  );
  const isInBom = evidence.some(
    (each) => each.kind === "digest" && coversAll([...each.covers, ...(each.outside ?? [])]),
  );
  const isClear =
    isNamedOnce &&
    isRead &&
    !verdict.findings.some(({ subject, severity }) => subject === name && atLeast(severity, "high"));
  return [
    // An exception is never passed on as a pass.
    rules.some(({ status }) => status === "waived") ? "AIBOM_POLICY_WAIVED" : "AIBOM_POLICY_PASSED",
    ...(isSigned ? ["AIBOM_MODEL_SIGNED"] : []),
    ...(isInBom ? ["AIBOM_BOM_MATCHED"] : []),
    ...(isClear ? ["AIBOM_CONTENT_CLEAR"] : []),
  ];
}
