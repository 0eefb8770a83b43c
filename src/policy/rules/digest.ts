// SPDX-License-Identifier: Apache-2.0
// Rule kind `digest`: every file is covered by evidence that rests on allowed hash functions only.
// Evidence on other functions does not count, rather than being counted against: so more evidence never hurts.

import { finding } from "../../model/finding.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { DigestRule } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";

export const digestRule: RuleKind<DigestRule> = {
  kind: "digest",
  restsOnDigests: true,

  judgeArtifact(rule, subject) {
    const { artifact, digests, signatures } = subject.gated;
    const found = new Set<string>();
    const covered = new Set<string>();
    for (const { algorithms = [], covers } of [...digests, ...signatures]) {
      for (const algorithm of algorithms) {
        found.add(algorithm);
      }
      if (algorithms.length > 0 && algorithms.every((algorithm) => rule.allow.includes(algorithm))) {
        for (const path of covers) {
          covered.add(path);
        }
      }
    }
    const missing = subject.files.filter((file) => !covered.has(file.path));
    if (missing.length === 0) {
      return passed;
    }
    const args = {
      artifact: artifact.name,
      count: missing.length,
      allowed: [...rule.allow].sort().join(", "),
      found: found.size === 0 ? "no evidence" : [...found].sort().join(", "),
    };
    const own = finding("DIGEST_NOT_ALLOWED", { path: "." }, args, ruleFindingOptions(rule, artifact.name));
    const remedy = [{ action: "sign", args: { artifact: artifact.name, signers: "" } }] as const;
    return { status: "fail", findings: [own], remedy };
  },
};
