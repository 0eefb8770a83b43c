// SPDX-License-Identifier: Apache-2.0
// Rule kind `content`: reading the files showed nothing dangerous. It judges what readers found in the
// bytes, not what verifiers said about signatures: those have rules of their own.

import { codes } from "../../codes/index.ts";
import type { Finding } from "../../model/finding.ts";
import { atLeast } from "../../model/severity.ts";
import type { ContentRule } from "../policy.ts";
import type { Judgement, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";

export const contentRule: RuleKind<ContentRule> = {
  kind: "content",

  judgeArtifact(rule, subject) {
    const { artifact } = subject.gated;
    const status = new Map(subject.files.map((file) => [file.path, file.status]));
    const failing = artifact.findings.filter(
      (item) => isFailing(rule, item) && (!subject.isPartial || status.has(item.location.path)),
    );
    const isUnread = (item: Finding) =>
      codes[item.code].exit === 3 && status.get(item.location.path) === "unverified";
    return judge(failing, failing.every(isUnread) ? "undecided" : "fail", artifact.name);
  },

  judgeBom(rule, bom) {
    const failing = bom.findings.filter((item) => isFailing(rule, item));
    return judge(failing, "fail", bom.path);
  },
};

function isFailing(rule: ContentRule, item: Finding): boolean {
  return atLeast(item.severity, rule.failAt ?? "high") && rule.except?.includes(item.code) !== true;
}

/**
 * The findings are passed on as they are: the rule adds no prose of its own. That a file is damaged and
 * could not be read is not knowing (exit 3), unlike something that was found in it (exit 1).
 */
function judge(failing: readonly Finding[], status: "fail" | "undecided", subject: string): Judgement {
  const remedy = [{ action: "inspect", args: { artifact: subject } }] as const;
  return failing.length === 0 ? passed : { status, findings: failing, remedy };
}
