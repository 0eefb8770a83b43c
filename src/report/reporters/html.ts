// SPDX-License-Identifier: Apache-2.0
// The verdict as one HTML file, for people who were sent it: nothing is loaded, nothing runs, and the content security policy
// says so. The verdict first, then tables that also print.

import { createHash } from "node:crypto";
import { escapeText } from "../../codes/escape.ts";
import type { RuleResult, Verdict } from "../../model/verdict.ts";
import { counted } from "../counted.ts";
import { decidingRules } from "../deciding.ts";
import { evidenceText, rejectionText } from "../evidence-text.ts";
import { formatPlace, markMessage } from "../finding-text.ts";
import { htmlStyle } from "../html-style.ts";
import { environmentText, policyText } from "../input-text.ts";
import { type JudgedFinding, judgedFindings } from "../judged-findings.ts";
import { renderLine } from "../line.ts";
import { markupText } from "../markup-text.ts";
import { formatBytes, shortDigest } from "../measures.ts";
import { formatRemedy, type Invocation } from "../remedy-text.ts";
import type { Reporter } from "../reporter.ts";
import { waiverText } from "../waiver-text.ts";

const styleDigest = createHash("sha256").update(htmlStyle).digest("base64");

const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleDigest}'; base-uri 'none'; form-action 'none'`;

export const htmlReporter: Reporter = {
  id: "html",
  render(verdict, { invocation = {}, toolVersion } = {}) {
    const isAudit = verdict.inputs.environment?.mode === "audit";
    const word = `${verdict.outcome.toUpperCase()}${isAudit ? " (audit, not enforced)" : ""}`;
    const names = verdict.artifacts.map(({ name }) => name).join(", ");
    const judged = judgedFindings(verdict);
    return `${[
      "<!doctype html>",
      '<html lang="en" data-report="aibom-verdict">',
      "<head>",
      '<meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="referrer" content="no-referrer">',
      `<title>${word}: ${text(names.slice(0, 120))}</title>`,
      `<style>${htmlStyle}</style>`,
      "</head>",
      "<body>",
      `<header class="verdict ${verdict.outcome}"><h1>${word}</h1><p>${reason(verdict)}</p></header>`,
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
      "</body>",
      "</html>",
    ]
      .filter((part) => part !== "")
      .join("\n")}\n`;
  },
};

function text(value: string): string {
  return markupText(escapeText(value));
}

function code(value: string): string {
  return `<code>${text(value)}</code>`;
}

/** The one line of the verdict without its first word, which is the heading. */
function reason(verdict: Verdict): string {
  return markupText(
    renderLine(verdict)
      .trimEnd()
      .replace(/^[A-Z]+ +(?:\(audit, not enforced\) +)?/, ""),
  );
}

function findingSection(title: string, judged: readonly JudgedFinding[]): string {
  const rows = judged.map(({ finding, rules }) => [
    markupText(finding.severity),
    code(finding.subject),
    formatPlace(finding) === "" ? "" : `<code>${markupText(formatPlace(finding))}</code>`,
    markMessage(finding, markupText, (value) => `<code>${markupText(value)}</code>`),
    rules.map(({ rule }) => code(rule)).join(", "),
    `<code class="nowrap">${finding.code}</code>`,
  ]);
  return section(title, table(["Severity", "Artifact", "Place", "What", "Rules", "Code"], rows));
}

function remedySection(verdict: Verdict, invocation: Invocation): string {
  const rules = decidingRules(verdict);
  const mark = (value: string): string => `<code>${markupText(value)}</code>`;
  const words = rules.flatMap(({ rule, message }) =>
    message === undefined ? [] : [`${code(rule)}: ${text(message)}`],
  );
  const steps = rules.flatMap(({ remedy }) => remedy.map((each) => formatRemedy(each, invocation, mark)));
  const items = [...new Set([...words, ...steps])].map((item) => `<li>${item}</li>`);
  return items.length === 0 ? "" : section("What would make it pass", `<ol>\n${items.join("\n")}\n</ol>`);
}

function waiverSection({ waivers = [] }: Verdict): string {
  const rows = waivers.map((use) => {
    const { label, text: sentence } = waiverText(use);
    return [`<span class="undecided">${label}</span>`, markupText(sentence)];
  });
  return section("Waivers", table(["Result", "What"], rows));
}

function artifactSection({ artifacts }: Verdict): string {
  const rows = artifacts.map(({ name, kind, files, bytes, manifest }) => [
    code(name),
    text(kind),
    String(files),
    formatBytes(bytes),
    code(shortDigest(manifest)),
  ]);
  return section(
    counted(artifacts.length, "artifact"),
    table(["Name", "Kind", "Files", "Size", "Manifest"], rows),
  );
}

function ruleSection(rules: readonly RuleResult[]): string {
  const marks = {
    pass: "allow",
    waived: "undecided",
    fail: "deny",
    undecided: "undecided",
    "not-applicable": "dim",
  } as const;
  const rows = rules.map(({ rule, kind, status, mode, matched, message = "" }) => [
    code(rule),
    text(kind),
    `<span class="${marks[status]}">${status}</span>`,
    mode,
    String(matched),
    text(message),
  ]);
  return section(
    counted(rules.length, "rule"),
    table(["Rule", "Kind", "Result", "Mode", "Matched", "Why it is there"], rows),
  );
}

function evidenceSection(verdict: Verdict): string {
  const rows = [
    ...verdict.evidence.map((each) => [
      '<span class="allow">accepted</span>',
      markupText(evidenceText(each, verdict)),
    ]),
    ...verdict.rejected.map((each) => [
      '<span class="deny">rejected</span>',
      markupText(rejectionText(each)),
    ]),
    ...verdict.skipped.map(({ check, reason: why }) => [
      '<span class="undecided">skipped</span>',
      `${text(check)}: ${text(why)}`,
    ]),
  ];
  return section("Evidence", rows.length === 0 ? "<p>None.</p>" : table(["Result", "What"], rows));
}

function inputSection({ at, inputs }: Verdict, toolVersion: string | undefined): string {
  const { policy, trustRoot, bom, environment, unsafe } = inputs;
  const rows = [
    ["Policy", markupText(policyText(policy))],
    ...(environment === undefined ? [] : [["Environment", markupText(environmentText(environment))]]),
    ["Trust root", code(shortDigest(trustRoot))],
    ...(bom === undefined ? [] : [["BOM", code(shortDigest(bom))]]),
    ["Checked for", text(at)],
    ...unsafe.map((flag) => ['<span class="undecided">Unsafe</span>', code(flag)]),
    ...(toolVersion === undefined ? [] : [["aibom", text(toolVersion)]]),
  ];
  return section("Inputs", table(["Input", "Value"], rows));
}

function section(title: string, body: string): string {
  return body === "" ? "" : `<section>\n<h2>${title}</h2>\n${body}\n</section>`;
}

/** Cells are markup already; empty without rows. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) {
    return "";
  }
  const head = heads.map((title) => `<th scope="col">${title}</th>`).join("");
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>`;
}
