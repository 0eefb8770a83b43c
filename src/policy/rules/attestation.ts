// SPDX-License-Identifier: Apache-2.0
// Rule kind `attestation`: a named identity attested every file in scope with one predicate type, and the predicate
// says what the policy demands. One attestation must meet all demands for a file: the builder of one and the source
// of another prove nothing together.

import type { SignatureEvidence } from "../../model/evidence.ts";
import { type Finding, finding } from "../../model/finding.ts";
import type { Remedy } from "../../model/verdict.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { AttestationRule, ClaimValue } from "../policy.ts";
import type { ArtifactSubject, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { formatIdentities, formatSigners, isNamed } from "../signers.ts";

export const attestationRule: RuleKind<AttestationRule> = {
  kind: "attestation",
  restsOnDigests: true,

  judgeArtifact(rule, subject) {
    const ofType = subject.gated.signatures.filter(
      ({ usage, predicateType }) => usage === "statement" && predicateType === rule.predicateType,
    );
    const named = ofType.filter(({ signer }) => isNamed(rule.signers, signer.identity));
    const fitting = named.filter((each) => firstMiss(rule, each) === undefined);
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
}

/** Says how far it came: no attestation, nobody named, another claim, or files left out. */
function nearestMiss(rule: AttestationRule, subject: ArtifactSubject, found: Found): Finding {
  const artifact = subject.gated.artifact.name;
  const options = ruleFindingOptions(rule, artifact);
  const place = { path: "." };
  const type = rule.predicateType;
  const [nearest] = found.named;
  if (found.ofType.length === 0) {
    return finding("ATTESTATION_MISSING", place, { artifact, type }, options);
  }
  if (nearest === undefined) {
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
  const miss = firstMiss(rule, nearest) ?? { name: "", got: "", expected: "" };
  const args = { artifact, type, signer: nearest.signer.identity, ...miss };
  return finding("ATTESTATION_CLAIM_DIFFERS", place, args, options);
}

/** The first claim, by name, that this attestation does not make as demanded. */
function firstMiss(
  rule: AttestationRule,
  { claims }: SignatureEvidence,
): { readonly name: string; readonly got: string; readonly expected: string } | undefined {
  for (const [name, demanded] of Object.entries(rule.claims ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const allowed: readonly ClaimValue[] = Array.isArray(demanded) ? demanded : [demanded as ClaimValue];
    const values = claims.filter((claim) => claim.name === name).map(({ value }) => value);
    // A list is several claims of one name; it has the value if one of them is it.
    if (!values.some((value) => allowed.includes(value))) {
      const got = values.length === 0 ? "nothing" : values.map(String).join(", ").slice(0, 300);
      return { name, got, expected: allowed.map(String).join(" or ").slice(0, 300) };
    }
  }
  return undefined;
}
