// SPDX-License-Identifier: Apache-2.0
// Rule kind `content`: reading the files showed nothing dangerous. It judges what readers found in the
// bytes, not what verifiers said about signatures: those have rules of their own.

import type { Finding } from "../../model/finding.ts";
import { atLeast } from "../../model/severity.ts";
import type { ContentRule } from "../policy.ts";
import type { Judgement, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { isUnread } from "../unread.ts";

export const contentRule: RuleKind<ContentRule> = {
  kind: "content",

  judgeArtifact(rule, subject) {
    const { artifact } = subject.gated;
    if (artifact.findings.length === 0) {
      return passed;
    }
    const status = new Map(subject.files.map((file) => [file.path, file.status]));
    const failing = artifact.findings.filter(
      (item) => isFailing(rule, item) && (!subject.isPartial || status.has(item.location.path)),
    );
    const isOnlyUnread = failing.every((item) => isUnread(item, status.get(item.location.path)));
    return judge(failing, isOnlyUnread ? "undecided" : "fail", artifact.name);
  },

  judgeBom(rule, bom) {
    const failing = bom.findings.filter((item) => isFailing(rule, item));
    return judge(failing, "fail", bom.path);
  },
};

function isFailing(rule: ContentRule, item: Finding): boolean {
  return atLeast(item.severity, rule.failAt ?? "high") && rule.except?.includes(item.code) !== true;
}

/** The findings are passed on as they are: the rule adds no prose of its own. */
function judge(failing: readonly Finding[], status: "fail" | "undecided", subject: string): Judgement {
  const remedy = [{ action: "inspect", args: { artifact: subject } }] as const;
  return failing.length === 0 ? passed : { status, findings: failing, remedy };
}
