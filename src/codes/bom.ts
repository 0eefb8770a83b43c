// SPDX-License-Identifier: Apache-2.0
// Codes of the area "bom".

import type { CodeTable } from "./code.ts";

export const bomCodes = {} as const satisfies CodeTable;
