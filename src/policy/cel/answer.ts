// SPDX-License-Identifier: Apache-2.0
// The thread's work: one rule's expressions over the values of all its subjects. Values are kept for the rules that
// follow: most are about the same subjects.

import { parseValues } from "./context.ts";
import type { CelAnswer, CelOutcome, CelRequest } from "./evaluator.ts";
import { type CompiledExpression, compileExpression, firstLine } from "./language.ts";
import type { CelContext, CelVariable } from "./variables.ts";

/** By variable the values of the subjects that the last request was about. */
const known = new Map<CelVariable, readonly unknown[]>();

/** What the expressions say of each subject, in order. An error is an outcome, neither true nor false. */
export function answer(request: CelRequest): CelAnswer {
  const { id, when, assert } = request;
  learn(request);
  const condition = when === undefined ? undefined : compileExpression(when);
  const assertion = compileExpression(assert);
  return {
    id,
    outcomes: Array.from({ length: request.count }, (_, index): CelOutcome => {
      const context = contextOf(request, index);
      try {
        return condition?.evaluate(context) === false ? "skipped" : holds(assertion, context);
      } catch (cause) {
        return { error: firstLine(cause) };
      }
    }),
  };
}

function learn({ areOthers, values }: CelRequest): void {
  if (areOthers) {
    known.clear();
  }
  for (const [variable, text] of Object.entries(values) as [CelVariable, string][]) {
    known.set(variable, parseValues(variable, text));
  }
}

function contextOf({ uses }: CelRequest, index: number): CelContext {
  return Object.fromEntries(uses.map((variable) => [variable, known.get(variable)?.[index]]));
}

function holds(assertion: CompiledExpression, context: CelContext): CelOutcome {
  return assertion.evaluate(context) ? "true" : "false";
}
