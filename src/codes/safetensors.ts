// SPDX-License-Identifier: Apache-2.0
// Codes of the area "safetensors".

import type { CodeTable } from "./code.ts";

export const safetensorsCodes = {} as const satisfies CodeTable;
