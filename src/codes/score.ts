// SPDX-License-Identifier: Apache-2.0
// Codes of scores: elements that nobody knows, and what a policy misses.

import type { CodeTable } from "./code.ts";

export const scoreCodes = {
  SCORE_ELEMENT_UNKNOWN: {
    severity: "info",
    exit: 2,
    message: "no element {element} in {profiles}",
    hint: "`aibom score BOM --profile LIST` prints the names of the elements of a list",
    explain:
      "An element is required that is in none of the lists. It could never be missing, so whoever asks for it would be told that all " +
      "is well.",
  },
  READINESS_LOW: {
    severity: "medium",
    exit: 1,
    message: "readiness of {bom} for {profile} is {percent}%, the rule asks for {minimum}%",
    hint: "`aibom score BOM --profile LIST` says which elements are absent and how to fill them",
    explain:
      "The rule asks that a part of the elements of a list can be found in the BOM. Readiness is the mean, over the elements that apply, " +
      "of the share of subjects that have them. It says nothing about whether what was found is true.",
  },
  READINESS_ELEMENT_MISSING: {
    severity: "medium",
    exit: 1,
    message:
      "{bom}: {element} of {profile} is {status} at {where} (subjects that have it: {present} of {asked})",
    hint: "`aibom score BOM --profile LIST` says how to fill it",
    explain:
      "The rule requires this element of every subject that it is asked of. One that the document declares to be unknown is not present.",
  },
} as const satisfies CodeTable;
