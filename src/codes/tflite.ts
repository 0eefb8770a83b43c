// SPDX-License-Identifier: Apache-2.0
// Codes of TFLite models.

import type { CodeTable } from "./code.ts";

export const tfliteCodes = {
  TFLITE_CUSTOM_OPERATOR: {
    severity: "medium",
    exit: 1,
    message: "the operator {operator} is not one of TFLite's own",
    hint: "find out which library brings it, and inventory that library as well",
    explain:
      "Custom operators are native code of the app that loads the model. What they do cannot be seen from the model.",
  },
  TFLITE_HOST_OPERATOR: {
    severity: "high",
    exit: 1,
    message: "the operator {operator} runs Python or writes files on the host",
    hint: "do not load it; a model that only computes has no need of this operator",
    explain:
      "Through the Flex delegate a TFLite model can use TensorFlow's operators. This one reaches out of the model: it runs " +
      "functions of the Python process or writes files.",
  },
} as const satisfies CodeTable;
