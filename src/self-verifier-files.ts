// SPDX-License-Identifier: Apache-2.0
// The files of a folder that check it without aibom: the program, which lies below this file in the sources as in the
// published package, and the same by hand.

import { fileURLToPath } from "node:url";
import { type FolderFile, textFile } from "./audit/folder-file.ts";
import { type AuditRecord, auditPaths } from "./audit/record.ts";
import { renderVerifyText } from "./audit/verify-text.ts";
import { folderLimits } from "./folder-limits.ts";
import { readBounded } from "./sources/read-bounded.ts";
import type { TrustRoot } from "./trust/trust-root.ts";

/** verify.mjs and VERIFY.md. */
export function selfVerifierFiles(record: AuditRecord, trustRoot: TrustRoot): readonly FolderFile[] {
  const program = fileURLToPath(new URL(`./audit/self-verifier/${auditPaths.verifier}`, import.meta.url));
  return [
    { path: auditPaths.verifier, pieces: [readBounded(program, folderLimits.maxFolderDocumentBytes)] },
    textFile(auditPaths.verifierText, renderVerifyText(record, trustRoot)),
  ];
}
