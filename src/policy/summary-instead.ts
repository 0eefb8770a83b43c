// SPDX-License-Identifier: Apache-2.0
// Somebody's SLSA verification summary in the place of the evidence itself: only for a rule that says whose, by which
// verifier, about what, with which levels and how old (SLSA v1.2, "How to verify", steps 1 to 7). The rule says all of
// it or nothing, and one summary must meet all of it.

import type { SignatureEvidence } from "../model/evidence.ts";
import { finding } from "../model/finding.ts";
import { firstMiss, summaryTypes } from "./claim-demands.ts";
import { ruleFindingOptions } from "./finding-options.ts";
import type { AttestationRule, PolicyRule, SummaryDemand } from "./policy.ts";
import type { ArtifactSubject, Judgement } from "./rule.ts";
import { formatIdentities, formatSigners, isNamed } from "./signers.ts";

/** The demand of a rule whose kind is about evidence that a summary can stand for. */
function demandIn(rule: PolicyRule): SummaryDemand | undefined {
  return rule.kind === "signature" || rule.kind === "attestation" ? rule.orSummary : undefined;
}

/** The judgement where a summary takes the place of what is missing; the same one where the rule takes none. */
export function withSummary(
  rule: PolicyRule,
  subject: ArtifactSubject,
  at: Date,
  judgement: Judgement,
): Judgement {
  const demand = demandIn(rule);
  if (judgement.status !== "fail" || demand === undefined) {
    return judgement;
  }
  const artifact = subject.gated.artifact.name;
  const answers = summariesOf(subject).map((each) => ({ each, miss: missIn(demand, rule, each, at) }));
  const fitting = answers.filter(({ miss }) => miss === undefined).map(({ each }) => each);
  const covered = new Set(fitting.flatMap(({ covers }) => covers));
  const left = subject.files.filter(({ path }) => !covered.has(path));
  if (left.length === 0) {
    const args = { artifact, signers: formatIdentities(fitting), verifiers: demand.verifiers.join(", ") };
    // It stands for evidence that is not there, so it is always to be seen.
    const own = finding("SUMMARY_ACCEPTED", { path: "." }, args, { subject: artifact });
    return { status: "pass", findings: [own], remedy: [] };
  }
  const [miss] = answers.flatMap((answer) => answer.miss ?? []).sort();
  const reason =
    miss ??
    (fitting.length === 0
      ? "there is none"
      : `it leaves out ${left.length} of ${subject.files.length} files`);
  const args = { artifact, signers: formatSigners(demand.signers), reason };
  const own = finding("SUMMARY_NOT_ACCEPTED", { path: "." }, args, ruleFindingOptions(rule, artifact));
  return { ...judgement, findings: [...judgement.findings, own] };
}

function summariesOf({ gated }: ArtifactSubject): readonly SignatureEvidence[] {
  return gated.signatures.filter(
    ({ usage, predicateType }) => usage === "statement" && summaryTypes.includes(predicateType),
  );
}

/** What the summary lacks, in words; undefined if it is as demanded. */
function missIn(
  { signers, verifiers, resources, levels, maxAge }: SummaryDemand,
  { id }: PolicyRule,
  summary: SignatureEvidence,
  at: Date,
): string | undefined {
  const { identity } = summary.signer;
  if (!isNamed(signers, identity)) {
    return `it is signed by ${identity}`;
  }
  const demands: AttestationRule = {
    id,
    kind: "attestation",
    predicateType: summary.predicateType,
    signers,
    claims: { "vsa.result": "PASSED", "vsa.verifier.id": verifiers },
    fields: { "vsa.resourceUri": { matches: resources } },
    ageOf: "vsa.timeVerified",
    maxAge,
  };
  const miss = firstMiss(demands, summary, at);
  if (miss !== undefined) {
    return `${miss.name} is ${miss.got}, not ${miss.expected}`;
  }
  const verified = summary.claims
    .filter(({ name }) => name === "vsa.verifiedLevels")
    .map(({ value }) => String(value));
  const missing = levels.find((level) => !verified.some((each) => reaches(each, level)));
  return missing === undefined ? undefined : `vsa.verifiedLevels lacks ${missing}`;
}

/** The level itself, or a higher one of the same SLSA track. */
function reaches(verified: string, level: string): boolean {
  const pattern = /^(SLSA_[A-Z_]{1,100}_LEVEL_)([0-9])$/;
  const [got, wanted] = [pattern.exec(verified), pattern.exec(level)];
  return (
    verified === level ||
    (got !== null && wanted !== null && got[1] === wanted[1] && Number(got[2]) >= Number(wanted[2]))
  );
}
