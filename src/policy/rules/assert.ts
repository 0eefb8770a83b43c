// SPDX-License-Identifier: Apache-2.0
// Rule kind `assert`: an expression, for what no other kind can say. An error is undecided, never false or true.

import { finding } from "../../model/finding.ts";
import { variableOf } from "../cel/context.ts";
import { type CelAnswer, type CelOutcome, CelRun, outcomeAt } from "../cel/evaluator.ts";
import { type CelVariable, variables } from "../cel/variables.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { AssertRule } from "../policy.ts";
import type { ArtifactSubject, GatedArtifact, GateInput, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { subjectsOf } from "../scope.ts";

export const assertRule: RuleKind<AssertRule> = {
  kind: "assert",

  prepare(rules, input) {
    for (const rule of rules) {
      ask(rule, input);
    }
  },

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

/** The expressions of one evaluation: what was asked, and which subject is at which place. */
interface Evaluation {
  readonly run: CelRun;
  readonly questions: Map<AssertRule, Question>;
  readonly places: Map<readonly ArtifactSubject[], ReadonlyMap<GatedArtifact, number>>;
}

interface Question {
  readonly id: number;
  readonly places: ReadonlyMap<GatedArtifact, number>;
  answer?: CelAnswer | undefined;
}

const evaluations = new WeakMap<GateInput, Evaluation>();

function evaluationOf(input: GateInput): Evaluation {
  let evaluation = evaluations.get(input);
  if (evaluation === undefined) {
    evaluation = { run: new CelRun(), questions: new Map(), places: new Map() };
    evaluations.set(input, evaluation);
  }
  return evaluation;
}

/** One message for all subjects of a rule: ten thousand messages would take longer than the expressions. */
function ask(rule: AssertRule, input: GateInput): Question {
  const { run, questions, places } = evaluationOf(input);
  let question = questions.get(rule);
  if (question === undefined) {
    const subjects = subjectsOf(rule, input.artifacts);
    const known = places.get(subjects) ?? new Map(subjects.map(({ gated }, index) => [gated, index]));
    places.set(subjects, known);
    const { when, assert } = rule;
    const uses = usedBy(rule);
    const id = run.ask({ ...(when === undefined ? {} : { when }), assert, uses, subjects, variableOf });
    question = { id, places: known };
    questions.set(rule, question);
  }
  return question;
}

function outcomeOf(rule: AssertRule, { gated }: ArtifactSubject, input: GateInput): CelOutcome {
  const question = ask(rule, input);
  question.answer ??= evaluationOf(input).run.answer(question.id);
  const place = question.places.get(gated);
  return question.answer === undefined || place === undefined
    ? { error: "no answer within the time that expressions have" }
    : outcomeAt(question.answer, place);
}

/** Variables whose names stand in the source; one too many is copied in vain, none is left out. */
function usedBy({ when = "", assert }: AssertRule): readonly CelVariable[] {
  return variables.filter((name) => when.includes(name) || assert.includes(name));
}
