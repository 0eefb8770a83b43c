// SPDX-License-Identifier: Apache-2.0
// Rule kind `assert`: an expression, for what no other kind can say. An error is undecided, never false or true.

import { finding } from "../../model/finding.ts";
import { variableOf } from "../cel/context.ts";
import { CelBudget, type CelOutcome, evaluateOnThread } from "../cel/evaluator.ts";
import { type CelVariable, variables } from "../cel/variables.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { AssertRule } from "../policy.ts";
import type { ArtifactSubject, GatedArtifact, GateInput, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { subjectsOf } from "../scope.ts";

export const assertRule: RuleKind<AssertRule> = {
  kind: "assert",

  judgeArtifact(rule, subject, input) {
    const outcome = outcomeOf(rule, subject, input);
    const artifact = subject.gated.artifact.name;
    const options = ruleFindingOptions(rule, artifact);
    if (outcome === "true") {
      return passed;
    }
    if (outcome === "skipped") {
      return { ...passed, status: "not-applicable" };
    }
    if (outcome === "false") {
      const own = finding("ASSERT_FAILED", { path: "." }, { artifact, rule: rule.id }, options);
      return {
        status: "fail",
        findings: [own],
        remedy: [{ action: "replace-artifact", args: { artifact } }],
      };
    }
    const args = { artifact, rule: rule.id, reason: outcome.error };
    const own = finding("ASSERT_ERROR", { path: "." }, args, options);
    return {
      status: "undecided",
      findings: [own],
      remedy: [{ action: "fix-policy", args: { rule: rule.id } }],
    };
  },
};

/** What is known about the expressions of one evaluation. */
interface Evaluation {
  readonly budget: CelBudget;
  readonly outcomes: Map<AssertRule, ReadonlyMap<GatedArtifact, CelOutcome>>;
}

/** One message for all subjects of a rule: ten thousand messages would take longer than the expressions. */
const evaluations = new WeakMap<GateInput, Evaluation>();

function outcomeOf(rule: AssertRule, { gated }: ArtifactSubject, input: GateInput): CelOutcome {
  const evaluation = evaluations.get(input) ?? { budget: new CelBudget(), outcomes: new Map() };
  evaluations.set(input, evaluation);
  let outcomes = evaluation.outcomes.get(rule);
  if (outcomes === undefined) {
    outcomes = evaluateAll(rule, subjectsOf(rule, input.artifacts), evaluation.budget);
    evaluation.outcomes.set(rule, outcomes);
  }
  return outcomes.get(gated) ?? { error: "no answer within the time that expressions have" };
}

function evaluateAll(
  rule: AssertRule,
  subjects: readonly ArtifactSubject[],
  budget: CelBudget,
): ReadonlyMap<GatedArtifact, CelOutcome> {
  const uses = usedBy(rule);
  const { when, assert } = rule;
  const question = { ...(when === undefined ? {} : { when }), assert, uses, subjects, variableOf };
  const outcomes = evaluateOnThread(question, budget) ?? [];
  const byArtifact = new Map<GatedArtifact, CelOutcome>();
  for (const [index, { gated }] of subjects.entries()) {
    const outcome = outcomes[index];
    if (outcome !== undefined) {
      byArtifact.set(gated, outcome);
    }
  }
  return byArtifact;
}

/** Variables whose names stand in the source; one too many is copied in vain, none is left out. */
function usedBy({ when = "", assert }: AssertRule): readonly CelVariable[] {
  return variables.filter((name) => when.includes(name) || assert.includes(name));
}
