// SPDX-License-Identifier: Apache-2.0
// Rule kind `readiness`: how much of what a list of elements asks for the BOM holds (score/). It is about the document, never about an
// artifact: what an artifact itself has to state, and on what evidence, is the kind `completeness`.

import { finding } from "../../model/finding.ts";
import { type ElementScore, type Score, scoreBom } from "../../score/score-bom.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { ReadinessRule } from "../policy.ts";
import type { GatedBom, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";

export const readinessRule: RuleKind<ReadinessRule> = {
  kind: "readiness",

  // Its scope is the BOM by nature (scope.ts): no artifact is ever handed to it.
  judgeArtifact: () => ({ ...passed, status: "not-applicable" }),

  judgeBom(rule, bom) {
    const score = scoreBom(bom.document, rule.profile);
    const { minimum = 0, require = [] } = rule;
    const missing = score.elements.filter(({ id, status }) => require.includes(id) && status !== "present");
    const isLow = score.readiness.percent < minimum;
    if (!isLow && missing.length === 0) {
      return passed;
    }
    return {
      status: "fail",
      findings: [
        ...(isLow ? [lowFinding(rule, bom, score, minimum)] : []),
        ...missing.map((element) => missingFinding(rule, bom, element)),
      ],
      remedy: [{ action: "fill-bom", args: { bom: bom.path, profile: rule.profile } }],
    };
  },
};

function lowFinding(rule: ReadinessRule, bom: GatedBom, { readiness }: Score, minimum: number) {
  const args = { bom: bom.path, profile: rule.profile, percent: readiness.percent, minimum };
  return finding("READINESS_LOW", { path: bom.path }, args, ruleFindingOptions(rule, bom.path));
}

function missingFinding(rule: ReadinessRule, bom: GatedBom, { id, status, lacking, subjects }: ElementScore) {
  const where = lacking[0]?.pointer ?? "";
  const args = {
    bom: bom.path,
    element: id,
    profile: rule.profile,
    status: status.replace("-", " "),
    where: where === "" ? "the document" : where,
    present: subjects.present,
    asked: subjects.asked,
  };
  const location = { path: bom.path, ...(where === "" ? {} : { member: where }) };
  return finding("READINESS_ELEMENT_MISSING", location, args, ruleFindingOptions(rule, bom.path));
}
