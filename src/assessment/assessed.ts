// SPDX-License-Identifier: Apache-2.0
// What a verdict, a profile and scores have in common for those who audit: requirements of a standard, how each was met, why, and how
// well that is known. OSCAL and CycloneDX declarations are two ways of writing it down.

import type { RuleResult, Verdict } from "../model/verdict.ts";
import type { CheckResult, Profile } from "../profile/build-profile.ts";
import type { EvidenceClass } from "../profile/check.ts";
import { layerNames } from "../profile/layer.ts";
import type { ElementScore, Score } from "../score/score-bom.ts";

/** `waived`: it was not met, and somebody who may decide so accepted that for a time. */
export type RequirementStatus = "met" | "not-met" | "waived" | "unknown" | "not-applicable";

export interface AssessedRequirement {
  /** Unique in its standard: letters, digits, dots, hyphens. */
  readonly id: string;
  readonly text: string;
  readonly group?: string;
  readonly status: RequirementStatus;
  /** Part of what it is asked of that meets it, 0 to 1; left out where nobody knows. */
  readonly share?: number;
  readonly reason: string;
  /** What stands in the way, or where it was found. */
  readonly subjects: readonly string[];
  /** How the answer is known (profile/check.ts); left out where nothing is. */
  readonly evidence?: EvidenceClass;
}

export interface AssessedStandard {
  /** As requirements' ids. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  /** What it is, and what it is not. */
  readonly standing: string;
  /** What came out of it, in a line. */
  readonly summary: string;
  readonly requirements: readonly AssessedRequirement[];
}

/** What was found out, by whatever of the three was run. */
export interface AssessmentInput {
  readonly verdict?: Verdict;
  readonly profile?: Profile;
  readonly scores?: readonly Score[];
}

/** The standards of an assessment: the policy, the sovereignty profile, the lists of elements. */
export function assessedStandards({
  verdict,
  profile,
  scores = [],
}: AssessmentInput): readonly AssessedStandard[] {
  return [
    ...(verdict === undefined ? [] : [assessedVerdict(verdict)]),
    ...(profile === undefined ? [] : [assessedProfile(profile)]),
    ...scores.map(assessedScore),
  ];
}

function assessedVerdict(verdict: Verdict): AssessedStandard {
  const { name, version, digest } = verdict.inputs.policy;
  const { outcome, rules } = verdict;
  return {
    id: "policy",
    name: `policy ${name}`,
    version: version === undefined ? `sha256:${digest.hex}` : String(version),
    owner: "whoever wrote the policy",
    standing: `the rules of a policy file of SHA-256 ${digest.hex}`,
    summary: `${outcome}: ${rules.filter(({ status }) => status === "pass").length} of ${rules.length} rules passed`,
    requirements: withUniqueIds(rules.map(assessedRule)),
  };
}

const ruleStatuses: Readonly<Record<RuleResult["status"], RequirementStatus>> = {
  pass: "met",
  fail: "not-met",
  waived: "waived",
  undecided: "unknown",
  "not-applicable": "not-applicable",
};

/** What a rule's answer rests on, by its kind; a kind that is not named rests on what artifacts say about themselves. */
const ruleEvidence: ReadonlyMap<string, EvidenceClass> = new Map([
  ["bom-match", 4],
  ["digest", 4],
  ["signature", 3],
  ["attestation", 3],
  ["freshness", 3],
  ["content", 2],
  ["format", 2],
  ["complete", 2],
  ["imports", 2],
  ["package", 2],
  ["image", 2],
  ["kill-switch", 2],
]);

function assessedRule(result: RuleResult): AssessedRequirement {
  const { rule, kind, status, message, mode, subjects = [], findings } = result;
  const good = subjects.filter((each) => each.status === "pass").length;
  const codes = [...new Set(findings.map(({ code }) => code))];
  const word = mode === "warn" ? " (reported only)" : "";
  return {
    id: safeId(rule),
    text: message ?? `rule ${rule} of kind ${kind}`,
    group: kind,
    status: ruleStatuses[status],
    ...(status === "undecided" || status === "not-applicable"
      ? {}
      : { share: subjects.length === 0 ? Number(status === "pass") : good / subjects.length }),
    reason: `${status}${word}${codes.length === 0 ? "" : `: ${codes.join(", ")}`}`,
    subjects: [...new Set(findings.map(({ subject }) => subject))],
    ...(status === "undecided" ? {} : { evidence: ruleEvidence.get(kind) ?? 1 }),
  };
}

function assessedProfile(profile: Profile): AssessedStandard {
  return {
    id: "asp-1",
    name: "aibom sovereignty profile",
    version: "1",
    owner: "aibom",
    standing: "a list of questions of aibom's own; no SEAL level, no certificate, no legal status",
    summary: `${profile.vector}, coverage ${profile.coverage}%`,
    requirements: profile.checks.map(assessedCheck),
  };
}

const checkStatuses: Readonly<Record<CheckResult["status"], RequirementStatus>> = {
  pass: "met",
  weak: "not-met",
  fail: "not-met",
  waived: "waived",
  unknown: "unknown",
};

function assessedCheck(check: CheckResult): AssessedRequirement {
  const { id, layer, gate, question, status, evidence, minEvidence, reason, subjects, waiver } = check;
  const by =
    waiver === undefined ? "" : `; waived by ${waiver.approver} until ${waiver.expires}: ${waiver.reason}`;
  return {
    id,
    text: `${question} (gate ${gate}, needs E${minEvidence})`,
    group: `${layer} ${layerNames[layer]}`,
    status: checkStatuses[status],
    ...(status === "unknown" ? {} : { share: Number(status === "pass") }),
    reason: `${status}${reason === "" ? "" : `: ${reason}`}${by}`,
    subjects,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

function assessedScore(score: Score): AssessedStandard {
  const { profile, title, standing, sources, readiness, elements } = score;
  return {
    id: `score-${profile}`,
    name: title,
    version: sources[0]?.date ?? "unknown",
    owner: sources[0]?.title ?? "unknown",
    standing: `${standing}; says whether an element can be found in the BOM, not whether it is true`,
    summary: `readiness ${readiness.percent}%: ${readiness.present} of ${readiness.applicable} elements present`,
    requirements: elements.map(assessedElement),
  };
}

const elementStatuses: Readonly<Record<ElementScore["status"], RequirementStatus>> = {
  present: "met",
  absent: "not-met",
  "declared-unknown": "unknown",
  "not-applicable": "not-applicable",
};

function assessedElement(element: ElementScore): AssessedRequirement {
  const { id, title, group, status, subjects, found, lacking, of } = element;
  const { asked, present, declaredUnknown } = subjects;
  const unknown = declaredUnknown === 0 ? "" : `, ${declaredUnknown} declared unknown`;
  return {
    id,
    text: title,
    group,
    status: elementStatuses[status],
    ...(status === "not-applicable" || status === "declared-unknown"
      ? {}
      : { share: asked === 0 ? 0 : present / asked }),
    reason: asked === 0 ? status : `${status}: ${present} of ${asked} (${of})${unknown}`,
    subjects: status === "present" ? found : lacking.map(({ name, pointer }) => `${name} at ${pointer}`),
    // What a BOM says is its own word, whoever signed it; that it says nothing was seen.
    ...(status === "present"
      ? { evidence: 1 as const }
      : status === "absent"
        ? { evidence: 2 as const }
        : {}),
  };
}

/** `a:b` and `ab`, or a rule called `gate` beside the gate's own: those who read the ids must not take one for the other. */
function withUniqueIds(requirements: readonly AssessedRequirement[]): readonly AssessedRequirement[] {
  const taken = new Set(requirements.map(({ id }) => id));
  const seen = new Set<string>();
  return requirements.map((each) => {
    let { id } = each;
    for (let number = 2; seen.has(id) || (id !== each.id && taken.has(id)); number += 1) {
      id = `${each.id}-${number}`;
    }
    seen.add(id);
    return { ...each, id };
  });
}

/** Rules are named by people; the gate's own is `(gate)`. */
function safeId(rule: string): string {
  return rule.replace(/[^A-Za-z0-9._-]/g, "") || "rule";
}
