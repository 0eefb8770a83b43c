// SPDX-License-Identifier: Apache-2.0
// Prints one local page with a browser of the user's machine: a Chromium, Chrome or Edge, without a window, with a profile of
// its own that is thrown away, and with every name of a host resolved to nothing.

import { pathToFileURL } from "node:url";
import { pageLimits } from "../page-limits.ts";
import { type ProgramEnd, runProgram } from "./run-program.ts";

export interface PagePrint {
  /** The browser's program. */
  readonly browser: string;
  /** Absolute paths. */
  readonly page: string;
  readonly output: string;
  /** An empty directory, also the browser's home: it reads and keeps nothing of the user's. */
  readonly profile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Chromium refuses to start as root with its sandbox. The page is ours, and its policy lets nothing else run. */
  readonly isRoot: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Runs the browser to its end; whether there is a PDF then is for the caller to see.
 * @throws {ProgramFailure}
 */
export function printPage({
  browser,
  page,
  output,
  profile,
  environment,
  isRoot,
  signal,
}: PagePrint): Promise<ProgramEnd> {
  return runProgram({
    program: browser,
    args: [
      "--headless",
      ...(isRoot ? ["--no-sandbox"] : []),
      `--user-data-dir=${profile}`,
      ...offline,
      ...quiet,
      // Head and foot would show the path of the page and the time of the day.
      "--no-pdf-header-footer",
      "--generate-pdf-document-outline",
      `--print-to-pdf=${output}`,
      pathToFileURL(page).href,
    ],
    input: [],
    errors: "ignore",
    environment: {
      PATH: environment["PATH"],
      LANG: environment["LANG"],
      SystemRoot: environment["SystemRoot"],
      HOME: profile,
      XDG_CONFIG_HOME: profile,
      XDG_CACHE_HOME: profile,
      TMPDIR: profile,
    },
    maxOutputBytes: pageLimits.maxBrowserOutputBytes,
    maxMilliseconds: pageLimits.maxPrintMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The page asks for nothing; these keep the browser itself from asking. */
const offline = [
  "--host-resolver-rules=MAP * ~NOTFOUND",
  "--proxy-server=direct://",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-pings",
];

const quiet = [
  "--disable-breakpad",
  "--disable-default-apps",
  "--disable-dev-shm-usage",
  "--disable-extensions",
  "--disable-gpu",
  "--no-default-browser-check",
  "--no-first-run",
];
