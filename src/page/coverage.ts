// SPDX-License-Identifier: Apache-2.0
// How complete the description is, and what nobody looked at. Both as large as the rest: an auditor asks for them first.

import type { AuditRecord, NotCovered, NotCoveredKind, RecordedScore } from "../audit/record.ts";
import { pageLimits } from "../page-limits.ts";
import { type Html, html } from "../report/html.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";
import { code, file, grouped, name, sentence, small } from "./text.ts";
import { notCoveredCount } from "./verdict.ts";

export function completenessSection({ completeness, files }: AuditRecord): Section {
  const profile =
    files.profile &&
    html`<p>${file(files.profile, "The sovereignty profile")}: how far the deployment is in one's own hands.</p>\n`;
  return {
    id: "completeness",
    title: "Completeness",
    body:
      completeness.length === 0
        ? html`<p>The bill of materials was not scored by any profile.</p>\n${profile}`
        : html`<p>How much of what each profile asks for the bill of materials has. It is readiness, not compliance: it says that an element is
there, not that it is true.</p>
<div class="scores">
${completeness.map(scoreHtml)}</div>
${profile}`,
  };
}

/** In the order in which they stand in the bar. */
const parts = [
  ["present", "present"],
  ["unknown", "declared unknown"],
  ["absent", "absent"],
  ["notApplicable", "not applicable"],
] as const;

function scoreHtml(score: RecordedScore): Html {
  const total = parts.reduce((sum, [key]) => sum + score[key], 0);
  const asked = total - score.notApplicable;
  let start = 0;
  const bars = parts.map(([key]) => {
    const width = total === 0 ? 0 : (score[key] / total) * 400;
    const bar = html`<rect class="part ${key}" x="${start.toFixed(1)}" y="0" width="${Math.max(width - 1.5, 0).toFixed(1)}" height="14" rx="2"/>`;
    start += width;
    return bar;
  });
  const occurring = parts.filter(([key]) => score[key] > 0);
  const counts = occurring.map(
    ([key, word]) =>
      html`<li><svg class="icon key" viewBox="0 0 16 16" aria-hidden="true"><rect class="part ${key}" x="1" y="1" width="14" height="14" rx="2"/></svg>${score[key]} ${word}</li>`,
  );
  return html`<div class="score">
<h3>${code(score.profile)}</h3>
<p class="ratio"><strong>${score.present}</strong> of ${asked} elements present</p>
<svg class="bar" viewBox="0 0 400 14" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<ul class="counts">${counts}</ul>
<p>${file(score.path, "each element, with how to fill it")}</p>
</div>
`;
}

const kindMeanings: Readonly<Record<NotCoveredKind, string>> = {
  unread: "not readable to its end",
  opaque: "format unknown: hashed, not looked into",
  ignored: "left out by a rule",
  skipped: "check not made",
  unknown: "no answer known",
  expired: "evidence has expired",
  "out-of-scope": "not claimed by this folder",
};

export function notCoveredSection(record: AuditRecord): Section {
  const { notCovered, files } = record;
  return {
    id: "not-covered",
    title: "Not covered",
    note: grouped(notCoveredCount(record)),
    body: html`${
      notCovered.length === 0
        ? html`<p>Nothing in scope was left out: every file was read to its end and every check was made.</p>\n`
        : table<NotCovered>({
            id: "not-covered-table",
            caption: "What was not looked at, or has no answer",
            columns: [
              {
                title: "About",
                cell: ({ subject, path, more }) =>
                  html`${name(subject)}${small(
                    path === undefined ? undefined : code(path),
                    more === undefined ? undefined : `and ${grouped(more)} more of the same`,
                  )}`,
              },
              {
                title: "Kind",
                choice: ({ kind }) => kind,
                cell: ({ kind }) => html`${kind}${small(kindMeanings[kind])}`,
              },
              { title: "Why", style: "wide", cell: ({ reason }) => sentence(reason) },
            ],
            rows: notCovered,
            max: pageLimits.maxFindingRows,
            noun: "gap",
            rest: file(files.notCovered),
          })
    }${limitsOfProof}`,
  };
}

/** What no folder of this kind can show. */
const limitsOfProof = html`<h3>What this folder cannot show</h3>
<ul class="plain">
<li>That what a publisher says about training data, authors or licences is true: claims are listed as claims.</li>
<li>That weights do what they should, or hold no hidden behaviour: their bytes and their makers are checked, not their meaning.</li>
<li>That a person read or understood what they signed.</li>
</ul>
`;
