// SPDX-License-Identifier: Apache-2.0
// Facts as rules weigh them. Recomputed: aibom read it from the bytes. Signed: an identity that the rule names signed
// the file that states it. Claim: anybody who could write the file could have written it; by default that is not enough.

import type { Fact, FactName } from "../model/fact.ts";
import { type Finding, finding } from "../model/finding.ts";
import { ruleFindingOptions } from "./finding-options.ts";
import type { EvidenceDemand, EvidenceGrade, RuleCommon } from "./policy.ts";
import type { ArtifactSubject, GatedArtifact } from "./rule.ts";
import { isNamed } from "./signers.ts";

const ranks: Readonly<Record<EvidenceGrade, number>> = { claim: 0, signed: 1, recomputed: 2 };

/** The facts of these names about the subject: with `scope.path`, only what the selected files state. */
export function factsOf(subject: ArtifactSubject, ...names: readonly FactName[]): readonly Fact[] {
  const paths = subject.isPartial ? new Set(subject.files.map(({ path }) => path)) : undefined;
  return subject.gated.artifact.facts.filter(
    ({ name, source }) => names.includes(name) && paths?.has(source.path) !== false,
  );
}

/**
 * What `judge` says about the subject, or about each model and dataset inside it: what one states is not stated about
 * another. What lies beside them is judged by what it states, and has to state nothing.
 */
export function judgeEach(
  { scope }: RuleCommon,
  subject: ArtifactSubject,
  judge: (each: ArtifactSubject) => readonly Finding[],
): Finding[] {
  const { gated, files, isPartial } = subject;
  if (gated.artifact.parts === undefined) {
    // Most artifacts by far: nothing of them is copied.
    return [...judge(subject)];
  }
  const { parts: all, ...artifact } = gated.artifact;
  const inScope = new Set(files.map(({ path }) => path));
  const { kind: wanted = "any" } = scope ?? {};
  const parts = all
    .filter(({ kind }) => (wanted === "any" ? kind !== "file-set" : kind === wanted))
    .filter((part) => part.files.some(({ path }) => inScope.has(path)));
  if (parts.length === 0) {
    return [...judge(subject)];
  }
  const inside = parts.flatMap(({ name, kind, root, facts, files: own }) => {
    const selected = own.filter(({ path }) => inScope.has(path));
    const part = { ...gated, artifact: { ...artifact, name, kind, facts, files: own } };
    return judge({ gated: part, files: selected, isPartial: selected.length < own.length }).map((item) => ({
      ...item,
      subject: artifact.name,
      location: item.location.path === "." && root !== "" ? { path: root } : item.location,
    }));
  });
  const places = new Set(parts.flatMap(({ root, files: own }) => [root, ...own.map(({ path }) => path)]));
  const facts = artifact.facts.filter(({ source }) => !places.has(source.path));
  const beside = judge({ gated: { ...gated, artifact: { ...artifact, facts } }, files, isPartial });
  return [...inside, ...beside.filter(({ code }) => code !== "FACT_MISSING")];
}

/** How well a fact is supported, given who the rule lets vouch for it. */
function gradeOf(fact: Fact, gated: GatedArtifact, demand: EvidenceDemand): EvidenceGrade {
  if (fact.grade === "computed") {
    return "recomputed";
  }
  const isSigned = gated.signatures.some(
    ({ usage, signer, covers }) =>
      usage === "model" &&
      isNamed(demand.signedBy ?? "any", signer.identity) &&
      covers.includes(fact.source.path),
  );
  return isSigned ? "signed" : "claim";
}

/** True if the fact is supported as well as the rule asks; a signature unless it says otherwise. */
export function isEnough(fact: Fact, gated: GatedArtifact, demand: EvidenceDemand): boolean {
  return ranks[gradeOf(fact, gated, demand)] >= ranks[demand.evidence ?? "signed"];
}

/** What is wrong if something is stated nowhere, or nowhere where the rule accepts it. */
export function unsupported(
  rule: RuleCommon & EvidenceDemand,
  gated: GatedArtifact,
  what: string,
  facts: readonly Fact[],
): Finding[] {
  const artifact = gated.artifact.name;
  const options = ruleFindingOptions(rule, artifact);
  const [first] = facts;
  if (first === undefined) {
    return [finding("FACT_MISSING", { path: "." }, { artifact, what }, options)];
  }
  if (facts.some((fact) => isEnough(fact, gated, rule))) {
    return [];
  }
  const args = {
    artifact,
    what,
    grade: gradeOf(first, gated, rule),
    wanted: rule.evidence ?? "signed",
  };
  return [finding("EVIDENCE_TOO_WEAK", { path: first.source.path }, args, options)];
}

/** The text of a value; of a named thing its name. */
export function textOf({ value }: Fact): string {
  if (typeof value === "object" && value !== null && "name" in value && typeof value["name"] === "string") {
    return value["name"];
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
