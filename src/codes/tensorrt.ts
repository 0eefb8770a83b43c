// SPDX-License-Identifier: Apache-2.0
// Codes of TensorRT engines.

import type { CodeTable } from "./code.ts";

export const tensorrtCodes = {
  TENSORRT_INVALID: {
    severity: "high",
    exit: 3,
    message: "no TensorRT engine where one should start",
    hint: "build the engine again from the model",
    explain:
      "The file is named or starts like a TensorRT engine, and the engine's first bytes are not there.",
  },
  TENSORRT_OPAQUE: {
    severity: "medium",
    exit: 1,
    message: "a compiled engine: what it computes cannot be read from it",
    hint: "sign the engine where it is built, and inventory the model that it was built from",
    explain:
      "A TensorRT engine is code for one kind of GPU in a layout that is not documented, and it can carry plugins. Nothing " +
      "but its header can be checked: trust in it rests on who built it, from what.",
  },
} as const satisfies CodeTable;
