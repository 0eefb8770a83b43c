// SPDX-License-Identifier: Apache-2.0
// Codes of the area "trust".

import type { CodeTable } from "./code.ts";

export const trustCodes = {} as const satisfies CodeTable;
