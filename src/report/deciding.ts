// SPDX-License-Identifier: Apache-2.0
// Which findings decided a verdict, for the reports that lead with the reason.

import type { Finding } from "../model/finding.ts";
import type { RuleResult, Verdict } from "../model/verdict.ts";
import { sortFindings } from "../policy/finding-order.ts";

/** The rules that made the outcome what it is; none for `allow`. */
export function decidingRules(verdict: Verdict): readonly RuleResult[] {
  switch (verdict.outcome) {
    case "allow":
      return [];
    case "deny":
      return verdict.rules.filter((rule) => rule.status === "fail" && rule.mode === "enforce");
    case "undecided":
      return verdict.rules.filter((rule) => rule.status === "undecided");
  }
}

/** Their findings, gravest first. */
export function decidingFindings(verdict: Verdict): readonly Finding[] {
  return sortFindings(decidingRules(verdict).flatMap((rule) => rule.findings));
}
