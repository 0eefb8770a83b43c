// SPDX-License-Identifier: Apache-2.0
// That a file is damaged and could not be read is not knowing (exit 3), unlike something that was found in it (exit 1).

import { codes } from "../codes/index.ts";
import type { FileStatus } from "../model/artifact.ts";
import type { Finding } from "../model/finding.ts";

/** True if the finding only says why a file could not be read. `status` is that of the file it points at. */
export function isUnread(item: Finding, status: FileStatus | undefined): boolean {
  return codes[item.code].exit !== 1 && status === "unverified";
}
