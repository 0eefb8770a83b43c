// SPDX-License-Identifier: Apache-2.0
// Codes of comparing and converting documents.

import type { CodeTable } from "./code.ts";

export const diffCodes = {
  DIFF_KINDS: {
    severity: "high",
    exit: 2,
    message: "one file is a {before}, the other a {after}",
    hint: "give two BOMs, or two verdicts (`aibom verify --format json=FILE`)",
    explain: "Only documents of the same kind can be compared.",
  },
  DIFF_VERDICT_INVALID: {
    severity: "high",
    exit: 2,
    message: "this verdict does not follow its schema, or holds an error",
    hint: "give a file that `aibom verify --format json=FILE` wrote",
    explain:
      "What is compared has to be what schemas/verdict.schema.json describes. The report of a run that ended in an error has no verdict.",
  },
  CONVERT_IMPOSSIBLE: {
    severity: "high",
    exit: 3,
    message: "the document cannot be said in {to}: {reason}",
    hint: "correct the named place, or convert to another format",
    explain:
      "What the format cannot say is dropped and named. Here what is left would not be a valid document, so nothing was written.",
  },
} as const satisfies CodeTable;
