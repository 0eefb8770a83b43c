// SPDX-License-Identifier: Apache-2.0
// Rule kind `format`: which formats, told from the bytes, may be among the files.

import { type Finding, finding } from "../../model/finding.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { FormatRule } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";

export const formatRule: RuleKind<FormatRule> = {
  kind: "format",

  judgeArtifact(rule, subject) {
    const { artifact } = subject.gated;
    const options = ruleFindingOptions(rule, artifact.name);
    const findings: Finding[] = [];
    for (const { path, format } of subject.files) {
      if (rule.deny?.includes(format) === true) {
        findings.push(finding("FORMAT_DENIED", { path }, { format }, options));
      } else if (rule.allow?.includes(format) === false) {
        findings.push(finding("FORMAT_NOT_ALLOWED", { path }, { format }, options));
      }
    }
    const remedy = [{ action: "replace-format", args: { artifact: artifact.name } }] as const;
    return findings.length === 0 ? passed : { status: "fail", findings, remedy };
  },
};
