// SPDX-License-Identifier: Apache-2.0
// START-HERE.html of 1,000 and 10,000 components: how long it takes to make, how large it is (goal: below 3 MB), and, if there is
// a Chromium, how soon it can be used (goal: within a second) and how long a search takes.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { largeAuditRecord } from "../fixtures/audit-record.ts";
import { findBrowser } from "../src/cli/print-pdf.ts";
import { renderStartHere } from "../src/page/start-here.ts";
import { numberFlags } from "./harness.ts";

const { rounds } = numberFlags({ rounds: 5 });
const directory = mkdtempSync(join(tmpdir(), "aibom-page-bench-"));
const executablePath = findBrowser(process.env);
const browser =
  executablePath === undefined
    ? undefined
    : await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
try {
  for (const count of [1000, 10_000]) {
    const record = largeAuditRecord(count);
    const made = await best(() => {
      renderStartHere(record);
      return undefined;
    });
    const html = renderStartHere(record);
    const path = join(directory, `${count}.html`);
    writeFileSync(path, html);
    console.log(`${count} components: made in ${made} ms, ${(html.length / 1e6).toFixed(2)} MB`);
    if (browser === undefined) {
      console.log("skipped: a browser (no Chromium, Chrome or Edge here)");
      continue;
    }
    const usable = await best(async () => {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(path).href);
      const at = await page.evaluate("performance.getEntriesByName('aibom-interactive')[0].startTime");
      await page.close();
      return Number(at);
    });
    console.log(`${count} components: can be used after ${usable} ms in ${browser.version()}`);
  }
} finally {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
}

/** The best of some rounds in milliseconds: what a round measured itself, else how long it took. */
async function best(round: () => number | undefined | Promise<number | undefined>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const started = performance.now();
    const measured = await round();
    times.push(measured ?? performance.now() - started);
  }
  return Math.round(Math.min(...times));
}
