// SPDX-License-Identifier: Apache-2.0
// Rule kind `complete`: every file was read. Files that could not be read make every rule undecided
// (evaluate.ts); this kind says so in a policy's own words, and may refuse files that no reader knows.

import { finding } from "../../model/finding.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { CompleteRule } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";

export const completeRule: RuleKind<CompleteRule> = {
  kind: "complete",

  judgeArtifact(rule, subject) {
    const opaque = subject.files.filter((file) => file.status === "opaque");
    if (rule.opaque !== "fail" || opaque.length === 0) {
      return passed;
    }
    const name = subject.gated.artifact.name;
    const path = opaque.map((file) => file.path).sort()[0] ?? name;
    const args = { count: opaque.length, path };
    const own = finding("FILE_OPAQUE", { path }, args, ruleFindingOptions(rule, name));
    return {
      status: "fail",
      findings: [own],
      remedy: [{ action: "replace-format", args: { artifact: name } }],
    };
  },
};
