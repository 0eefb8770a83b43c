// SPDX-License-Identifier: Apache-2.0
// What was found, which rules it decided, and what somebody accepted all the same.

import type { AuditRecord, RecordedFinding, RecordedRule, RecordedWaiver } from "../audit/record.ts";
import type { RuleStatus } from "../model/verdict.ts";
import { pageLimits } from "../page-limits.ts";
import { type Html, html } from "../report/html.ts";
import { artifactTone, mark, severityMark, severityOrder } from "./marks.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";
import { code, codeId, digest, file, grouped, name, names, sentence, small, time } from "./text.ts";

export function findingSection(record: AuditRecord): Section {
  const { findings, verdict } = record;
  return {
    id: "findings",
    title: "Findings, rules and waivers",
    note: grouped(findings.length),
    body: html`${
      findings.length === 0
        ? html`<p>Nothing was found. What was not looked at is listed under <a href="#not-covered">what was not covered</a>.</p>\n`
        : table({
            id: "finding-table",
            caption: "Findings, gravest first",
            columns: findingColumns,
            rows: findings,
            max: pageLimits.maxFindingRows,
            noun: "finding",
            orderWords: "gravest first",
            rest: file(verdict.path),
          })
    }${ruleTable(record)}${waiverTable(record)}`,
  };
}

const findingColumns = [
  {
    title: "About",
    cell: ({ subject, path, member }: RecordedFinding) =>
      html`${name(subject)}${small(
        path === "." || path === "" || path === subject ? undefined : code(path),
        member === undefined ? undefined : code(member),
      )}`,
  },
  {
    title: "Severity",
    order: ({ severity }: RecordedFinding) => severityOrder.indexOf(severity),
    choice: ({ severity }: RecordedFinding) => severity,
    cell: ({ severity }: RecordedFinding) => severityMark(severity),
  },
  {
    title: "What",
    style: "wide" as const,
    cell: ({ message, hint }: RecordedFinding) =>
      html`${sentence(message)}${hint !== "" && small(sentence(hint))}`,
  },
  { title: "Code", cell: ({ code: id }: RecordedFinding) => codeId(id) },
];

const ruleWords: Readonly<Record<RuleStatus, string>> = {
  pass: "passed",
  waived: "waived",
  fail: "failed",
  undecided: "undecided",
  "not-applicable": "did not apply",
};

function ruleTable({ rules, verdict }: AuditRecord): Html {
  return table<RecordedRule>({
    id: "rule-table",
    caption: "Rules of the policy",
    columns: [
      {
        title: "Rule",
        cell: ({ rule, kind, message }) =>
          html`${name(rule)}${small(kind, message === undefined ? undefined : sentence(message))}`,
      },
      {
        title: "Result",
        choice: ({ status }) => ruleWords[status],
        cell: ({ status, mode }) =>
          html`${mark(artifactTone(status), ruleWords[status])}${mode === "warn" && small("only warns")}`,
      },
      {
        title: "Looked at",
        style: "number",
        order: ({ matched }) => matched,
        cell: ({ matched }) => grouped(matched),
      },
      {
        title: "Decided by",
        cell: ({ codes }) =>
          codes.length === 0 ? html`<span class="dim">–</span>` : codes.map((each) => html`${codeId(each)} `),
      },
    ],
    rows: rules,
    max: pageLimits.maxOtherRows,
    noun: "rule",
    rest: file(verdict.path),
  });
}

function waiverTable({ waivers, artifacts, verdict }: AuditRecord): Html {
  const called = new Map(artifacts.map(({ manifest, name: of }) => [manifest, of]));
  return waivers.length === 0
    ? html`<p>No waiver was given.</p>\n`
    : table<RecordedWaiver>({
        id: "waiver-table",
        caption: "Waivers: failures that somebody accepted for a time",
        columns: [
          {
            title: "Waiver",
            cell: ({ ticket, rule, path }) =>
              html`${path === undefined ? name(ticket) : file(path, ticket)}${small(html`rule ${name(rule)}`)}`,
          },
          {
            title: "Result",
            choice: ({ applied }) => (applied.length === 0 ? "not used" : "applied"),
            cell: ({ applied }) =>
              applied.length === 0 ? mark("none", "not used") : mark("waived", "applied"),
          },
          {
            title: "About",
            cell: ({ applied, digest: of }) =>
              html`${names(applied.length > 0 ? applied : [called.get(of) ?? "nothing here"])}${small(digest(of))}`,
          },
          { title: "Reason", style: "wide", cell: ({ reason }) => sentence(reason) },
          {
            title: "By and until",
            cell: ({ signer, issuedAt, notAfter }) =>
              html`${name(signer)}${small(html`${time(issuedAt)} until ${time(notAfter)}`)}`,
          },
        ],
        rows: waivers,
        max: pageLimits.maxOtherRows,
        noun: "waiver",
        rest: file(verdict.path),
      });
}
