// SPDX-License-Identifier: Apache-2.0
// Codes of the area "skops": scikit-learn models without pickle.

import type { CodeTable } from "./code.ts";

export const skopsCodes = {
  SKOPS_SCHEMA_INVALID: {
    severity: "high",
    exit: 3,
    message: "schema.json has no valid {member}",
    hint: "the file is damaged or was changed; fetch it again from its source",
    explain:
      "A skops file is a ZIP with a tree of typed nodes in schema.json. Without it nothing can be said about its types.",
  },
  SKOPS_UNTRUSTED_TYPE: {
    severity: "medium",
    exit: 3,
    message: "the model needs the type {type}: {why}",
    hint: "look at what it does before you list it as trusted",
    explain:
      "skops loads types of its own list only and asks the user to trust all others by name. This one is on no list of harmless " +
      "types.",
  },
  SKOPS_DANGEROUS_TYPE: {
    severity: "high",
    exit: 1,
    message: "the model needs the type {type}: {why}",
    hint: "do not trust this type; a model has no use for it",
    explain:
      "The tree names a function or class that runs code or reaches the machine. skops refuses it unless the user lists it as " +
      "trusted; older versions could be led around that check.",
  },
  SKOPS_NODE_FORGED: {
    severity: "high",
    exit: 1,
    message: "a {loader} of schema.json says {stated} and loads {actual}",
    hint: "do not load it; skops never writes this",
    explain:
      "The type that is checked and the one that is loaded differ. skops up to 0.11 checks the first and runs the second " +
      "(CVE-2025-54412 for operators, CVE-2025-54413 for methods), so that a user trusts a harmless name.",
  },
} as const satisfies CodeTable;
