// SPDX-License-Identifier: Apache-2.0
// Rule kind `lineage`: which models a model may be derived from, and whether these are known. What is denied is looked for
// in every claim, down the whole chain; what is allowed must be stated where the rule accepts it.

import type { Fact } from "../../model/fact.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { isSigned, type NamedSubject, subjectsNamed } from "../named-subjects.ts";
import { matcherOf } from "../patterns.ts";
import type { LineageRule } from "../policy.ts";
import type { ArtifactSubject, GateInput, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { factsOf, isEnough, judgeEach, textOf, unsupported } from "../subject-facts.ts";

const none: readonly string[] = [];

/** A chain that is longer is no chain that anybody trained. */
const maxChain = 64;

export const lineageRule: RuleKind<LineageRule> = {
  kind: "lineage",

  judgeArtifact(rule, subject, input) {
    const findings = judgeEach(rule, subject, (each) => judgeBases(rule, each, input));
    const { name: artifact } = subject.gated.artifact;
    const remedy = [{ action: "replace-artifact", args: { artifact } }] as const;
    return findings.length === 0 ? passed : { status: "fail", findings, remedy };
  },
};

function judgeBases(rule: LineageRule, subject: ArtifactSubject, input: GateInput): Finding[] {
  const { gated } = subject;
  const artifact = gated.artifact.name;
  const bases = factsOf(subject, "base_model");
  // Only models have base models.
  if (bases.length === 0 && (rule.onNone === "pass" || gated.artifact.kind === "dataset")) {
    return [];
  }
  const weak = bases.find((fact) => !isEnough(fact, gated, rule));
  const isRequired = rule.allow !== undefined || rule.maxDepth !== undefined || bases.length === 0;
  return [
    ...(isRequired ? unsupported(rule, gated, "base model", weak === undefined ? bases : [weak]) : []),
    ...judgeNames(rule, artifact, bases),
    ...(looksFurther(rule) ? walk(rule, artifact, bases, input) : []),
  ];
}

function judgeNames(rule: LineageRule, artifact: string, bases: readonly Fact[]): Finding[] {
  const isAllowed = rule.allow === undefined ? undefined : matcherOf(rule.allow);
  return bases
    .filter((fact) => isAllowed?.(textOf(fact)) === false)
    .map((fact) =>
      finding(
        "LINEAGE_DENIED",
        { path: fact.source.path },
        { base: textOf(fact) },
        ruleFindingOptions(rule, artifact),
      ),
    );
}

/** True if the rule asks about more than the names that the model itself states. */
function looksFurther({ deny, maxDepth, bases }: LineageRule): boolean {
  return deny !== undefined || maxDepth !== undefined || (bases ?? "anywhere") !== "anywhere";
}

/** Down the chain, as far as its models are among what is verified. */
function walk(rule: LineageRule, artifact: string, bases: readonly Fact[], input: GateInput): Finding[] {
  const { deny = none, maxDepth = maxChain, bases: place = "anywhere" } = rule;
  const isDenied = matcherOf(deny);
  const options = ruleFindingOptions(rule, artifact);
  const findings: Finding[] = [];
  const seen = new Set<NamedSubject>();
  const report = (base: string, reason: string | undefined) =>
    findings.push(
      reason === undefined
        ? finding("LINEAGE_DENIED", { path: "." }, { base }, options)
        : finding("LINEAGE_UNKNOWN", { path: "." }, { base, reason }, options),
    );
  let level = [...new Set(bases.map(textOf))];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) {
      report(level.sort()[0] ?? "", `the chain has more than ${maxDepth} steps`);
      break;
    }
    const next = new Set<string>();
    for (const base of level) {
      if (isDenied(base)) {
        report(base, undefined);
      }
      const found = subjectsNamed(input, "model", base);
      const reason = missingPlace(rule, place, found);
      if (reason !== undefined) {
        report(base, reason);
      }
      for (const each of found.filter((model) => !seen.has(model))) {
        seen.add(each);
        for (const fact of each.facts.filter(({ name }) => name === "base_model")) {
          next.add(textOf(fact));
        }
      }
    }
    level = [...next];
  }
  return findings;
}

function missingPlace(
  rule: LineageRule,
  place: NonNullable<LineageRule["bases"]>,
  found: readonly NamedSubject[],
): string | undefined {
  if (found.length === 0) {
    return place === "anywhere" && rule.maxDepth === undefined
      ? undefined
      : "it is not among what is verified";
  }
  return place === "signed" && !found.every((each) => isSigned(each, rule))
    ? "it is not signed by anybody whom the rule accepts"
    : undefined;
}
