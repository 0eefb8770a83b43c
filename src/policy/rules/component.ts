// SPDX-License-Identifier: Apache-2.0
// Rule kind `component`: floors and ceilings for the version and the age of an artifact. All that is stated must keep
// to them; what is stated nowhere, or by nobody whom the rule accepts, is unknown and fails.

import type { Fact } from "../../model/fact.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { spanOf } from "../age.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { ComponentRule } from "../policy.ts";
import type { ArtifactSubject, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { factsOf, judgeEach, unsupported } from "../subject-facts.ts";
import { compareVersions } from "../version-order.ts";

export const componentRule: RuleKind<ComponentRule> = {
  kind: "component",

  judgeArtifact(rule, subject, { at }) {
    const findings = judgeEach(rule, subject, (each) => [
      ...(rule.minVersion === undefined ? [] : judgeVersion(rule, each, rule.minVersion)),
      ...(rule.maxAge === undefined && rule.minAge === undefined ? [] : judgeAge(rule, each, at)),
    ]);
    const artifact = subject.gated.artifact.name;
    const remedy = [{ action: "replace-artifact", args: { artifact } }] as const;
    return findings.length === 0 ? passed : { status: "fail", findings, remedy };
  },
};

function judgeVersion(rule: ComponentRule, subject: ArtifactSubject, floor: string): Finding[] {
  return judgeFacts(rule, subject, { what: "version", facts: factsOf(subject, "version") }, (value) => {
    const order = compareVersions(value, floor);
    return order !== undefined && order >= 0 ? undefined : `${floor} or newer`;
  });
}

/** The last change counts; an artifact that states none is as old as its creation. */
function judgeAge(rule: ComponentRule, subject: ArtifactSubject, at: Date): Finding[] {
  const modified = factsOf(subject, "modified");
  const facts = modified.length > 0 ? modified : factsOf(subject, "created");
  return judgeFacts(rule, subject, { what: "date", facts }, (value) => {
    const age = at.getTime() - new Date(value).getTime();
    if (!(age >= 0)) {
      return "a date before the check";
    }
    if (rule.maxAge !== undefined && age > spanOf(rule.maxAge)) {
      return `at most ${rule.maxAge} ago`;
    }
    return rule.minAge !== undefined && age < spanOf(rule.minAge) ? `at least ${rule.minAge} ago` : undefined;
  });
}

/** `expectation` says what a value should have been, or undefined if it is fine. */
function judgeFacts(
  rule: ComponentRule,
  { gated }: ArtifactSubject,
  { what, facts }: { readonly what: string; readonly facts: readonly Fact[] },
  expectation: (value: string) => string | undefined,
): Finding[] {
  const artifact = gated.artifact.name;
  const options = ruleFindingOptions(rule, artifact);
  const findings: Finding[] = [];
  for (const fact of facts) {
    const got = typeof fact.value === "string" ? fact.value : JSON.stringify(fact.value);
    const expected = typeof fact.value === "string" ? expectation(fact.value) : "a text";
    if (expected !== undefined) {
      const args = { artifact, what, got, expected };
      findings.push(finding("COMPONENT_NOT_AS_DEMANDED", { path: fact.source.path }, args, options));
    }
  }
  findings.push(...unsupported(rule, gated, what, facts));
  return findings;
}
