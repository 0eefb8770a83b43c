// SPDX-License-Identifier: Apache-2.0
// Codes of the area "onnx".

import type { CodeTable } from "./code.ts";

export const onnxCodes = {} as const satisfies CodeTable;
