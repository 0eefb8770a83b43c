// SPDX-License-Identifier: Apache-2.0
// Codes of the area "policy".

import type { CodeTable } from "./code.ts";

export const policyCodes = {} as const satisfies CodeTable;
