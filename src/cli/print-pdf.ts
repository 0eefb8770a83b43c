// SPDX-License-Identifier: Apache-2.0
// A page of ours as PDF, by a browser that is on the machine. A PDF is for reading: browsers put the time and their version
// into it, so it is not reproducible and lies outside of what a folder's manifests list.

import { accessSync, constants, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { AibomError } from "../errors.ts";
import { pageForPaper } from "../page/paper.ts";
import { pageLimits } from "../page-limits.ts";
import { printPage } from "../programs/print-page.ts";
import { ProgramFailure } from "../programs/run-program.ts";
import { readBounded, readStart } from "../sources/read-bounded.ts";
import { mustNotExist, writeFileAtomic } from "./write-file.ts";

export interface PdfOptions {
  /** The program, as the user named it; default: the first one of `browserNames` that is there. */
  readonly browser?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Replaces an earlier PDF. */
  readonly isReplacing?: boolean;
  readonly signal?: AbortSignal;
}

const browserNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
] as const;

/** Where macOS and Windows keep what is on nobody's PATH. */
const browserPlaces = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
] as const;

/** The browser's program, by its absolute path. */
export function findBrowser(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const onPath = browserNames.flatMap((name) => placesOnPath(name, environment));
  return [...onPath, ...browserPlaces].find(isProgram);
}

/** A program as a user names it: by a path, or by a name on the PATH. */
function findProgram(name: string, environment: PdfOptions["environment"]): string | undefined {
  if (process.platform === "win32") {
    // Which endings a program may have there, only the system knows.
    return name;
  }
  const isPath = /[/\\]/.test(name);
  return isPath ? [name].find(isProgram) : placesOnPath(name, environment).find(isProgram);
}

function placesOnPath(name: string, environment: PdfOptions["environment"]): readonly string[] {
  const directories = (environment["PATH"] ?? "").split(delimiter).filter((each) => each !== "");
  return directories.map((directory) => join(directory, name));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Refuses early what printing would refuse late. Returns the browser.
 * @throws {AibomError} PDF_BROWSER_NOT_FOUND, CLI_OUTPUT_EXISTS, CLI_OUTPUT_FOREIGN
 */
export function preparePdf(pdfPath: string, options: PdfOptions): string {
  const { browser: named, environment } = options;
  const browser = named === undefined ? findBrowser(environment) : findProgram(named, environment);
  if (browser === undefined) {
    throw AibomError.of("PDF_BROWSER_NOT_FOUND", { names: named ?? browserNames.join(", ") });
  }
  refuseOther(pdfPath, options.isReplacing ?? false);
  return browser;
}

/**
 * Prints a page, which need not lie on the disk.
 * @throws {AibomError} PDF_BROWSER_NOT_FOUND, PDF_NOT_PRINTED, CLI_OUTPUT_*
 */
export async function printPdf(html: Uint8Array, pdfPath: string, options: PdfOptions): Promise<void> {
  const { environment, signal } = options;
  const browser = preparePdf(pdfPath, options);
  const profile = mkdtempSync(join(tmpdir(), "aibom-print-"));
  try {
    const output = join(profile, "page.pdf");
    const page = join(profile, "page.html");
    writeFileSync(page, pageForPaper(Buffer.from(html).toString("utf8")));
    const isRoot = process.getuid?.() === 0;
    const run = printPage({ browser, page, output, profile, environment, isRoot, ...(signal && { signal }) });
    const { exitCode, killedBy } = await run.catch((cause: unknown) => {
      throw cause instanceof ProgramFailure ? notPrinted(browser, cause.message) : cause;
    });
    if (exitCode !== 0) {
      const reason =
        killedBy === null ? `it ended with exit code ${exitCode}` : `it was ended by ${killedBy}`;
      throw notPrinted(browser, reason);
    }
    writeFileAtomic(pdfPath, readPdf(browser, output));
  } finally {
    // The browser's last processes may still be writing there.
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @throws {AibomError} CLI_OUTPUT_EXISTS, CLI_OUTPUT_FOREIGN */
function refuseOther(path: string, isReplacing: boolean): void {
  if (!isReplacing) {
    mustNotExist(path);
  } else if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    const start = Buffer.from(readStart(path, 5)).toString("latin1");
    if (start !== "" && start !== "%PDF-") {
      throw AibomError.of("CLI_OUTPUT_FOREIGN", { kind: "PDF" }, { where: { path } });
    }
  }
}

function readPdf(browser: string, path: string): Uint8Array {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw notPrinted(browser, "it wrote nothing");
  }
  const bytes = readBounded(path, pageLimits.maxPdfBytes);
  if (!Buffer.from(bytes.subarray(0, 5)).equals(Buffer.from("%PDF-"))) {
    throw notPrinted(browser, "what it wrote is no PDF");
  }
  return bytes;
}

function notPrinted(browser: string, reason: string): AibomError {
  return AibomError.of("PDF_NOT_PRINTED", { browser, reason });
}
