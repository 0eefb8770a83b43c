// SPDX-License-Identifier: Apache-2.0
// Codes of the area "cli".

import type { CodeTable } from "./code.ts";

export const cliCodes = {} as const satisfies CodeTable;
