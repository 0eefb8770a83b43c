// SPDX-License-Identifier: Apache-2.0
// A scan as one JSON object, described by schemas/scan-report.schema.json: the findings of all targets in the shape of
// a verdict's, and how far each target was read.

import type { ScannedTarget, ScanReport } from "../model/scan-report.ts";
import { sortFindings } from "../policy/finding-order.ts";
import { findingJson } from "./json-shape.ts";

/** The `$id` of schemas/scan-report.schema.json. */
const scanSchemaId = "https://aibom.dev/schemas/scan-report/v1";

/** Same files, same bytes. */
export function renderScanJson({ outcome, failOn, targets }: ScanReport): string {
  const json = {
    $schema: scanSchemaId,
    outcome,
    failOn,
    targets: targets.map(targetJson),
    findings: sortFindings(targets.flatMap((target) => target.findings)).map(findingJson),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function targetJson(target: ScannedTarget): object {
  const { name, kind, bytes, described, opaque, unverified, ignored, isComplete, imports } = target;
  return {
    target: target.target,
    name,
    outcome: target.outcome,
    kind,
    complete: isComplete,
    files: { read: described, opaque, unverified: unverified.length },
    bytes,
    unverified,
    ignored: ignored.map(({ path, rule }) => ({ path, rule })),
    imports: imports.map(({ path, module, name: imported, verdict }) => ({
      path,
      module,
      name: imported,
      verdict,
    })),
  };
}
