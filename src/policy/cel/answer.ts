// SPDX-License-Identifier: Apache-2.0
// The thread's work: one rule's expressions over the values of all its subjects.

import type { CelAnswer, CelOutcome, CelRequest } from "./evaluator.ts";
import { type CompiledExpression, compileExpression, firstLine } from "./language.ts";

/** What the expressions say of each context, in order. An error is an outcome, neither true nor false. */
export function answer({ id, when, assert, contexts }: CelRequest): CelAnswer {
  const condition = when === undefined ? undefined : compileExpression(when);
  const assertion = compileExpression(assert);
  return {
    id,
    outcomes: contexts.map((context): CelOutcome => {
      try {
        return condition?.evaluate(context) === false ? "skipped" : holds(assertion, context);
      } catch (cause) {
        return { error: firstLine(cause) };
      }
    }),
  };
}

function holds(assertion: CompiledExpression, context: CelRequest["contexts"][number]): CelOutcome {
  return assertion.evaluate(context) ? "true" : "false";
}
