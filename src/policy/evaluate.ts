// SPDX-License-Identifier: Apache-2.0
// Evaluates a policy. Three promises, each with a property test: what nothing looked at is never allowed,
// removing evidence never turns deny into allow, and the order of inputs never matters.
// Not here: reading policies (load.ts), environments; what waivers change is in waive.ts.

import { AibomError } from "../errors.ts";
import type { ArtifactFile } from "../model/artifact.ts";
import { isEvidence } from "../model/evidence.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Outcome, Remedy, RuleResult, RuleStatus, RuleSubject } from "../model/verdict.ts";
import { isWaiver, type WaiverUse } from "../model/waiver.ts";
import { lastInstant } from "./expiry.ts";
import { ruleFindingOptions } from "./finding-options.ts";
import { compareText, sortFindings } from "./finding-order.ts";
import type { Policy, PolicyRule } from "./policy.ts";
import { qualifyFindings } from "./qualify.ts";
import type { ArtifactSubject, GatedArtifact, GatedBom, GateInput, Judgement, RuleKind } from "./rule.ts";
import { ruleKinds } from "./rules/index.ts";
import { countMatches, isAboutBom, subjectsOf } from "./scope.ts";
import { SeenFiles } from "./seen-files.ts";
import { withSummary } from "./summary-instead.ts";
import { sortedWaivers, Waivers } from "./waive.ts";

/** What a policy says about the inputs. */
export interface PolicyVerdict {
  readonly outcome: Outcome;
  /** In the policy's order; what the gate itself found comes last, as the rule `(gate)`. */
  readonly rules: readonly RuleResult[];
  /** What came of each waiver. */
  readonly waivers: readonly WaiverUse[];
}

/**
 * Evaluates every rule on every artifact in its scope.
 *
 * `deny` if an enforced rule fails, else `undecided` if any rule is undecided, else `allow`. Warn mode
 * takes a rule's failure out of the decision, never its ignorance: an undecided rule in warn mode still
 * keeps the outcome from being `allow`, because what could not be read is not known to be fine.
 * An empty target, a policy without rules, and an artifact that no rule looked at are denied.
 *
 * @throws {AibomError} POLICY_EXPIRED, POLICY_EVIDENCE_FORGED
 */
export function evaluatePolicy(policy: Policy, input: GateInput): PolicyVerdict {
  refuseExpired(policy, input.at);
  refuseForged(input);
  return decide(policy, input);
}

/**
 * What the rules say about a sample (sample.ts): its evidence is made up, so no verdict may rest on the answer, and
 * `evaluatePolicy` refuses it.
 */
export function evaluateSample(policy: Policy, sample: GateInput): PolicyVerdict {
  return decide(policy, sample);
}

function decide(policy: Policy, input: GateInput): PolicyVerdict {
  const qualified = qualifyFindings(input);
  const sorted = { ...qualified, artifacts: [...qualified.artifacts].sort(compareArtifacts) };
  const seen = new SeenFiles(sorted.artifacts);
  const waivers = new Waivers(policy, sortedWaivers(input));
  prepareRules(policy, sorted);
  const rules: RuleResult[] = [];
  for (const rule of policy.rules) {
    rules.push(evaluateRule(policy, rule, sorted, { seen, waivers, before: rules.at(-1)?.subjects ?? [] }));
  }
  const all = [...rules, ...judgeGate(policy, sorted, seen)];
  return { outcome: outcomeOf(all), rules: all, waivers: waivers.uses() };
}

function prepareRules(policy: Policy, input: GateInput): void {
  for (const [name, rules] of Map.groupBy(policy.rules, ({ kind }) => kind)) {
    const kind: RuleKind = ruleKinds[name];
    kind.prepare?.(rules, input);
  }
}

function outcomeOf(rules: readonly RuleResult[]): Outcome {
  if (rules.some((rule) => rule.status === "fail" && rule.mode === "enforce")) {
    return "deny";
  }
  return rules.some((rule) => rule.status === "undecided") ? "undecided" : "allow";
}

/** What the rules of one evaluation share. */
interface Shared {
  readonly seen: SeenFiles;
  readonly waivers: Waivers;
  /** What the rule before said of its subjects. */
  readonly before: readonly RuleSubject[];
}

function evaluateRule(
  policy: Policy,
  rule: PolicyRule,
  input: GateInput,
  { seen, waivers, before }: Shared,
): RuleResult {
  const kind: RuleKind = ruleKinds[rule.kind];
  const subjects = isAboutBom(rule) ? [] : subjectsOf(rule, input.artifacts);
  const bom = isAboutBom(rule) ? input.bom : undefined;
  const matched = bom === undefined ? countMatches(rule, subjects) : 1;
  const judgements = subjects.map((subject) => {
    const judgement = judgeSubject(kind, rule, subject, input);
    if (judgement.status !== "fail") {
      return judgement;
    }
    return waivers.waiveArtifact(rule, { subject, judgement, isKnown: isKnown(kind, subject) }, (each) =>
      judgeSubject(kind, rule, each, input),
    );
  });
  if (bom !== undefined) {
    judgements.push(waivers.waiveBom(rule, bom, judgeBom(kind, rule, bom, input)));
  }
  seen.mark(subjects, judgements);
  if (matched < (rule.minMatches ?? 1)) {
    judgements.push(tooFewMatches(rule, matched));
  }
  const status = worst(judgements);
  return {
    rule: rule.id,
    kind: rule.kind,
    status,
    mode: rule.mode ?? policy.mode,
    ...(rule.message === undefined ? {} : { message: rule.message }),
    matched,
    subjects: ruleSubjects(subjects, judgements, before),
    findings: sortFindings(judgements.flatMap((judgement) => judgement.findings)),
    remedy: [
      ...authorRemedy(rule, status),
      ...uniqueRemedies(judgements.flatMap((judgement) => judgement.remedy)),
    ],
  };
}

/**
 * How the rule ended for each subject. Most rules say of most subjects what the rule before said: what is equal is the
 * same object, and a hundred thousand artifacts take the room for one rule, not for twenty.
 */
function ruleSubjects(
  subjects: readonly ArtifactSubject[],
  judgements: readonly Judgement[],
  before: readonly RuleSubject[],
): readonly RuleSubject[] {
  let isAsBefore = subjects.length === before.length;
  const said = subjects.map(({ gated }, index) => {
    const { name } = gated.artifact;
    const status = judgements[index]?.status ?? "not-applicable";
    const known = before[index];
    if (known?.name === name && known.status === status) {
      return known;
    }
    isAsBefore = false;
    return { name, status };
  });
  return isAsBefore ? before : said;
}

/** A rule kind's judgement; what was not read completely cannot pass. */
function judgeSubject(
  kind: RuleKind,
  rule: PolicyRule,
  subject: ArtifactSubject,
  input: GateInput,
): Judgement {
  const judgement = withSummary(rule, subject, input.at, kind.judgeArtifact(rule, subject, input));
  if (judgement.status !== "pass" || isKnown(kind, subject)) {
    return judgement;
  }
  const { artifact } = subject.gated;
  const args = { artifact: artifact.name, count: artifact.files.filter(isUnverified).length };
  const own = finding("ARTIFACT_INCOMPLETE", { path: "." }, args, {
    subject: artifact.name,
  });
  return {
    status: "undecided",
    findings: [...judgement.findings, own],
    remedy: [
      {
        action: artifact.isGivenByDigest === true ? "give-file" : "restore-file",
        args: { artifact: artifact.name },
      },
    ],
  };
}

/** Everything that the rule rests on was read. */
function isKnown(kind: RuleKind, subject: ArtifactSubject): boolean {
  const { artifact } = subject.gated;
  return (
    (artifact.complete && !artifact.files.some(isUnverified)) ||
    (artifact.isGivenByDigest === true && kind.restsOnDigests === true)
  );
}

function isUnverified({ status }: ArtifactFile): boolean {
  return status === "unverified";
}

function judgeBom(kind: RuleKind, rule: PolicyRule, bom: GatedBom, input: GateInput): Judgement {
  // The schema allows `kind: bom` only where the rule kind judges BOMs; a policy built in code may err.
  return kind.judgeBom?.(rule, bom, input) ?? tooFewMatches(rule, 0);
}

/** The author knows the house: their words come before ours. */
function authorRemedy({ remedy }: PolicyRule, status: RuleResult["status"]): readonly Remedy[] {
  const isNeeded = status === "fail" || status === "undecided";
  return remedy === undefined || !isNeeded ? [] : [{ action: "author", args: { text: remedy } }];
}

function tooFewMatches(rule: PolicyRule, matched: number): Judgement {
  const args = { rule: rule.id, matched, wanted: rule.minMatches ?? 1 };
  const own = finding("POLICY_NO_MATCH", { path: "." }, args, ruleFindingOptions(rule, `rule ${rule.id}`));
  return { status: "fail", findings: [own], remedy: [{ action: "fix-policy", args: { rule: rule.id } }] };
}

/** fail over undecided over waived over pass; a rule that nothing is said about does not apply. */
function worst(judgements: readonly Judgement[]): RuleResult["status"] {
  const statuses = new Set<RuleStatus>();
  for (const { status } of judgements) {
    statuses.add(status);
  }
  for (const status of ["fail", "undecided", "waived", "pass"] as const) {
    if (statuses.has(status)) {
      return status;
    }
  }
  return "not-applicable";
}

/** An artifact, or a file of it, that every scope leaves out: a file added beside the weights must not pass. */
function uncheckedFinding(gated: GatedArtifact, seen: SeenFiles): Finding | undefined {
  const { name } = gated.artifact;
  const left = seen.left(gated);
  if (left === undefined) {
    return finding("POLICY_ARTIFACT_UNCHECKED", { path: "." }, { artifact: name }, { subject: name });
  }
  const [first] = left;
  return first === undefined
    ? undefined
    : finding("POLICY_FILES_UNCHECKED", { path: first.path }, { count: left.length }, { subject: name });
}

/** What no rule can say: that there was nothing to look at, or that no rule looked. */
function judgeGate(policy: Policy, input: GateInput, seen: SeenFiles): RuleResult[] {
  const failures: Finding[] = [];
  const isEmpty = ({ artifact }: GatedArtifact) => artifact.files.length === 0;
  if (input.artifacts.length === 0 || input.artifacts.some(isEmpty)) {
    failures.push(finding("POLICY_NOTHING_GIVEN", { path: "." }, {}, { subject: "target" }));
  }
  for (const gated of input.artifacts) {
    const unchecked = isEmpty(gated) ? undefined : uncheckedFinding(gated, seen);
    if (unchecked !== undefined) {
      failures.push(unchecked);
    }
  }
  const results: RuleResult[] = [];
  if (failures.length > 0) {
    results.push(gateResult("enforce", failures));
  }
  if (policy.rules.length > 0 && policy.rules.every((rule) => (rule.mode ?? policy.mode) === "warn")) {
    const args = { policy: policy.name };
    results.push(
      gateResult("warn", [finding("POLICY_WARN_ONLY", { path: "." }, args, { subject: "policy" })]),
    );
  }
  return results;
}

function gateResult(mode: RuleResult["mode"], findings: readonly Finding[]): RuleResult {
  return {
    rule: "(gate)",
    kind: "gate",
    status: "fail",
    mode,
    matched: 0,
    findings: sortFindings(findings),
    remedy: [{ action: "fix-policy", args: {} }],
  };
}

function refuseExpired(policy: Policy, at: Date): void {
  if (policy.expires !== undefined && !(at.getTime() <= lastInstant(policy.expires).getTime())) {
    throw AibomError.of("POLICY_EXPIRED", { name: policy.name, expires: policy.expires });
  }
}

/** Evidence that no verifier made is a fault of the caller, and no verdict may rest on it. */
function refuseForged(input: GateInput): void {
  const refuse = (offered: readonly unknown[] | undefined, subject: string): void => {
    if (offered?.every(isEvidence) === false) {
      throw AibomError.of("POLICY_EVIDENCE_FORGED", { subject });
    }
  };
  for (const { artifact, signatures, digests, manifests, attestedPackages } of input.artifacts) {
    for (const offered of [signatures, digests, manifests, attestedPackages]) {
      refuse(offered, artifact.name);
    }
  }
  refuse(input.bom?.signatures, "the BOM");
  refuse(input.suppliers?.signatures, "the supplier register");
  for (const data of [input.vulnerabilities?.osv, ...(input.vulnerabilities?.vex ?? [])]) {
    refuse(data?.signatures, "vulnerability data");
  }
  if (input.waivers?.every(isWaiver) === false) {
    throw AibomError.of("POLICY_EVIDENCE_FORGED", { subject: "a waiver" });
  }
}

function compareArtifacts(left: GatedArtifact, right: GatedArtifact): number {
  return (
    compareText(left.artifact.name, right.artifact.name) ||
    compareText(left.artifact.kind, right.artifact.kind) ||
    compareText(left.manifest.hex, right.manifest.hex)
  );
}

function uniqueRemedies(remedies: readonly Remedy[]): readonly Remedy[] {
  const byText = new Map(remedies.map((remedy) => [JSON.stringify([remedy.action, remedy.args]), remedy]));
  return [...byText.entries()]
    .sort(([left], [right]) => compareText(left, right))
    .map(([, remedy]) => remedy);
}
