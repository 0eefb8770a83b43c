// SPDX-License-Identifier: Apache-2.0
// The verdict in one line, for `--quiet` and as the head of the text report: the outcome, then the reason.

import { escapeText } from "../codes/escape.ts";
import type { Outcome, RuleStatus, Verdict } from "../model/verdict.ts";
import { counted } from "./counted.ts";
import { decidingFindings } from "./deciding.ts";
import { formatFinding } from "./finding-text.ts";
import { plainStyle, type TextOptions } from "./style.ts";

const words: Readonly<Record<Outcome, string>> = { allow: "ALLOW", deny: "DENY", undecided: "UNDECIDED" };

/** Outcome and gravest deciding finding; never wrapped, so that one verdict is one line. */
export function renderLine(verdict: Verdict, options: TextOptions = {}): string {
  const { style = plainStyle } = options;
  const word = style[verdict.outcome](words[verdict.outcome]);
  // An audit's outcome is no exit code: whoever reads the line must not take it for one.
  const audit = verdict.inputs.environment?.mode === "audit" ? "  (audit, not enforced)" : "";
  return `${word}${audit}  ${reasonOf(verdict)}\n`;
}

function reasonOf(verdict: Verdict): string {
  const findings = decidingFindings(verdict);
  const [first] = findings;
  if (first !== undefined) {
    const more = findings.length === 1 ? "" : `, and ${findings.length - 1} more`;
    const text = formatFinding(first);
    const subject = escapeText(first.subject);
    const isNamed = text.includes(subject);
    return `${isNamed ? "" : `${subject}: `}${text} [${first.code}]${more}`;
  }
  const names = verdict.artifacts.map((artifact) => escapeText(artifact.name));
  const shown = names.length > 3 ? `${names.length} artifacts` : names.join(", ");
  return `${shown}: ${countRules(verdict)}`;
}

/** How the rules of an `allow` ended: those that did not pass are never left out. */
function countRules({ rules }: Verdict): string {
  const count = (status: RuleStatus) => rules.filter((rule) => rule.status === status).length;
  const [passed, skipped, warned] = [count("pass"), count("not-applicable"), count("fail")];
  const waived = count("waived");
  const parts = [
    `${counted(passed, "rule")} passed`,
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(skipped === 0 ? [] : [`${skipped} did not apply`]),
    ...(warned === 0 ? [] : [`${warned} failed in warn mode`]),
  ];
  return parts.join(", ");
}
