// SPDX-License-Identifier: Apache-2.0
// Codes of the page for people: printing it.

import type { CodeTable } from "./code.ts";

export const pageCodes = {
  PDF_BROWSER_NOT_FOUND: {
    severity: "info",
    exit: 2,
    message: "no browser that prints was found (looked for {names})",
    hint: "install Chromium, name a browser with --browser, or open START-HERE.html and print it",
    explain:
      "A PDF is printed by a Chromium, Chrome or Edge of this machine, without a window and without a network. aibom brings " +
      "no browser and fetches none. The folder itself is complete without a PDF.",
  },
  PDF_NOT_PRINTED: {
    severity: "info",
    exit: 2,
    message: "{browser} printed no PDF: {reason}",
    hint: "try it by hand, `BROWSER --headless --print-to-pdf=out.pdf START-HERE.html`, or open the page and print it",
    explain:
      "The browser could not be started, took too long, ended with an error or left no PDF. A PDF is never written in parts: " +
      "an earlier one is still there. The folder itself is complete without a PDF.",
  },
} as const satisfies CodeTable;
