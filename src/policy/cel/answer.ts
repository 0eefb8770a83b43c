// SPDX-License-Identifier: Apache-2.0
// The thread's work: one rule's expressions over the values of all its subjects. Values are kept for the rules that
// follow: most are about the same subjects.

import { parseValues } from "./context.ts";
import type { CelAnswer, CelRequest } from "./evaluator.ts";
import { compileExpression, firstLine } from "./language.ts";
import { type CelVariable, outcomeCodes } from "./variables.ts";

/** By variable the values of the subjects that the last request was about. */
const known = new Map<CelVariable, readonly unknown[]>();

/** What the expressions say of each subject, in order. An error is an outcome, neither true nor false. */
export function answer(request: CelRequest): CelAnswer {
  const { id, when, assert, uses, count } = request;
  learn(request);
  const condition = when === undefined ? undefined : compileExpression(when);
  const assertion = compileExpression(assert);
  const codes = new Uint8Array(count);
  const errors = new Map<number, string>();
  // One object for all subjects: an expression has ended before the next one begins.
  const context: Record<string, unknown> = {};
  for (let index = 0; index < count; index += 1) {
    for (const variable of uses) {
      context[variable] = known.get(variable)?.[index];
    }
    try {
      codes[index] =
        condition?.evaluate(context) === false ? skipped : assertion.evaluate(context) ? isTrue : isFalse;
    } catch (cause) {
      codes[index] = isError;
      errors.set(index, firstLine(cause));
    }
  }
  return { id, codes, errors };
}

const [isTrue, isFalse, skipped, isError] = (["true", "false", "skipped", "error"] as const).map((name) =>
  outcomeCodes.indexOf(name),
) as [number, number, number, number];

function learn({ areOthers, values }: CelRequest): void {
  if (areOthers) {
    known.clear();
  }
  for (const [variable, text] of Object.entries(values) as [CelVariable, string][]) {
    known.set(variable, parseValues(variable, text));
  }
}
