// SPDX-License-Identifier: Apache-2.0
// Where the files of a report go: a folder or one file, the escrow beside it, and the page on paper.

import { join, resolve } from "node:path";
import type { FolderFile } from "../../../audit/folder-file.ts";
import type { AuditReport } from "../../../audit-report.ts";
import { Refusal } from "../../refusal.ts";
import type { Session } from "../../session.ts";

export interface OutputFlags {
  readonly out?: string;
  readonly escrow?: string;
  readonly replace?: true;
  readonly pdf?: string;
  readonly browser?: string;
}

/** Flags that would have no effect are refused. */
export function refuseIdlePdf(out: string, { pdf, browser }: OutputFlags): void {
  if (pdf !== undefined && isArchive(out)) {
    throw Refusal.of("CLI_USAGE", { reason: "--pdf prints the page of a folder, not of an archive" });
  }
  if (browser !== undefined && pdf === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "--browser goes with --pdf" });
  }
}

/**
 * Writes all files. The escrow first: a folder must never name one that was not kept.
 * @throws {AibomError} REPORT_*, CLI_OUTPUT_*, PDF_*
 */
export async function writeReport(
  session: Session,
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
  if (flags.pdf !== undefined) {
    const { printPdf } = await import("../../print-pdf.ts");
    await printPdf(join(out, "START-HERE.html"), flags.pdf, {
      environment: session.environment.variables,
      isReplacing: mayReplace,
      signal: session.signal,
      ...(flags.browser === undefined ? {} : { browser: flags.browser }),
    });
  }
}

function isArchive(path: string): boolean {
  return path.endsWith(".tar.zst");
}

/** The folder's name inside the archive. */
function nameOf(path: string): string {
  const name = resolve(path).split(/[/\\]/).at(-1) ?? "";
  return name.slice(0, -".tar.zst".length).replaceAll(/[^A-Za-z0-9._-]/g, "_") || "audit";
}
