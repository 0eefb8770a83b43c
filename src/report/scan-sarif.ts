// SPDX-License-Identifier: Apache-2.0
// A scan as SARIF.

import type { ScanReport } from "../model/scan-report.ts";
import { renderSarif } from "./sarif.ts";
import { pathInTarget } from "./target-path.ts";

/** Same files, same bytes. */
export function renderScanSarif({ targets }: ScanReport, toolVersion: string): string {
  return renderSarif({
    toolVersion,
    isComplete: targets.every((target) => target.isComplete),
    findings: targets.flatMap((target) =>
      target.findings.map((finding) => ({
        finding,
        path: pathInTarget(target.target, target.name, finding.location.path),
      })),
    ),
  });
}
