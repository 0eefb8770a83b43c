// SPDX-License-Identifier: Apache-2.0
// Opens START-HERE.html in the Chromium of this machine, and keeps what it says and asks for. Without one the tests are
// skipped, and say so. playwright-core is told which browser to use and fetches none.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { auditRecord, largeAuditRecord } from "../../fixtures/audit-record.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import { findBrowser } from "../../src/cli/print-pdf.ts";
import { renderStartHere } from "../../src/page/start-here.ts";

export const browserPath = findBrowser(process.env);

/** For `test(…, browserTests, …)`. */
export const browserTests = {
  skip: browserPath === undefined ? "no Chromium, Chrome or Edge on this machine" : false,
};

/** Screenshots and PDFs are left here to be looked at. */
export const shotsDirectory = mkdtempSync(join(tmpdir(), "aibom-page-"));

export interface OpenedPage {
  readonly page: Page;
  /** What the page asked for besides itself. */
  readonly requests: readonly string[];
  /** Errors, warnings, violations of the page's policy, and dialogs. */
  readonly complaints: readonly string[];
}

let started: Promise<Browser> | undefined;

function browser(): Promise<Browser> {
  started ??= chromium.launch({
    executablePath: browserPath ?? "",
    // As root, as in most containers, Chromium only starts without its sandbox.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  return started;
}

/** For `after`. */
export async function closeBrowser(): Promise<void> {
  await (await started)?.close();
}

/** Writes the page of a record and returns its path. */
export function writePage(record: AuditRecord, name: string): string {
  const path = join(shotsDirectory, `${name}.html`);
  writeFileSync(path, renderStartHere(record, { verifierDigest: `sha256:${"ab".repeat(32)}` }));
  return path;
}

export function recordOfSize(count: number): AuditRecord {
  return count === 5 ? auditRecord() : largeAuditRecord(count);
}

/** Opens a page of `writePage`. */
export async function openPage(path: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 1000 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  const address = pathToFileURL(path).href;
  page.on("request", (request) => {
    if (request.url() !== address) {
      requests.push(request.url());
    }
  });
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  return { page, requests, complaints };
}
