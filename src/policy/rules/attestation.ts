// SPDX-License-Identifier: Apache-2.0
// Rule kind `attestation`: a named identity attested every file in scope with one predicate type, and the predicate
// says what the policy demands. One attestation must meet all demands for a file: the builder of one and the source
// of another prove nothing together.

import type { SignatureEvidence } from "../../model/evidence.ts";
import { type Finding, finding } from "../../model/finding.ts";
import type { Remedy } from "../../model/verdict.ts";
import { type ClaimMiss, firstMiss } from "../claim-demands.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { AttestationRule } from "../policy.ts";
import type { ArtifactSubject, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { formatIdentities, formatSigners, isNamed } from "../signers.ts";

export const attestationRule: RuleKind<AttestationRule> = {
  kind: "attestation",
  restsOnDigests: true,

  judgeArtifact(rule, subject, { at }) {
    const ofType = subject.gated.signatures.filter(
      ({ usage, predicateType }) => usage === "statement" && predicateType === rule.predicateType,
    );
    const named = ofType.filter(({ signer }) => isNamed(rule.signers, signer.identity));
    const fitting = named.filter((each) => firstMiss(rule, each, at) === undefined);
    const covered = new Set(fitting.flatMap(({ covers }) => covers));
    const missing = subject.files.filter((file) => !covered.has(file.path));
    if (missing.length === 0) {
      return passed;
    }
    const own = nearestMiss(rule, subject, {
      ofType,
      named,
      fitting,
      missing: missing.map(({ path }) => path),
      miss: nearestClaim(rule, named, at),
    });
    const args = {
      artifact: subject.gated.artifact.name,
      type: rule.predicateType,
      signers: formatSigners(rule.signers),
    };
    const remedy: Remedy = { action: "attest", args };
    return { status: "fail", findings: [own], remedy: [remedy] };
  },
};

interface Found {
  readonly ofType: readonly SignatureEvidence[];
  readonly named: readonly SignatureEvidence[];
  readonly fitting: readonly SignatureEvidence[];
  /** Paths in scope that no fitting attestation covers. */
  readonly missing: readonly string[];
  /** What one of the named attestations that does not fit states otherwise. */
  readonly miss: SignedMiss | undefined;
}

/** Says how far it came: no attestation, nobody named, another claim, or files left out. */
function nearestMiss(rule: AttestationRule, subject: ArtifactSubject, found: Found): Finding {
  const artifact = subject.gated.artifact.name;
  const options = ruleFindingOptions(rule, artifact);
  const place = { path: "." };
  const type = rule.predicateType;
  if (found.ofType.length === 0) {
    return finding("ATTESTATION_MISSING", place, { artifact, type }, options);
  }
  if (found.named.length === 0) {
    const args = {
      artifact,
      type,
      signers: formatIdentities(found.ofType),
      allowed: formatSigners(rule.signers),
    };
    return finding("ATTESTATION_SIGNER_NOT_ALLOWED", place, args, options);
  }
  if (found.fitting.length > 0) {
    const path = [...found.missing].sort()[0] ?? "";
    const args = { signers: formatIdentities(found.fitting), path, count: found.missing.length };
    return finding("ATTESTATION_NOT_COVERING", place, args, options);
  }
  const miss = found.miss ?? { signer: "nobody", name: "", got: "", expected: "" };
  const args = { artifact, type, ...miss };
  return finding("ATTESTATION_CLAIM_DIFFERS", place, args, options);
}

interface SignedMiss extends ClaimMiss {
  readonly signer: string;
}

/** The same one whatever the order of the attestations. */
function nearestClaim(
  rule: AttestationRule,
  named: readonly SignatureEvidence[],
  at: Date,
): SignedMiss | undefined {
  const misses = named.flatMap((each): SignedMiss[] => {
    const miss = firstMiss(rule, each, at);
    return miss === undefined ? [] : [{ signer: each.signer.identity, ...miss }];
  });
  const keyed = misses.map((miss) => ({ miss, key: JSON.stringify(Object.values(miss)) }));
  return keyed.sort((left, right) => (left.key < right.key ? -1 : 1))[0]?.miss;
}
