// SPDX-License-Identifier: Apache-2.0
// The files of a folder that check it without aibom: they lie below this file, in the sources as in the published package.

import { fileURLToPath } from "node:url";
import type { FolderFile } from "./audit/folder-file.ts";
import { auditPaths } from "./audit/record.ts";
import { folderLimits } from "./folder-limits.ts";
import { readBounded } from "./sources/read-bounded.ts";

/** verify.mjs and VERIFY.md. */
export function selfVerifierFiles(): readonly FolderFile[] {
  return [auditPaths.verifier].map((path) => {
    const file = fileURLToPath(new URL(`./audit/self-verifier/${path}`, import.meta.url));
    return { path, pieces: [readBounded(file, folderLimits.maxFolderDocumentBytes)] };
  });
}
