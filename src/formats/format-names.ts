// SPDX-License-Identifier: Apache-2.0
// Every name that the format of a file can have in BOMs, reports and policies.

import { formatIds } from "./index.ts";
import { magicIds } from "./magic.ts";

/** With `file`, which is what a file of no known format is called. */
export const formatNames: readonly string[] = [...new Set([...formatIds, ...magicIds, "file"])];
