// SPDX-License-Identifier: Apache-2.0
// Codes of systems: what is wrong with an aibom.yaml, or with a member that it names.

import type { CodeTable } from "./code.ts";

export const systemCodes = {
  SYSTEM_INVALID: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: {key} {reason}",
    hint: "schemas/system.schema.json describes the file; docs/systems.md explains it",
    explain:
      "The file that describes a system has a key or a value that means nothing. Nothing was inventoried: a member that is " +
      "misspelt would be missing from the BOM, and nobody would see it.",
  },
  SYSTEM_EMPTY: {
    severity: "high",
    exit: 2,
    message: "the system {name} has no models, datasets, images or environments",
    hint: "name at least one, with its path",
    explain: "A BOM of a system without members would look complete and say nothing.",
  },
  SYSTEM_DIGEST_DIFFERS: {
    severity: "critical",
    exit: 1,
    message: "{member} has {got}, the system says {expected}",
    hint: "if the new bytes are right, change the digest in the file; `aibom inventory` prints it",
    explain:
      "The file that describes the system pins what a member must be, and the bytes are something else. No BOM is written.",
  },
  SYSTEM_KIND_DIFFERS: {
    severity: "medium",
    exit: 3,
    message: "{member} is listed as {listed}, its bytes show a {found}",
    hint: "list it where it belongs; rules of a policy follow what the bytes show",
    explain:
      "What a component is, is decided by its bytes. Where a person says something else, one of the two is wrong: weights " +
      "in a format that is not known, or a path that leads to the wrong place.",
  },
} as const satisfies CodeTable;
