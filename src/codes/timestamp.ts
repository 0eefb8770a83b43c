// SPDX-License-Identifier: Apache-2.0
// Codes of time stamps (RFC 3161).

import type { CodeTable } from "./code.ts";

export const timestampCodes = {} as const satisfies CodeTable;
