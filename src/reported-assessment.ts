// SPDX-License-Identifier: Apache-2.0
// What a report says in the words of others: scores of the BOM, CycloneDX declarations, OSCAL assessment results, and what
// changed since an earlier BOM. All of it follows from the verdict and the BOM; nothing is read again.

import { declarationsDocument } from "./assessment/declared-bom.ts";
import { renderOscal } from "./assessment/oscal-results.ts";
import { type FolderFile, textFile } from "./audit/folder-file.ts";
import { auditPaths, type RecordedScore } from "./audit/record.ts";
import type { ReportOptions } from "./audit-report-options.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { compareBoms } from "./compare-boms.ts";
import { limits } from "./limits.ts";
import type { Verdict } from "./model/verdict.ts";
import { renderDiffJson } from "./report/diff-json.ts";
import { renderScoreJson } from "./report/score-text.ts";
import type { ReportedBom } from "./reported-bom.ts";
import { scoreProfileIds } from "./score/element.ts";
import { type Score, scoreBom } from "./score/score-bom.ts";
import { readBounded } from "./sources/read-bounded.ts";

export interface ReportedAssessment {
  readonly files: readonly FolderFile[];
  readonly completeness: readonly RecordedScore[];
}

/** Assesses the BOM by every list of elements, and the verdict. */
export async function assessmentOf(
  verdict: Verdict,
  bom: ReportedBom,
  title: string,
  { at, toolVersion }: ReportOptions,
): Promise<ReportedAssessment> {
  const scores = scoreProfileIds.map((profile) => scoreBom(bom.document, profile));
  const input = { verdict, scores };
  const context = { at: wholeSeconds(at), toolVersion, subject: { name: title, sha256: bom.sha256 } };
  const declared = await declarationsDocument(input, context, {
    specVersion: "1.7",
    bom: { bytes: Buffer.concat(bom.pieces), document: bom.document },
  });
  return {
    files: [
      ...scores.map((score) => textFile(placeOfScore(score), scoreText(score, title, bom))),
      { path: auditPaths.declarations, pieces: declared.pieces },
      textFile(auditPaths.oscal, renderOscal(input, context)),
    ],
    completeness: scores.map((score) => ({
      profile: score.profile,
      present: score.readiness.present,
      unknown: score.readiness.declaredUnknown,
      notApplicable: score.readiness.notApplicable,
      absent: score.readiness.absent,
      path: placeOfScore(score),
    })),
  };
}

function placeOfScore({ profile }: Score): string {
  return `data/decisions/score-${profile}.json`;
}

function scoreText(score: Score, title: string, { sha256 }: ReportedBom): string {
  return renderScoreJson({
    name: auditPaths.bom,
    sha256,
    specVersion: score.specVersion,
    isValid: true,
    subject: { name: title },
    scores: [score],
  });
}

function wholeSeconds(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000);
}

/**
 * What changed from an earlier BOM.
 * @throws {AibomError} SOURCE_*, BOM_INVALID, JSON_*
 */
export async function changesSince(
  { document }: ReportedBom,
  { previousBom }: ReportOptions,
): Promise<readonly FolderFile[]> {
  if (previousBom === undefined) {
    return [];
  }
  const before = await requireValidBom(readBounded(previousBom, limits.maxBomBytes), previousBom);
  return [textFile(auditPaths.bomDiff, renderDiffJson(compareBoms(before.document, document)))];
}
