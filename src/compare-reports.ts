// SPDX-License-Identifier: Apache-2.0
// The use-case of comparing two audit folders. Their records must be those of their manifests; that the seals are good is
// what `report verify` checks.

import { compareRecords, type RecordDiff } from "./audit/compare-records.ts";
import { openRecord } from "./audit/open-folder.ts";

/**
 * Compares two folders.
 * @throws {AibomError} REPORT_NOT_A_FOLDER, REPORT_FILE_CHANGED, SOURCE_*, JSON_*
 */
export async function compareReports(before: string, after: string): Promise<RecordDiff> {
  return compareRecords(await openRecord(before), await openRecord(after));
}
