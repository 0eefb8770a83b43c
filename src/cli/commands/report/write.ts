// SPDX-License-Identifier: Apache-2.0
// Where the files of a report go: a folder or one file, and the escrow beside it.

import { resolve } from "node:path";
import type { FolderFile } from "../../../audit/folder-file.ts";
import type { AuditReport } from "../../../audit-report.ts";
import type { PdfFlags } from "../../report-pdf.ts";

export interface OutputFlags extends PdfFlags {
  readonly out?: string;
  readonly escrow?: string;
}

/**
 * Writes all files. The escrow first: a folder must never name one that was not kept.
 * @throws {AibomError} REPORT_*, CLI_OUTPUT_*
 */
export async function writeReport(
  out: string,
  made: Pick<AuditReport, "escrow"> & { readonly files: readonly FolderFile[] },
  at: Date,
  flags: OutputFlags,
): Promise<void> {
  const { refuseOccupied, writeFolder } = await import("../../write-folder.ts");
  const { writePrivateFile, writeFileAtomic } = await import("../../write-file.ts");
  const mayReplace = flags.replace === true;
  if (flags.escrow !== undefined && made.escrow !== undefined) {
    writePrivateFile(flags.escrow, made.escrow);
  }
  if (isArchive(out)) {
    const { packArchive } = await import("../../../audit/archive.ts");
    refuseOccupied(out, mayReplace);
    writeFileAtomic(out, packArchive(made.files, nameOf(out), at));
    return;
  }
  writeFolder(out, made.files, mayReplace);
}

function isArchive(path: string): boolean {
  return path.endsWith(".tar.zst");
}

/** The folder's name inside the archive. */
function nameOf(path: string): string {
  const name = resolve(path).split(/[/\\]/).at(-1) ?? "";
  return name.slice(0, -".tar.zst".length).replaceAll(/[^A-Za-z0-9._-]/g, "_") || "audit";
}
