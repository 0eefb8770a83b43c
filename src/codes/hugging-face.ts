// SPDX-License-Identifier: Apache-2.0
// Codes of the area "hugging-face".

import type { CodeTable } from "./code.ts";

export const huggingFaceCodes = {} as const satisfies CodeTable;
