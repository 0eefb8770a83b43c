// SPDX-License-Identifier: Apache-2.0
// The verdict as one HTML file, for people who were sent it: nothing is loaded, nothing runs, and the content security policy
// says so. The verdict first, then tables that also print.

import type { Verdict } from "../../model/verdict.ts";
import { counted } from "../counted.ts";
import { decidingRules } from "../deciding.ts";
import { evidenceText, rejectionText } from "../evidence-text.ts";
import { formatPlace, markMessage } from "../finding-text.ts";
import {
  contentPolicy,
  embedConstantUnsafe,
  escapedText,
  type Html,
  html,
  joinHtml,
  noHtml,
} from "../html.ts";
import { htmlStyle } from "../html-style.ts";
import { environmentText, policyText } from "../input-text.ts";
import { type JudgedFinding, judgedFindings } from "../judged-findings.ts";
import { renderLine } from "../line.ts";
import { formatBytes, shortDigest } from "../measures.ts";
import { formatRemedy, type Invocation } from "../remedy-text.ts";
import type { Reporter } from "../reporter.ts";
import { waiverText } from "../waiver-text.ts";

export const htmlReporter: Reporter = {
  id: "html",
  render(verdict, { invocation = {}, toolVersion } = {}) {
    const isAudit = verdict.inputs.environment?.mode === "audit";
    const word = `${verdict.outcome.toUpperCase()}${isAudit ? " (audit, not enforced)" : ""}`;
    const names = verdict.artifacts.map(({ name }) => name).join(", ");
    const judged = judgedFindings(verdict);
    return html`<!doctype html>
<html lang="en" data-report="aibom-verdict">
<head>
<meta charset="utf-8">
${contentPolicy({ style: htmlStyle })}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${word}: ${names.slice(0, 120)}</title>
${embedConstantUnsafe("style", htmlStyle)}
</head>
<body>
<header class="verdict ${verdict.outcome}"><h1>${word}</h1><p>${reason(verdict)}</p></header>
${[
  findingSection(
    "What decided",
    judged.filter(({ role }) => role === "deciding"),
  ),
  remedySection(verdict, invocation),
  findingSection(
    "Also found; these did not decide",
    judged.filter(({ role }) => role !== "deciding"),
  ),
  waiverSection(verdict),
  artifactSection(verdict),
  ruleSection(verdict.rules),
  evidenceSection(verdict),
  inputSection(verdict, toolVersion),
]}</body>
</html>
`.text;
  },
};

function code(value: string): Html {
  return html`<code>${value}</code>`;
}

/** A character that no text has after it was made safe to show. */
const boundary = "\u0000";

/** A sentence that a text function marks the words of others in. */
function marked(render: (mark: (value: string) => string) => string): Html {
  const pieces = render((value) => `${boundary}${value}${boundary}`).split(boundary);
  return joinHtml(
    pieces.map((piece, index) =>
      index % 2 === 1 ? html`<code>${escapedText(piece)}</code>` : escapedText(piece),
    ),
  );
}

/** The one line of the verdict without its first word, which is the heading. */
function reason(verdict: Verdict): Html {
  return escapedText(
    renderLine(verdict)
      .trimEnd()
      .replace(/^[A-Z]+ +(?:\(audit, not enforced\) +)?/, ""),
  );
}

function findingSection(title: string, judged: readonly JudgedFinding[]): Html {
  const rows = judged.map(({ finding, rules }) => [
    html`${finding.severity}`,
    code(finding.subject),
    formatPlace(finding) === "" ? noHtml : html`<code>${escapedText(formatPlace(finding))}</code>`,
    marked((mark) => markMessage(finding, (own) => own, mark)),
    joinHtml(
      rules.map(({ rule }) => code(rule)),
      ", ",
    ),
    html`<code class="nowrap">${finding.code}</code>`,
  ]);
  return section(title, table(["Severity", "Artifact", "Place", "What", "Rules", "Code"], rows));
}

function remedySection(verdict: Verdict, invocation: Invocation): Html {
  const rules = decidingRules(verdict);
  const words = rules.flatMap(({ rule, message }) =>
    message === undefined ? [] : [html`${code(rule)}: ${message}`],
  );
  const steps = rules.flatMap(({ remedy }) =>
    remedy.map((each) => marked((mark) => formatRemedy(each, invocation, mark))),
  );
  const items = new Map([...words, ...steps].map((item) => [item.text, html`<li>${item}</li>\n`]));
  return items.size === 0
    ? noHtml
    : section("What would make it pass", html`<ol>\n${[...items.values()]}</ol>`);
}

function waiverSection({ waivers = [] }: Verdict): Html {
  const rows = waivers.map((use) => {
    const { label, text: sentence } = waiverText(use);
    return [html`<span class="undecided">${label}</span>`, escapedText(sentence)];
  });
  return section("Waivers", table(["Result", "What"], rows));
}

function artifactSection({ artifacts }: Verdict): Html {
  const rows = artifacts.map(({ name, kind, files, bytes, manifest }) => [
    code(name),
    html`${kind}`,
    html`${files}`,
    html`${formatBytes(bytes)}`,
    code(shortDigest(manifest)),
  ]);
  return section(
    counted(artifacts.length, "artifact"),
    table(["Name", "Kind", "Files", "Size", "Manifest"], rows),
  );
}

function ruleSection(rules: Verdict["rules"]): Html {
  const marks = {
    pass: "allow",
    waived: "undecided",
    fail: "deny",
    undecided: "undecided",
    "not-applicable": "dim",
  } as const;
  const rows = rules.map(({ rule, kind, status, mode, matched, message = "" }) => [
    code(rule),
    html`${kind}`,
    html`<span class="${marks[status]}">${status}</span>`,
    html`${mode}`,
    html`${matched}`,
    html`${message}`,
  ]);
  return section(
    counted(rules.length, "rule"),
    table(["Rule", "Kind", "Result", "Mode", "Matched", "Why it is there"], rows),
  );
}

function evidenceSection(verdict: Verdict): Html {
  const rows = [
    ...verdict.evidence.map((each) => [
      html`<span class="allow">accepted</span>`,
      escapedText(evidenceText(each, verdict)),
    ]),
    ...verdict.rejected.map((each) => [
      html`<span class="deny">rejected</span>`,
      escapedText(rejectionText(each)),
    ]),
    ...verdict.skipped.map(({ check, reason: why }) => [
      html`<span class="undecided">skipped</span>`,
      html`${check}: ${why}`,
    ]),
  ];
  return section("Evidence", rows.length === 0 ? html`<p>None.</p>` : table(["Result", "What"], rows));
}

function inputSection({ at, inputs }: Verdict, toolVersion: string | undefined): Html {
  const { policy, trustRoot, bom, environment, unsafe } = inputs;
  const rows = [
    [html`Policy`, escapedText(policyText(policy))],
    ...(environment === undefined ? [] : [[html`Environment`, escapedText(environmentText(environment))]]),
    [html`Trust root`, code(shortDigest(trustRoot))],
    ...(bom === undefined ? [] : [[html`BOM`, code(shortDigest(bom))]]),
    [html`Checked for`, html`${at}`],
    ...unsafe.map((flag) => [html`<span class="undecided">Unsafe</span>`, code(flag)]),
    ...(toolVersion === undefined ? [] : [[html`aibom`, html`${toolVersion}`]]),
  ];
  return section("Inputs", table(["Input", "Value"], rows));
}

function section(title: string, body: Html): Html {
  return body === noHtml ? noHtml : html`<section>\n<h2>${title}</h2>\n${body}\n</section>\n`;
}

/** Empty without rows. */
function table(heads: readonly string[], rows: readonly (readonly Html[])[]): Html {
  if (rows.length === 0) {
    return noHtml;
  }
  const head = heads.map((title) => html`<th scope="col">${title}</th>`);
  const body = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`);
  return html`<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}</tbody>\n</table>`;
}
