// SPDX-License-Identifier: Apache-2.0
// What `aibom scan` says, as text, JSON and SARIF.

import type { ScanReport } from "../model/scan-report.ts";
import { renderScanJson } from "../report/scan-json.ts";
import { renderScanSarif } from "../report/scan-sarif.ts";
import { renderScan, renderScanLine } from "../report/scan-text.ts";
import { refuseForeignSinks } from "./overwrite.ts";
import { deliver } from "./reports.ts";
import { type Session, textOptions } from "./session.ts";
import { parseSinks, type Sink } from "./sinks.ts";
import { version } from "./version.ts";

type ScanFormat = "text" | "json" | "sarif";

/**
 * The sinks of `--format`.
 * @throws {AibomError} CLI_FORMAT_INVALID, CLI_OUTPUT_FOREIGN
 */
export function scanSinks(format: string): readonly Sink<ScanFormat>[] {
  const sinks = parseSinks(format, ["text", "json", "sarif"]);
  refuseForeignSinks(sinks);
  return sinks;
}

/**
 * Renders the report into every sink. With `--quiet`, text on stdout is one line.
 * @throws {AibomError} CLI_OUTPUT_*
 */
export async function deliverScan(
  session: Session,
  sinks: readonly Sink<ScanFormat>[],
  report: ScanReport,
): Promise<void> {
  const options = await textOptions(session, session.stdout);
  await deliver(session, sinks, (format, isFile) => {
    switch (format) {
      case "json":
        return renderScanJson(report);
      case "sarif":
        return renderScanSarif(report, version);
      case "text":
        return session.options.quiet && !isFile
          ? renderScanLine(report, options)
          : renderScan(report, isFile ? {} : options);
    }
  });
}
