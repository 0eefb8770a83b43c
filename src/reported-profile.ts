// SPDX-License-Identifier: Apache-2.0
// The sovereignty profile of a report: answered from what was verified already, if a perimeter says what is one's own.

import { type FolderFile, textFile } from "./audit/folder-file.ts";
import { auditPaths } from "./audit/record.ts";
import type { Redactor } from "./audit/redaction.ts";
import type { ReportOptions } from "./audit-report-options.ts";
import { profileOf } from "./profile.ts";
import { renderProfileJson } from "./report/profile-text.ts";
import type { Examination } from "./verify.ts";
import type { ReadDocument } from "./verify-options.ts";

/**
 * The profile, and nothing without a perimeter: most of its answers would be that nobody knows.
 * @param onDocument told of what is read: the perimeter and its signatures
 * @throws {AibomError} SOURCE_*, SUPPLIERS_*, PERIMETER_*, CUSTODY_*
 */
export async function reportedProfile(
  { targets, trustRoot, bom }: Examination,
  redactor: Redactor,
  options: ReportOptions,
  onDocument: (document: ReadDocument) => void,
): Promise<readonly FolderFile[]> {
  const { perimeter, suppliers, log } = options;
  if (perimeter === undefined) {
    return [];
  }
  const profile = await profileOf(
    targets.flatMap(({ gated }) => gated),
    { options: { ...options, onDocument }, trustRoot, revocationLists: [], bomArtifacts: bom?.artifacts },
    {
      perimeter,
      ...(suppliers === undefined ? {} : { suppliers }),
      ...(log === undefined ? {} : { custodyLog: log }),
    },
  );
  return [textFile(auditPaths.profile, renderProfileJson(redactor.value(profile)))];
}
