// SPDX-License-Identifier: Apache-2.0
// Rule kind `dataset`: what has to be known about data, and which data is let through. About datasets among what is
// verified, and about those that models name.

import type { FactName } from "../../model/fact.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { type NamedSubject, subjectsNamed } from "../named-subjects.ts";
import { matcherOf } from "../patterns.ts";
import type { DatasetRule } from "../policy.ts";
import type { ArtifactSubject, GateInput, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { factsOf, isEnough, judgeEach, textOf, unsupported } from "../subject-facts.ts";

export const datasetRule: RuleKind<DatasetRule> = {
  kind: "dataset",

  judgeArtifact(rule, subject, input) {
    const artifact = subject.gated.artifact.name;
    const findings = judgeEach(rule, subject, (each) =>
      each.gated.artifact.kind === "dataset"
        ? judgeDataset(rule, { ...each.gated.artifact, gated: each.gated })
        : judgeNamed(rule, each, input),
    );
    const remedy = [{ action: "replace-artifact", args: { artifact } }] as const;
    return findings.length === 0 ? passed : { status: "fail", findings, remedy };
  },
};

/** The datasets that a model says it was trained on. */
function judgeNamed(rule: DatasetRule, subject: ArtifactSubject, input: GateInput): Finding[] {
  const { gated } = subject;
  const facts = factsOf(subject, "dataset");
  if (facts.length === 0 && rule.onNone === "pass") {
    return [];
  }
  const weak = facts.find((fact) => !isEnough(fact, gated, rule));
  const findings = unsupported(rule, gated, "datasets", weak === undefined ? facts : [weak]);
  const needsContent =
    rule.require !== undefined || rule.classification !== undefined || rule.sensitiveData !== undefined;
  for (const fact of facts) {
    const dataset = textOf(fact);
    const options = ruleFindingOptions(rule, gated.artifact.name);
    findings.push(...deniedName(rule, dataset, gated.artifact.name));
    const found = subjectsNamed(input, "dataset", dataset);
    if (found.length === 0 && needsContent) {
      findings.push(finding("DATASET_UNKNOWN", { path: fact.source.path }, { dataset }, options));
    }
    findings.push(...found.flatMap((each) => judgeDataset(rule, each)));
  }
  return findings;
}

function judgeDataset(rule: DatasetRule, subject: NamedSubject): Finding[] {
  const { require = [], classification, sensitiveData } = rule;
  const findings = deniedName(rule, subject.name, subject.gated.artifact.name);
  if (require.includes("licensed")) {
    findings.push(...unsupported(rule, subject.gated, "licence", factsNamed(subject, "license")));
  }
  if (require.includes("classified") || classification !== undefined) {
    const facts = factsNamed(subject, "classification");
    findings.push(...unsupported(rule, subject.gated, "classification", facts));
  }
  if (classification !== undefined) {
    findings.push(...strangers(rule, subject, "classification", classification, []));
  }
  if (sensitiveData !== undefined) {
    const allowed = sensitiveData === "deny" ? none : sensitiveData;
    const facts = factsNamed(subject, "sensitive_data");
    findings.push(...unsupported(rule, subject.gated, "sensitive data", facts));
    findings.push(...strangers(rule, subject, "sensitive_data", allowed, noneWords));
  }
  return findings;
}

const none: readonly string[] = [];

/** How cards say that there is none. */
const noneWords = ["none", "no", "n/a", "not applicable", "false"];

const factsNamed = ({ facts }: NamedSubject, name: FactName) => facts.filter((fact) => fact.name === name);

/** Every value counts, however well it is supported: nobody claims sensitive data that is not there. */
function strangers(
  rule: DatasetRule,
  subject: NamedSubject,
  name: "classification" | "sensitive_data",
  allowed: readonly string[],
  harmless: readonly string[],
): Finding[] {
  const isAllowed = matcherOf(allowed);
  const options = ruleFindingOptions(rule, subject.gated.artifact.name);
  return factsNamed(subject, name)
    .filter((fact) => {
      const value = textOf(fact);
      return !harmless.includes(value.trim().toLowerCase()) && !isAllowed(value);
    })
    .map((fact) => {
      const what = name === "classification" ? "is classified as" : "holds sensitive data:";
      const args = { dataset: subject.name, reason: `${what} ${textOf(fact).slice(0, 200)}` };
      return finding("DATASET_DENIED", { path: fact.source.path }, args, options);
    });
}

function deniedName({ deny = none, ...rule }: DatasetRule, dataset: string, artifact: string): Finding[] {
  return matcherOf(deny)(dataset)
    ? [
        finding(
          "DATASET_DENIED",
          { path: "." },
          { dataset, reason: "is denied by its name" },
          ruleFindingOptions(rule, artifact),
        ),
      ]
    : [];
}
