// SPDX-License-Identifier: Apache-2.0
// What a rule's own findings carry besides their code: the subject, and the author's severity if stated.

import type { Severity } from "../model/severity.ts";
import type { RuleCommon } from "./policy.ts";

/** Options for `finding` such that the rule's `severity` replaces the code table's. */
export function ruleFindingOptions(
  rule: RuleCommon,
  subject: string,
): { readonly subject: string; readonly severity?: Severity } {
  return rule.severity === undefined ? { subject } : { subject, severity: rule.severity };
}
