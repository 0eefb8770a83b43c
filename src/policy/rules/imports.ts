// SPDX-License-Identifier: Apache-2.0
// Rule kind `imports`: which code the files may name for loading (pickles, skops, Keras), beyond aibom's own list of
// harmless imports. What is listed was read from the bytes; a list that was cut is not known to be harmless.

import type { Fact } from "../../model/fact.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { matcherOf } from "../patterns.ts";
import type { ImportsRule } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { factsOf } from "../subject-facts.ts";

/** Readers list facts up to a limit and say so; among findings that were left out may be one that says so. */
const saysCut = ({ code, args }: Finding): boolean =>
  code === "FINDINGS_CUT" || (code === "METADATA_CUT" && args["field"] === "import");

export const importsRule: RuleKind<ImportsRule> = {
  kind: "imports",

  judgeArtifact(rule, subject) {
    const { artifact } = subject.gated;
    const options = ruleFindingOptions(rule, artifact.name);
    const findings: Finding[] = [];
    for (const fact of factsOf(subject, "import")) {
      const { name, verdict } = readImport(fact);
      const isAllowed = (rule.builtin !== "ignore" && verdict === "allowed") || isListed(rule.allow, name);
      if (isListed(rule.deny, name) || !isAllowed) {
        findings.push(finding("IMPORT_DENIED", { path: fact.source.path }, { import: name }, options));
      }
    }
    if (findings.length > 0) {
      return {
        status: "fail",
        findings,
        remedy: [{ action: "replace-format", args: { artifact: artifact.name } }],
      };
    }
    const isInScope = ({ location }: Finding): boolean =>
      !subject.isPartial || subject.files.some(({ path }) => path === location.path);
    const isCut = artifact.findings.some((item) => saysCut(item) && isInScope(item));
    return isCut
      ? {
          status: "undecided",
          findings: [finding("IMPORTS_NOT_LISTED", { path: "." }, { artifact: artifact.name }, options)],
          remedy: [{ action: "inspect", args: { artifact: artifact.name } }],
        }
      : passed;
  },
};

function isListed(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns !== undefined && matcherOf(patterns)(name);
}

/** `module.name` as loading would find it. */
function readImport({ value }: Fact): { readonly name: string; readonly verdict: unknown } {
  const { module, name, verdict } = value as { module?: unknown; name?: unknown; verdict?: unknown };
  return { name: `${String(module)}.${String(name)}`, verdict };
}
