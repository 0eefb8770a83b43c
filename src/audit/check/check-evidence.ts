// SPDX-License-Identifier: Apache-2.0
// What the record claims on top of signatures: grades, counts, times. A folder whose files are all genuine still lies if its
// record, which START-HERE.html shows, says more of them than they prove.

import type { RecordedArtifact, RecordedSigner } from "../record.ts";
import { need, notChecked } from "./checks.ts";
import type { OpenedRecord } from "./open-recorded.ts";

/** Times and log entries that the record counts for a signature must be proven for it. */
export function requireTimes({ proven }: OpenedRecord, { times, logEntries }: RecordedSigner): void {
  for (const { time, source } of times) {
    const at = Date.parse(time);
    const isProven = proven.times.some((each) => each.time.getTime() === at && each.source === source);
    need(isProven, `the time ${time} is not proven`);
  }
  need(logEntries <= proven.logEntries, `it is in ${proven.logEntries} logs, the record says ${logEntries}`);
}

/** What was found of an artifact. */
export interface FoundEvidence {
  /** SHA-256 by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths that signatures for models cover. */
  readonly vouched: ReadonlySet<string>;
  /** Digests that the BOM lists for it; none if nobody signed the BOM. */
  readonly signedByBom: ReadonlySet<string>;
  /** A signature that it may rest on could not be checked. */
  readonly isUnsure: boolean;
}

/** @returns the grade in words. @throws {AibomError} AUDIT_CHECK_FAILED if it is better than what was found */
export function requireGrade({ evidence }: RecordedArtifact, found: FoundEvidence): string {
  const { files, vouched, signedByBom, isUnsure } = found;
  if (isUnsure) {
    throw notChecked("a signature that it may rest on could not be checked");
  }
  const { grade, signedFiles } = evidence;
  need(signedFiles <= vouched.size, `signatures cover ${vouched.size} files, the record says ${signedFiles}`);
  const isAll =
    files.size > 0 && [...files].every(([path, hex]) => vouched.has(path) || signedByBom.has(hex));
  need(
    grade !== "recomputed" || isAll,
    "nobody who is trusted vouches for all of its files, the record says so",
  );
  need(grade !== "signed" || vouched.size > 0, "no signature shows that it is signed");
  return `${grade}: signatures cover ${vouched.size} of ${files.size} files`;
}
