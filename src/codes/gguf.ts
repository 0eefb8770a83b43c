// SPDX-License-Identifier: Apache-2.0
// Codes of the area "gguf".

import type { CodeTable } from "./code.ts";

export const ggufCodes = {} as const satisfies CodeTable;
