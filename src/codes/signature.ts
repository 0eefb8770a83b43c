// SPDX-License-Identifier: Apache-2.0
// Codes of the area "signature".

import type { CodeTable } from "./code.ts";

export const signatureCodes = {} as const satisfies CodeTable;
