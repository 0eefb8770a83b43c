// SPDX-License-Identifier: Apache-2.0
// The findings of a verdict by what they did to it, for reports that show them in one list.

import type { Finding } from "../model/finding.ts";
import type { RuleResult, Verdict } from "../model/verdict.ts";
import { findingKey } from "../policy/finding-order.ts";
import { decidingRules } from "./deciding.ts";

/** `deciding` made the outcome, `warning` belongs to a rule that did not pass otherwise, `noted` to none. */
type FindingRole = "deciding" | "warning" | "noted";

export interface JudgedFinding {
  readonly finding: Finding;
  readonly role: FindingRole;
  /** The rules that it kept from passing. */
  readonly rules: readonly RuleResult[];
}

const order: readonly FindingRole[] = ["deciding", "warning", "noted"];

/** Every finding once: those that decided first, gravest first among equals. */
export function judgedFindings(verdict: Verdict): readonly JudgedFinding[] {
  const deciding = new Set(decidingRules(verdict));
  const rulesByKey = new Map<string, RuleResult[]>();
  for (const rule of verdict.rules.filter(({ status }) => status === "fail" || status === "undecided")) {
    for (const each of rule.findings) {
      const key = findingKey(each);
      rulesByKey.set(key, [...(rulesByKey.get(key) ?? []), rule]);
    }
  }
  const judged = verdict.findings.map((each): JudgedFinding => {
    const rules = rulesByKey.get(findingKey(each)) ?? [];
    const decided = rules.some((rule) => deciding.has(rule));
    return { finding: each, role: decided ? "deciding" : rules.length > 0 ? "warning" : "noted", rules };
  });
  // The sort is stable and the verdict has them gravest first.
  return judged.sort((left, right) => order.indexOf(left.role) - order.indexOf(right.role));
}
