// SPDX-License-Identifier: Apache-2.0
// The verdict as Markdown for a pull request and for the summary of a CI job: the outcome, what decided, what would make it
// pass, and the rest folded away. The comment in the first line is what a bot looks for to replace its earlier comment.

import type { RuleResult, Verdict } from "../../model/verdict.ts";
import { counted } from "../counted.ts";
import { decidingRules } from "../deciding.ts";
import { evidenceText, rejectionText } from "../evidence-text.ts";
import { formatPlace, markMessage } from "../finding-text.ts";
import { environmentText, policyText } from "../input-text.ts";
import { type JudgedFinding, judgedFindings } from "../judged-findings.ts";
import { codeSpan, markdownText } from "../markdown-text.ts";
import { formatBytes, shortDigest } from "../measures.ts";
import { formatRemedy, type Invocation } from "../remedy-text.ts";
import type { Reporter } from "../reporter.ts";
import { waiverText } from "../waiver-text.ts";

/** GitHub takes 65,536 characters for a comment; forty findings of the longest kind stay below it. */
const max = { findings: 30, warnings: 10, evidence: 20, rules: 50, remedies: 20 } as const;

/** Characters of a sentence about evidence. */
const maxSentence = 500;

const outcomes = {
  allow: "✅ ALLOW",
  deny: "❌ DENY",
  undecided: "⚠️ UNDECIDED",
} as const;

export const markdownReporter: Reporter = {
  id: "markdown",
  render(verdict, { invocation = {} } = {}) {
    const judged = judgedFindings(verdict);
    const withRole = (role: JudgedFinding["role"]) => judged.filter((each) => each.role === role);
    const noted = withRole("noted").filter(({ finding }) => finding.severity !== "info");
    const isAudit = verdict.inputs.environment?.mode === "audit";
    const sections = [
      `<!-- aibom verdict -->\n## aibom verify: ${outcomes[verdict.outcome]}${isAudit ? " (audit, not enforced)" : ""}`,
      summary(verdict),
      findingGroups(withRole("deciding"), verdict),
      remedies(verdict, invocation),
      waivers(verdict),
      folded("Warnings, which did not decide", findingList([...withRole("warning"), ...noted], max.warnings)),
      folded(`Rules (${verdict.rules.length})`, ruleTable(verdict.rules)),
      folded(evidenceTitle(verdict), evidenceList(verdict)),
      inputs(verdict),
    ];
    return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
  },
};

function summary({ artifacts, rules }: Verdict): string {
  const count = (status: RuleResult["status"]): number =>
    rules.filter((rule) => rule.status === status).length;
  const waived = count("waived") === 0 ? "" : `${count("waived")} waived, `;
  return `${counted(artifacts.length, "artifact")}; ${counted(rules.length, "rule")}: ${count("pass")} passed, ${waived}${count("fail")} failed, ${count("undecided")} undecided, ${count("not-applicable")} did not apply.`;
}

function findingGroups(deciding: readonly JudgedFinding[], { artifacts }: Verdict): string {
  const shown = deciding.slice(0, max.findings);
  const groups = [...Map.groupBy(shown, ({ finding }) => finding.subject)].map(([subject, findings]) => {
    const artifact = artifacts.find(({ name }) => name === subject);
    const size =
      artifact === undefined
        ? ""
        : `: ${artifact.kind}, ${counted(artifact.files, "file")}, ${formatBytes(artifact.bytes)}`;
    return `### ${codeSpan(subject)}${size}\n\n${findingList(findings, max.findings)}`;
  });
  const left = deciding.length - shown.length;
  return [...groups, ...(left === 0 ? [] : [`and ${left} more, all in the JSON report`])].join("\n\n");
}

function findingList(judged: readonly JudgedFinding[], most: number): string {
  const lines = judged.slice(0, most).map(({ finding }) => {
    const place = formatPlace(finding);
    const where = place === "" ? "" : `${codeSpan(place)}: `;
    const message = markMessage(finding, markdownText, (text) => codeSpan(text));
    return `- **${finding.severity}** ${where}${message} (\`${finding.code}\`)`;
  });
  const left = judged.length - lines.length;
  return [...lines, ...(left === 0 ? [] : [`- and ${left} more`])].join("\n");
}

function remedies(verdict: Verdict, invocation: Invocation): string {
  const rules = decidingRules(verdict);
  const span = (text: string): string => codeSpan(text, maxSentence);
  const words = rules.flatMap(({ rule, message }) =>
    message === undefined ? [] : [`${codeSpan(rule)}: ${span(message)}`],
  );
  const steps = rules.flatMap(({ remedy }) => remedy.map((each) => formatRemedy(each, invocation, span)));
  const all = [...new Set([...words, ...steps])];
  if (all.length === 0) {
    return "";
  }
  const shown = all.slice(0, max.remedies).map((text) => `1. ${text}`);
  const left = all.length - shown.length;
  const more = left === 0 ? [] : [`1. and ${left} more`];
  return `### What would make it pass\n\n${[...shown, ...more].join("\n")}`;
}

function waivers({ waivers: uses = [] }: Verdict): string {
  const lines = uses.slice(0, max.rules).map((use) => {
    const { label, text } = waiverText(use);
    return `- **${label}** ${codeSpan(text, maxSentence)}`;
  });
  const left = uses.length - lines.length;
  const more = left === 0 ? [] : [`- and ${left} more`];
  return lines.length === 0 ? "" : `### Waivers\n\n${[...lines, ...more].join("\n")}`;
}

function ruleTable(rules: readonly RuleResult[]): string {
  const rows = rules
    .slice(0, max.rules)
    .map(
      ({ rule, kind, status, mode, matched }) =>
        `| ${codeSpan(rule)} | ${codeSpan(kind)} | ${status} | ${mode} | ${matched} |`,
    );
  const left = rules.length - rows.length;
  const more = left === 0 ? [] : [`| and ${left} more | | | | |`];
  return ["| Rule | Kind | Result | Mode | Matched |", "|---|---|---|---|---|", ...rows, ...more].join("\n");
}

function evidenceTitle({ evidence, rejected, skipped }: Verdict): string {
  return `Evidence: ${evidence.length} accepted, ${rejected.length} rejected, ${skipped.length} skipped`;
}

function evidenceList(verdict: Verdict): string {
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ["accepted", verdict.evidence.map((each) => evidenceText(each, verdict))],
    ["rejected", verdict.rejected.map(rejectionText)],
    ["skipped", verdict.skipped.map(({ check, reason }) => `${check}: ${reason}`)],
  ];
  const lines = groups.flatMap(([label, texts]) => {
    const shown = texts.slice(0, max.evidence).map((text) => `- ${label}: ${codeSpan(text, maxSentence)}`);
    const left = texts.length - shown.length;
    return left === 0 ? shown : [...shown, `- and ${left} more ${label}`];
  });
  return lines.length === 0 ? "none" : lines.join("\n");
}

function inputs({ at, inputs: { policy, trustRoot, bom, environment, unsafe } }: Verdict): string {
  const parts = [
    `policy ${codeSpan(policyText(policy))}`,
    ...(environment === undefined ? [] : [`environment ${codeSpan(environmentText(environment))}`]),
    `trust root ${codeSpan(shortDigest(trustRoot))}`,
    ...(bom === undefined ? [] : [`BOM ${codeSpan(shortDigest(bom))}`]),
    `checked for ${at}`,
    ...unsafe.map((flag) => `**unsafe** ${codeSpan(flag)}`),
  ];
  return parts.join(", ");
}

/** The blank lines are what makes Markdown read on inside the element. */
function folded(title: string, body: string): string {
  return body === "" ? "" : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
