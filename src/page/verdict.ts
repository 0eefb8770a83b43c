// SPDX-License-Identifier: Apache-2.0
// The head of the page: the verdict in one sentence, for which instant, by which policy and which trust root; what weakens it;
// and the numbers of the sections below, each a link.

import { type AuditRecord, auditPaths, type RecordedInput } from "../audit/record.ts";
import type { Severity } from "../model/severity.ts";
import { addressOfElement, type Html, html, joinHtml, noHtml } from "../report/html.ts";
import {
  artifactTone,
  gradeMark,
  gradeOrder,
  icon,
  mark,
  outcomeMark,
  severityMark,
  severityOrder,
  toneOrder,
  toneWords,
} from "./marks.ts";
import { code, count, digest, file, grouped, name, sentence, time } from "./text.ts";

/** What stands above the verdict's word: what the page is about. */
export function mastheadHtml({ title, at, tool }: AuditRecord): Html {
  return html`<header class="masthead">
<p class="kind">Audit folder</p>
<p class="title">${name(title)}</p>
<p class="made">checked for ${time(at)} by aibom ${tool.version}</p>
</header>
`;
}

export function verdictHtml(record: AuditRecord): Html {
  const { verdict, at, inputs, trustRoot } = record;
  const { tone, word } = outcomeMark(verdict.outcome);
  const { environment } = verdict;
  const policy = inputs.find(({ kind }) => kind === "policy");
  return html`<section class="verdict ${tone}" aria-labelledby="verdict-word">
${icon(tone, "big")}
<div>
<h1 id="verdict-word">${word}</h1>
<p class="lead">${sentence(verdict.summary)}</p>
${reasons(record)}${remedies(record)}<p class="basis">Decided for ${time(at)}${policy !== undefined && html` by policy ${inputName(policy)}`}
against the trust root ${digest(trustRoot.digest)}${
    environment !== undefined &&
    html`, in environment ${name(environment.name)} (${
      environment.mode === "enforce" ? "enforced" : environment.mode
    })`
  }.</p>
</div>
</section>
${weaknesses(record)}`;
}

/** At most so many of the findings that decided stand in the head; the others are a link away. */
const maxReasons = 3;

/** What decided: the findings of the rules that were enforced and did not pass. */
function reasons({ rules, findings }: AuditRecord): Html {
  const decisive = rules.filter(
    ({ mode, status }) => mode === "enforce" && (status === "fail" || status === "undecided"),
  );
  const codes = new Set(decisive.flatMap((rule) => rule.codes));
  const decided = findings.filter(({ code: id }) => codes.has(id));
  if (decided.length === 0) {
    return noHtml;
  }
  const items = decided
    .slice(0, maxReasons)
    .map(
      ({ subject, path, message }) =>
        html`<li>${name(subject)}${path !== "." && path !== "" && path !== subject && html`, ${code(path)}`}: ${sentence(message)}</li>\n`,
    );
  const more = decided.length - items.length;
  return html`<ul class="reasons">
${items}</ul>
${more > 0 && html`<p class="more"><a href="#findings">and ${count(more, "more finding")} that decided</a></p>\n`}`;
}

/** At most so many ways out stand in the head; the record has all of them. */
const maxRemedies = 5;

function remedies({ rules }: AuditRecord): Html {
  const all = [...new Set(rules.flatMap((rule) => rule.remedies ?? []))];
  if (all.length === 0) {
    return noHtml;
  }
  const items = all.slice(0, maxRemedies).map((each) => html`<li>${sentence(each)}</li>\n`);
  const more = all.length - items.length;
  return html`<p class="remedies-title"><strong>What would make it pass</strong></p>
<ul class="remedies">
${items}</ul>
${more > 0 && html`<p class="more">and ${count(more, "more step")}, in ${file(auditPaths.record)}</p>\n`}`;
}

function inputName({ name: called, digest: of }: RecordedInput): Html {
  return html`${name(called)} (${digest(of)})`;
}

/** What the word above must not be read without. */
function weaknesses({ verdict, seal }: AuditRecord): Html {
  const lines = [
    ...(verdict.environment?.mode === "audit"
      ? [html`<strong>Audit mode.</strong> This verdict was not enforced: nothing was stopped by it.`]
      : []),
    ...(verdict.unsafe.length === 0
      ? []
      : [
          html`<strong>Checks were weakened</strong> by ${joinHtml(
            verdict.unsafe.map((flag) => code(flag)),
            ", ",
          )}.`,
        ]),
    ...(seal === "unsealed"
      ? [
          html`<strong>Not sealed.</strong> Nothing here proves who made this folder, or when. The signatures and digests
inside are as good as anywhere.`,
        ]
      : []),
  ];
  return lines.length === 0
    ? noHtml
    : html`<div class="warnings">${lines.map((line) => html`<p class="warning">${icon("open")}<span>${line}</span></p>\n`)}</div>\n`;
}

/** The sections in numbers. */
export function summaryHtml(record: AuditRecord): Html {
  const identities = new Set(
    record.artifacts.flatMap(({ signers }) => signers.map(({ identity }) => identity)),
  );
  const tiles = [
    tile("artifacts", "Artifacts", record.artifacts.length, artifactTally(record)),
    tile("artifacts", "Evidence", undefined, gradeTally(record)),
    tile("findings", "Findings", record.findings.length, findingTally(record)),
    tile("not-covered", "Not covered", notCoveredCount(record), html`what nobody looked at, or knows`),
    tile(
      "components",
      "Other components",
      record.components.length,
      html`in the BOM, not judged by themselves`,
    ),
    tile(
      "signers",
      "Signers",
      identities.size,
      html`${identities.size === 1 ? "identity" : "identities"} of the trust root`,
    ),
    tile("completeness", "Completeness", undefined, scoreTally(record)),
    tile("custody", "Custody", record.custody?.entries, custodyTally(record)),
  ];
  return html`<dl class="tiles">
${tiles}</dl>
`;
}

export function notCoveredCount({ notCovered }: AuditRecord): number {
  return notCovered.reduce((sum, { more = 0 }) => sum + 1 + more, 0);
}

function tile(to: string, title: string, amount: number | undefined, what: Html): Html {
  const number = amount === undefined ? "" : html`<span class="number">${grouped(amount)}</span> `;
  return html`<div><dt><a href="${addressOfElement(to)}">${title}</a></dt><dd>${number}<span class="what">${what}</span></dd></div>\n`;
}

function artifactTally({ artifacts }: AuditRecord): Html {
  const tally = new Map(toneOrder.map((tone) => [tone, 0]));
  for (const { status } of artifacts) {
    const tone = artifactTone(status);
    tally.set(tone, (tally.get(tone) ?? 0) + 1);
  }
  return list(
    [...tally].map(([tone, amount]) => [amount, mark(tone, `${grouped(amount)} ${toneWords[tone]}`)]),
  );
}

function gradeTally({ artifacts }: AuditRecord): Html {
  const counts = gradeOrder.map((grade) => {
    const amount = artifacts.filter(({ evidence }) => evidence.grade === grade).length;
    return [amount, html`${gradeMark(grade)} ${grouped(amount)}`] as const;
  });
  return list(counts);
}

function findingTally({ findings }: AuditRecord): Html {
  const bySeverity = new Map<Severity, number>();
  for (const { severity } of findings) {
    bySeverity.set(severity, (bySeverity.get(severity) ?? 0) + 1);
  }
  const counts = severityOrder.map((severity) => {
    const amount = bySeverity.get(severity) ?? 0;
    return [amount, html`${severityMark(severity)} ${grouped(amount)}`] as const;
  });
  return findings.length === 0 ? html`nothing was found` : list(counts);
}

function scoreTally({ completeness }: AuditRecord): Html {
  const lines = completeness.map(({ profile, present, unknown, notApplicable, absent }) => {
    const asked = present + unknown + absent;
    return [
      1,
      html`${code(profile)} ${present} of ${asked}${notApplicable > 0 && html` (${notApplicable} not applicable)`}`,
    ] as const;
  });
  return lines.length === 0 ? html`not scored` : list(lines);
}

function custodyTally({ custody }: AuditRecord): Html {
  return custody === undefined
    ? html`no custody log`
    : html`logged events, ${count(custody.witnesses.length, "witness", "witnesses")}`;
}

/** Those that occur, a line each. */
function list(counts: readonly (readonly [number, Html])[]): Html {
  const items = counts
    .filter(([amount]) => amount > 0)
    .map(([, line]) => html`<span class="line">${line}</span>`);
  return joinHtml(items, " ");
}
