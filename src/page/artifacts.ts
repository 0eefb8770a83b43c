// SPDX-License-Identifier: Apache-2.0
// What was gated: how it ended, how good the proof is, who signed, and where the receipt lies.

import type { AuditRecord, RecordedArtifact } from "../audit/record.ts";
import { pageLimits } from "../page-limits.ts";
import { type Html, html, joinHtml } from "../report/html.ts";
import {
  artifactTone,
  gradeMark,
  gradeMeanings,
  gradeOrder,
  gradeWords,
  mark,
  severityMark,
  severityOrder,
  toneOrder,
  toneWords,
} from "./marks.ts";
import type { NodeIds } from "./node-ids.ts";
import type { Section } from "./section.ts";
import { type Column, table } from "./table.ts";
import { bytes, code, count, day, file, grouped, name, names, receiptLink, small } from "./text.ts";

export function artifactSection(record: AuditRecord, ids: NodeIds): Section {
  const rows = byConcern(record.artifacts);
  return {
    id: "artifacts",
    title: "Artifacts",
    note: grouped(rows.length),
    body: html`${legend()}
${table({
  id: "artifact-table",
  caption: "What was judged by the policy, with the proof for it",
  columns,
  rows,
  max: pageLimits.maxArtifactRows,
  noun: "artifact",
  orderWords: "those that were not allowed first",
  rest: file("data/record.json"),
  rowId: ({ ref }) => ids.of(ref),
})}`,
  };
}

/** What was not allowed first, then as the record has them. */
export function byConcern(artifacts: readonly RecordedArtifact[]): readonly RecordedArtifact[] {
  return [...artifacts].sort((left, right) => rank(left) - rank(right));
}

function rank({ status }: RecordedArtifact): number {
  return toneOrder.indexOf(artifactTone(status));
}

function legend(): Html {
  const items = gradeOrder.map(
    (grade) => html`<div><dt>${gradeMark(grade)}</dt><dd>${gradeMeanings[grade]}</dd></div>\n`,
  );
  return html`<p>How good the proof is, strongest first:</p>
<dl class="legend">
${items}</dl>`;
}

const columns: readonly Column<RecordedArtifact>[] = [
  {
    title: "Artifact",
    cell: ({ name: called, kind, version, purl, licenses, supplier }) =>
      html`${name(called)}${small(
        kind,
        version === undefined ? undefined : name(version),
        supplier === undefined ? undefined : name(supplier),
        licenses.length === 0 ? "no licence stated" : names(licenses),
      )}${purl !== undefined && small(code(purl))}`,
  },
  {
    title: "Verdict",
    order: rank,
    choice: ({ status }) => toneWords[artifactTone(status)],
    cell: ({ status }) => mark(artifactTone(status), toneWords[artifactTone(status)]),
  },
  {
    title: "Evidence",
    order: ({ evidence }) => gradeOrder.indexOf(evidence.grade),
    choice: ({ evidence }) => gradeWords[evidence.grade],
    cell: ({ evidence, files }) =>
      html`${gradeMark(evidence.grade)}${small(
        `${grouped(evidence.signedFiles)} of ${count(files, "file")} signed`,
        `${grouped(evidence.bomFiles)} as in the BOM`,
        evidence.isRead ? undefined : html`<strong>not read to the end</strong>`,
      )}`,
  },
  {
    title: "Signed by",
    cell: ({ signers }) =>
      signers.length === 0
        ? html`<span class="dim">nobody trusted</span>`
        : html`${names([...new Set(signers.map(({ identity }) => identity))])}${firstTime(signers)}`,
  },
  {
    title: "Findings",
    order: ({ findings }) =>
      -severityOrder.reduce((sum, severity) => sum * 1000 + Math.min(findings[severity] ?? 0, 999), 0),
    cell: ({ findings }) => {
      const found = severityOrder.filter((severity) => (findings[severity] ?? 0) > 0);
      return found.length === 0
        ? html`<span class="dim">none</span>`
        : joinHtml(
            found.map(
              (severity) => html`<span class="line">${severityMark(severity)} ${findings[severity]}</span>`,
            ),
            " ",
          );
    },
  },
  {
    title: "Size",
    style: "number",
    order: (artifact) => artifact.bytes,
    cell: (artifact) => html`${bytes(artifact.bytes)}${small(count(artifact.files, "file"))}`,
  },
  {
    title: "Receipt",
    style: "nowrap",
    cell: ({ receipt, manifest }) => receiptLink(receipt, manifest),
  },
];

/** The earliest instant at which one of the signatures is proven to have existed. */
function firstTime(signers: RecordedArtifact["signers"]): Html {
  const [first] = signers
    .flatMap(({ times }) => times)
    .map((each) => each.time)
    .sort();
  return small(first === undefined ? "no proven time" : html`by ${day(first)}`);
}
