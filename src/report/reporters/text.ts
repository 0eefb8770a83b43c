// SPDX-License-Identifier: Apache-2.0
// The verdict for people, at most a screen: the outcome and its reason first, what would make it pass last.
// Every word that a file, a policy or a signature chose is escaped.

import { escapeText } from "../../codes/escape.ts";
import type { Finding } from "../../model/finding.ts";
import type { Verdict, VerdictArtifact } from "../../model/verdict.ts";
import { findingKey } from "../../policy/finding-order.ts";
import { counted } from "../counted.ts";
import { decidingFindings, decidingRules } from "../deciding.ts";
import { evidenceDetails, evidenceText, rejectionDetails, rejectionText } from "../evidence-text.ts";
import { renderFindings } from "../finding-text.ts";
import { environmentText, policyText } from "../input-text.ts";
import { renderLine } from "../line.ts";
import { formatBytes, shortDigest } from "../measures.ts";
import { formatRemedy, type Invocation } from "../remedy-text.ts";
import type { Reporter } from "../reporter.ts";
import { defaultWidth, plainStyle, type Style } from "../style.ts";
import { waiverText } from "../waiver-text.ts";
import { wrap } from "../wrap.ts";

/** What a screen holds; `--verbose` has no limits. */
const screen = {
  deciding: 20,
  perArtifact: 3,
  cleanArtifacts: 8,
  noted: 6,
  evidence: 5,
  remedies: 8,
} as const;

const labelColumns = 12;

interface Page {
  readonly verdict: Verdict;
  readonly style: Style;
  readonly width: number;
  readonly invocation: Invocation;
  readonly verbose: boolean;
}

export const textReporter: Reporter = {
  id: "text",
  render(verdict, options = {}) {
    const { style = plainStyle, width = defaultWidth, invocation = {}, verbose = false } = options;
    const page = { verdict, style, width, invocation, verbose };
    const sections = [
      renderLine(verdict, { style, width }),
      ...artifactSections(page),
      notedSection(page),
      waiverSection(page),
      verbose ? ruleSection(page) : "",
      evidenceSection(page),
      inputSection(page),
      remedySection(page),
    ];
    return sections.filter((section) => section !== "").join("\n");
  },
};

/** The deciding findings, grouped by what they are about, gravest first; then the artifacts that nothing is wrong with. */
function artifactSections(page: Page): string[] {
  const { verdict, style, verbose } = page;
  const groups = [...Map.groupBy(decidingFindings(verdict), (item) => item.subject)];
  const perGroup = Math.max(screen.perArtifact, Math.floor(screen.deciding / groups.length));
  const shown = verbose ? groups : groups.slice(0, Math.floor(screen.deciding / perGroup));
  const max = verbose ? Number.POSITIVE_INFINITY : perGroup;
  const decided = new Set(groups.map(([subject]) => subject));
  const clean = verdict.artifacts.filter(({ name }) => !decided.has(name));
  const named = verbose ? clean : clean.slice(0, screen.cleanArtifacts);
  const left = groups.slice(shown.length).reduce((sum, [, findings]) => sum + findings.length, 0);
  return [
    ...shown.map(([subject, findings]) => findingGroup(page, subject, findings, max)),
    ...(left === 0
      ? []
      : [moreLine(page, `${counted(left, "finding")} about ${groups.length - shown.length} others`)]),
    ...(named.length === 0 ? [] : [named.map((artifact) => artifactTitle(artifact, style)).join("")]),
    ...(clean.length === named.length
      ? []
      : [moreLine(page, `${counted(clean.length - named.length, "artifact")} with no deciding finding`)]),
  ];
}

function findingGroup(
  { verdict, style, width }: Page,
  subject: string,
  findings: readonly Finding[],
  max: number,
): string {
  const artifact = verdict.artifacts.find(({ name }) => name === subject);
  const title =
    artifact === undefined ? `${style.bold(escapeText(subject))}\n` : artifactTitle(artifact, style);
  return title + renderFindings(findings, style, width, { max, allIn: "--verbose" });
}

function artifactTitle({ name, kind, files, bytes }: VerdictArtifact, style: Style): string {
  const size = `${kind}, ${counted(files, "file")}, ${formatBytes(bytes)}`;
  return `${style.bold(escapeText(name))}  ${style.dim(size)}\n`;
}

function moreLine({ style }: Page, what: string): string {
  return `${style.dim(`and ${what} (--verbose has all)`)}\n`;
}

/** What is worth knowing and did not decide: warn-mode rules and findings that no rule minds. */
function notedSection({ verdict, style, width, verbose }: Page): string {
  const deciding = new Set(decidingFindings(verdict).map(findingKey));
  const noted = verdict.findings.filter(
    (item) => (verbose || item.severity !== "info") && !deciding.has(findingKey(item)),
  );
  const rules = verdict.rules.filter((rule) => rule.mode === "warn" && rule.status === "fail");
  if (noted.length === 0 && rules.length === 0) {
    return "";
  }
  const names = rules.map((rule) => escapeText(rule.rule)).join(", ");
  const line = rules.length === 0 ? "" : `  failed in warn mode: ${names}\n`;
  const title = `${style.warn("Warnings")}  ${style.dim("these did not decide")}\n`;
  const max = verbose ? Number.POSITIVE_INFINITY : screen.noted;
  return title + line + renderFindings(noted, style, width, { max, allIn: "--verbose" });
}

/** All of them, in every report: there are few, and each is an exception. */
function waiverSection({ verdict, style, width }: Page): string {
  const lines = (verdict.waivers ?? []).map((use) => {
    const { label, text } = waiverText(use);
    return labelled(label, style.warn, text, width);
  });
  return lines.length === 0 ? "" : `${style.warn("Waivers")}\n${lines.join("")}`;
}

/** Every rule and how it ended. */
function ruleSection({ verdict, style, width }: Page): string {
  const marks = {
    pass: style.allow,
    waived: style.warn,
    fail: style.deny,
    undecided: style.undecided,
    "not-applicable": style.dim,
  };
  const labels = {
    pass: "passed",
    waived: "waived",
    fail: "failed",
    undecided: "undecided",
    "not-applicable": "not asked",
  };
  const lines = verdict.rules.map(({ rule, kind, status, mode, matched }) => {
    const text = `${escapeText(rule)}: ${kind}, ${mode}, matched ${matched}`;
    return labelled(labels[status], marks[status], text, width);
  });
  return lines.length === 0 ? "" : `${style.bold("Rules")}\n${lines.join("")}`;
}

function evidenceSection(page: Page): string {
  const { verdict, style } = page;
  const groups = [
    evidenceGroup(
      page,
      "accepted",
      style.allow,
      verdict.evidence,
      (each) => evidenceText(each, verdict),
      evidenceDetails,
    ),
    evidenceGroup(page, "rejected", style.deny, verdict.rejected, rejectionText, rejectionDetails),
    evidenceGroup(page, "skipped", style.warn, verdict.skipped, ({ check, reason }) => {
      return `${escapeText(check)}: ${escapeText(reason)}`;
    }),
  ];
  const body = groups.join("");
  return `${style.bold("Evidence")}\n${body === "" ? `  ${style.dim("none")}\n` : body}`;
}

function evidenceGroup<T>(
  page: Page,
  label: string,
  mark: (text: string) => string,
  items: readonly T[],
  textOf: (item: T) => string,
  detailsOf: (item: T) => readonly string[] = () => [],
): string {
  const { width, verbose } = page;
  const shown = verbose ? items : items.slice(0, screen.evidence);
  const lines = shown.flatMap((item) => [
    labelled(label, mark, textOf(item), width),
    ...(verbose
      ? detailsOf(item).map((detail) => paragraph(" ".repeat(labelColumns + 4), detail, width))
      : []),
  ]);
  const left = items.length - shown.length;
  return lines.join("") + (left === 0 ? "" : `  ${moreLine(page, `${left} more ${label}`)}`);
}

function inputSection({ verdict, style, width }: Page): string {
  const { policy, trustRoot, bom, environment, unsafe } = verdict.inputs;
  const lines = [
    labelled("policy", style.dim, policyText(policy), width),
    labelled("trust root", style.dim, shortDigest(trustRoot), width),
    ...(environment === undefined
      ? []
      : [labelled("environment", style.dim, environmentText(environment), width)]),
    ...(bom === undefined ? [] : [labelled("bom", style.dim, shortDigest(bom), width)]),
    labelled("checked for", style.dim, verdict.at, width),
    ...unsafe.map((flag) => labelled("unsafe", style.warn, escapeText(flag), width)),
  ];
  return `${style.bold("Inputs")}\n${lines.join("")}`;
}

function remedySection(page: Page): string {
  const { verdict, style, width, invocation, verbose } = page;
  const rules = decidingRules(verdict);
  const texts = new Set(rules.flatMap(({ remedy }) => remedy.map((each) => formatRemedy(each, invocation))));
  const messages = rules.flatMap(({ rule, message }) =>
    message === undefined ? [] : [`${escapeText(rule)}: ${escapeText(message)}`],
  );
  const code = decidingFindings(verdict)[0]?.code;
  if (texts.size === 0 && messages.length === 0) {
    return "";
  }
  const all = [...messages, ...texts];
  const shown = verbose ? all : all.slice(0, screen.remedies);
  const lines = shown.map((text, index) => paragraph(`  ${index + 1}. `, text, width));
  const left = all.length - shown.length;
  if (left > 0) {
    lines.push(`  ${moreLine(page, `${left} more`)}`);
  }
  const pointer = code === undefined ? "" : style.dim(`\`aibom explain ${code}\` says more.`);
  return `${style.bold("What would make it pass")}\n${lines.join("")}${pointer}${pointer === "" ? "" : "\n"}`;
}

function labelled(label: string, mark: (text: string) => string, text: string, width: number): string {
  const start = 2 + labelColumns;
  const [first = "", ...rest] = wrap(text, width, " ".repeat(start), start);
  const lines = [`  ${mark(label.padEnd(labelColumns))}${first.slice(start)}`, ...rest];
  return lines.map((line) => `${line}\n`).join("");
}

function paragraph(start: string, text: string, width: number): string {
  return wrap(text, width, start, start.length)
    .map((line) => `${line}\n`)
    .join("");
}
