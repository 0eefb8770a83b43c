// SPDX-License-Identifier: Apache-2.0
// Codes of ExecuTorch programs.

import type { CodeTable } from "./code.ts";

export const executorchCodes = {
  EXECUTORCH_CUSTOM_OPERATOR: {
    severity: "medium",
    exit: 1,
    message: "the operator {operator} is not one of ExecuTorch's own",
    hint: "find out which library registers it, and inventory that library as well",
    explain:
      "Operators outside of ExecuTorch's own namespaces are native code of the app that loads the program. What they do cannot be " +
      "seen from the program.",
  },
} as const satisfies CodeTable;
