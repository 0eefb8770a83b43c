// SPDX-License-Identifier: Apache-2.0
// Applies waivers to failures. One waiver concerns one rule and the bytes that it names, and waivers never widen one
// another: a waiver for a file takes that file, and findings about it, out of what the rule looks at, and only if the
// rule then passes is the failure waived. What is undecided, what matched too little and what the gate itself found
// is never waived: nobody can accept what nobody knows.

import type { ArtifactFile } from "../model/artifact.ts";
import { digestOf } from "../model/digest.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Waiver, WaiverUse } from "../model/waiver.ts";
import type { Policy, PolicyRule } from "./policy.ts";
import type { ArtifactSubject, GatedBom, GateInput, Judgement } from "./rule.ts";

/** What a rule said about an artifact. */
export interface JudgedSubject {
  readonly subject: ArtifactSubject;
  readonly judgement: Judgement;
  readonly isKnown: boolean;
}

/** The waivers of one evaluation, and what they were applied to. */
export class Waivers {
  readonly #applied: ReadonlyMap<Waiver, Set<string>>;
  readonly #policy: Policy;

  constructor(policy: Policy, waivers: readonly Waiver[]) {
    this.#policy = policy;
    this.#applied = new Map(waivers.map((waiver) => [waiver, new Set()]));
  }

  /**
   * A failure about an artifact, waived if waivers cover all of it. `judge` judges another subject in its place.
   * `isKnown` says that everything the rule rests on was read.
   */
  waiveArtifact(
    rule: PolicyRule,
    { subject, judgement, isKnown }: JudgedSubject,
    judge: (other: ArtifactSubject) => Judgement,
  ): Judgement {
    const waivers = judgement.status === "fail" && isKnown ? this.#for(rule) : [];
    const { artifact, manifest } = subject.gated;
    const whole = waivers.find((each) => each.subject === "artifact" && each.sha256 === manifest.hex);
    if (whole !== undefined) {
      return this.#waived(judgement, [whole], artifact.name);
    }
    const byFile = waivers.filter((each) => each.subject === "file");
    const used = byFile.filter((each) => subject.files.some((file) => isOf(each, file)));
    const files = subject.files.filter((file) => !used.some((each) => isOf(each, file)));
    if (used.length === 0 || (files.length > 0 && judge(without(subject, files)).status !== "pass")) {
      return judgement;
    }
    // With every file waived there is nothing left to judge, unless a finding is about the artifact as a whole.
    const isAboutFiles = judgement.findings.every(({ location }) =>
      subject.files.some(({ path }) => path === location.path),
    );
    return files.length > 0 || isAboutFiles ? this.#waived(judgement, used, artifact.name) : judgement;
  }

  /** A failure about the BOM, waived by its digest. */
  waiveBom(rule: PolicyRule, bom: GatedBom, judgement: Judgement): Judgement {
    const waivers = judgement.status === "fail" ? this.#for(rule) : [];
    const waiver = waivers.find((each) => each.subject === "file" && each.sha256 === bom.digest.hex);
    return waiver === undefined ? judgement : this.#waived(judgement, [waiver], bom.path);
  }

  /** What came of each waiver, in a fixed order. */
  uses(): readonly WaiverUse[] {
    return [...this.#applied].map(([waiver, subjects]) => ({ waiver, applied: [...subjects].sort() }));
  }

  #for(rule: PolicyRule): readonly Waiver[] {
    return [...this.#applied.keys()].filter(
      (each) => each.policy === this.#policy.name && each.rule === rule.id,
    );
  }

  #waived(judgement: Judgement, waivers: readonly Waiver[], subject: string): Judgement {
    for (const waiver of waivers) {
      this.#applied.get(waiver)?.add(subject);
    }
    return { ...judgement, status: "waived", remedy: [] };
  }
}

function isOf(waiver: Waiver, file: ArtifactFile): boolean {
  return digestOf(file.digests, "sha256") === waiver.sha256;
}

/** The subject with these files only, and without findings about those that were left out. */
function without(subject: ArtifactSubject, files: readonly ArtifactFile[]): ArtifactSubject {
  const kept = new Set(files.map(({ path }) => path));
  const left = new Set(subject.files.map(({ path }) => path).filter((path) => !kept.has(path)));
  const isOther = ({ location }: Finding): boolean => !left.has(location.path);
  const { gated } = subject;
  const artifact = { ...gated.artifact, findings: gated.artifact.findings.filter(isOther) };
  return { ...subject, files, gated: { ...gated, artifact, findings: gated.findings.filter(isOther) } };
}

/** What a verdict says about each waiver: a finding, whatever came of it. */
export function waiverFindings(policy: Policy, uses: readonly WaiverUse[]): readonly Finding[] {
  return uses.flatMap(({ waiver, applied }): readonly Finding[] => {
    const { rule, path, notAfter, reason, ticket, signer } = waiver;
    if (applied.length > 0) {
      const args = { rule, signer: signer.identity, notAfter, reason, ticket };
      return applied.map((subject) => finding("WAIVER_APPLIED", { path: "." }, args, { subject }));
    }
    const isKnown = policy.name === waiver.policy && policy.rules.some((each) => each.id === rule);
    const why = `no failure that can be waived is about the ${waiver.subject} sha256:${waiver.sha256.slice(0, 16)}…`;
    return isKnown
      ? [finding("WAIVER_NOT_USED", { path }, { rule, reason: why }, { subject: "waiver" })]
      : [finding("WAIVER_UNKNOWN_RULE", { path }, { rule, policy: waiver.policy }, { subject: "waiver" })];
  });
}

/** The waivers of an input, each once, in an order that does not depend on how they were given. */
export function sortedWaivers({ waivers = [] }: GateInput): readonly Waiver[] {
  const keyed = new Map(waivers.map((waiver) => [JSON.stringify({ ...waiver }), waiver]));
  return [...keyed].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, waiver]) => waiver);
}
