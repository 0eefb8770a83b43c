// SPDX-License-Identifier: Apache-2.0
// The verdict as JUnit XML, as CI services read it: a suite for each artifact, a case for each rule, and one suite for what
// is about no artifact (the BOM, rules that matched nothing, the gate itself). `deny` is a failure, `undecided` an error.
// There is no standard; elements and order follow the schema of Jenkins' xUnit plugin, which the others accept.

import { escapeText } from "../../codes/escape.ts";
import type { Finding } from "../../model/finding.ts";
import type { RuleResult, RuleStatus, RuleSubject, Verdict } from "../../model/verdict.ts";
import { formatFinding } from "../finding-text.ts";
import { markupText } from "../markup-text.ts";
import { formatRemedy, type Invocation } from "../remedy-text.ts";
import type { Reporter } from "../reporter.ts";

/** Findings of one case; CI services cut long texts, and JSON has all. */
const maxFindings = 50;

interface TestCase {
  readonly rule: RuleResult;
  readonly status: RuleStatus;
  readonly findings: readonly Finding[];
  /** The artifact; undefined in the suite of the policy. */
  readonly subject: string | undefined;
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

export const junitReporter: Reporter = {
  id: "junit",
  render(verdict, { invocation = {} } = {}) {
    const suites = suitesOf(verdict);
    // Without the skipped ones: the schema that Jenkins reads reports by knows those of a suite only.
    const counts = countCases(suites.flatMap(({ cases }) => cases));
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="aibom verify" ${counts} time="0">`,
      ...suites.flatMap((suite) => suiteLines(suite, verdict, invocation)),
      "</testsuites>",
      "",
    ].join("\n");
  },
};

function suitesOf(verdict: Verdict): readonly TestSuite[] {
  const names = [...new Set(verdict.artifacts.map(({ name }) => name))];
  const suites = names.map((name) => ({
    name,
    cases: verdict.rules.flatMap((rule) => casesAbout(rule, name)),
  }));
  const others = verdict.rules.flatMap(casesAboutNone);
  const policy = { name: `policy ${verdict.inputs.policy.name}`, cases: others };
  return others.length === 0 ? suites : [...suites, policy];
}

function casesAbout(rule: RuleResult, name: string): readonly TestCase[] {
  const subjects = (rule.subjects ?? []).filter((subject) => subject.name === name);
  const findings = rule.findings.filter(({ subject }) => subject === name);
  return subjects.length === 0 ? [] : [{ rule, status: worst(subjects), findings, subject: name }];
}

/** A case for what the suites of the artifacts do not show, so that no failure is lost. */
function casesAboutNone(rule: RuleResult): readonly TestCase[] {
  const subjects = rule.subjects ?? [];
  const names = new Set(subjects.map(({ name }) => name));
  const findings = rule.findings.filter(({ subject }) => !names.has(subject));
  const isShown = subjects.length > 0 && worst(subjects) === rule.status && findings.length === 0;
  return isShown ? [] : [{ rule, status: rule.status, findings, subject: undefined }];
}

/** As the policy counts: a failure outweighs what is undecided, and that a pass. */
function worst(subjects: readonly RuleSubject[]): RuleStatus {
  const order: readonly RuleStatus[] = ["fail", "undecided", "waived", "pass"];
  return order.find((status) => subjects.some((subject) => subject.status === status)) ?? "not-applicable";
}

/** The element that a case has inside; a passed one has none. */
function resultOf({ rule, status }: TestCase): "failure" | "error" | "skipped" | undefined {
  switch (status) {
    case "pass":
      return undefined;
    case "not-applicable":
    // Seen, and not in the way of the job.
    case "waived":
      return "skipped";
    case "undecided":
      return "error";
    case "fail":
      // JUnit knows no warnings. A skipped case is seen, and does not fail the job.
      return rule.mode === "warn" ? "skipped" : "failure";
  }
}

function countCases(cases: readonly TestCase[]): string {
  const [failures, errors] = [countResult(cases, "failure"), countResult(cases, "error")];
  return `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
}

function countResult(cases: readonly TestCase[], result: ReturnType<typeof resultOf>): number {
  return cases.filter((each) => resultOf(each) === result).length;
}

function suiteLines({ name, cases }: TestSuite, verdict: Verdict, invocation: Invocation): string[] {
  const timestamp = verdict.at.slice(0, 19);
  return [
    `  <testsuite name="${attribute(name)}" ${countCases(cases)} skipped="${countResult(cases, "skipped")}" time="0" timestamp="${timestamp}">`,
    ...cases.flatMap((each) => caseLines(each, name, invocation)),
    "  </testsuite>",
  ];
}

function caseLines(each: TestCase, suite: string, invocation: Invocation): string[] {
  const { rule } = each;
  const start = `    <testcase name="${attribute(`${rule.rule} (${rule.kind})`)}" classname="${attribute(suite)}" time="0"`;
  const result = resultOf(each);
  if (result === undefined) {
    return [`${start}/>`];
  }
  const [first] = each.findings;
  const reason = reasonOf(each);
  if (result === "skipped") {
    return [`${start}>`, `      <skipped message="${attribute(reason)}"/>`, "    </testcase>"];
  }
  const type = first?.code ?? rule.status;
  return [
    `${start}>`,
    `      <${result} message="${attribute(reason)}" type="${attribute(type)}">${content(each, invocation)}</${result}>`,
    "    </testcase>",
  ];
}

function reasonOf({ rule, status, findings }: TestCase): string {
  if (status === "not-applicable") {
    return "the rule does not apply";
  }
  const [first] = findings;
  const words = { waived: "waived: ", fail: rule.mode === "warn" ? "failed in warn mode: " : "" } as const;
  const reason = rule.message ?? (first === undefined ? `the rule is ${status}` : formatFinding(first));
  return `${status === "waived" || status === "fail" ? words[status] : ""}${reason}`;
}

function content({ rule, findings, subject }: TestCase, invocation: Invocation): string {
  const shown = findings.slice(0, maxFindings);
  const more = findings.length - shown.length;
  const remedies = rule.remedy.filter(
    ({ args }) => args["artifact"] === undefined || args["artifact"] === subject,
  );
  const lines = [
    ...shown.map((item) => `${item.severity}: ${formatFinding(item)} [${item.code}]`),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(remedies.length > 0 ? ["", "What would make it pass:"] : []),
    ...remedies.map((remedy) => `- ${formatRemedy(remedy, invocation)}`),
  ];
  return lines.map(markupText).join("\n");
}

function attribute(text: string): string {
  return markupText(escapeText(text));
}
