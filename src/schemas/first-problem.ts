// SPDX-License-Identifier: Apache-2.0
// Which of the violations that a validator lists a person should be told: the cause, not what follows from it.

import type { SchemaError } from "./validators.ts";

/** Keywords that only say that another keyword failed. */
const framing: ReadonlySet<string> = new Set(["if", "allOf", "propertyNames"]);

/** The violation, and the keys and indices from the root to its place. */
export function firstProblem(problems: readonly SchemaError[]): {
  readonly problem: SchemaError | undefined;
  readonly keys: readonly string[];
} {
  // A misspelt key usually causes other problems too (a required key that is missing): name the cause.
  const unknownKey = problems.find(({ keyword }) => keyword === "additionalProperties");
  const problem = unknownKey ?? problems.find(({ keyword }) => !framing.has(keyword)) ?? problems[0];
  return { problem, keys: pointerKeys(problem?.instancePath ?? "") };
}

/** RFC 6901. */
function pointerKeys(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}
