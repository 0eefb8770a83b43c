// SPDX-License-Identifier: Apache-2.0
// `aibom report --pdf`: the folder's page, printed beside the folder.

import { resolve } from "node:path";
import type { Command } from "commander";
import type { FolderFile } from "../audit/folder-file.ts";
import { auditPaths } from "../audit/record.ts";
import { escapeText } from "../codes/escape.ts";
import type { PdfOptions } from "./print-pdf.ts";
import { Refusal } from "./refusal.ts";
import { note, type Session } from "./session.ts";

export interface PdfFlags {
  readonly pdf?: string;
  readonly browser?: string;
  readonly replace?: true;
}

export function addPdfFlags(command: Command): void {
  command
    .option("--pdf <file>", "also print START-HERE.html to this file, by a browser of this machine")
    .option(
      "--browser <program>",
      "the Chromium, Chrome or Edge that prints; default: the first on the PATH",
    );
}

/**
 * Before anything is read: nobody should hash for an hour to learn that there is no browser.
 * @throws {Refusal} CLI_USAGE
 * @throws {AibomError} PDF_BROWSER_NOT_FOUND, CLI_OUTPUT_*
 */
export async function refusePdf(session: Session, out: string, flags: PdfFlags): Promise<void> {
  const { pdf, browser } = flags;
  if (pdf === undefined) {
    if (browser !== undefined) {
      throw Refusal.of("CLI_USAGE", { reason: "--browser goes with --pdf" });
    }
    return;
  }
  if (`${resolve(pdf)}/`.startsWith(`${resolve(out)}/`)) {
    throw Refusal.of("CLI_USAGE", {
      reason:
        "--pdf goes outside of the folder: what it holds is listed by digest, and a PDF differs each time",
    });
  }
  const { preparePdf } = await import("./print-pdf.ts");
  preparePdf(pdf, pdfOptions(session, flags));
}

/** Prints the page of a folder that was made. */
export async function printReport(
  session: Session,
  files: readonly FolderFile[],
  flags: PdfFlags,
): Promise<void> {
  const page = files.find(({ path }) => path === auditPaths.startHere);
  if (flags.pdf === undefined || page === undefined) {
    return;
  }
  const { printPageText } = await import("./print-pdf.ts");
  await printPageText(Buffer.concat(page.pieces), flags.pdf, pdfOptions(session, flags));
  await note(session, `printed ${escapeText(flags.pdf)}`);
}

function pdfOptions({ environment, signal }: Session, { browser, replace }: PdfFlags): PdfOptions {
  return {
    environment: environment.variables,
    signal,
    isReplacing: replace === true,
    ...(browser === undefined ? {} : { browser }),
  };
}
