// SPDX-License-Identifier: Apache-2.0
// Rule kind `completeness`: what an artifact has to state about itself, by profile or field by field.

import type { FactName } from "../../model/fact.ts";
import type { CompletenessField, CompletenessProfile, CompletenessRule } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { factsOf, judgeEach, unsupported } from "../subject-facts.ts";

/** The facts of which one answers a field. */
const fields: Readonly<Record<CompletenessField, readonly FactName[]>> = {
  name: ["name"],
  version: ["version", "revision"],
  supplier: ["organization", "author"],
  license: ["license"],
  description: ["description"],
  address: ["url"],
  task: ["task"],
  architecture: ["architecture.family", "architecture.class"],
  "base-model": ["base_model"],
  datasets: ["dataset"],
  metrics: ["metric"],
  limitations: ["limitation"],
  "use-cases": ["use_case"],
  inputs: ["input", "modality"],
  created: ["created", "modified"],
  classification: ["classification"],
  "sensitive-data": ["sensitive_data"],
  governance: ["governance"],
  origin: ["data_source", "derived_from"],
};

/**
 * `minimum`: what any bill of materials should say of a component. `model`: what a consumer needs to judge a model (fields
 * that the G7's minimum elements of 2026 and OWASP AISVS 6.2 have in common, in our words). `dataset`: the same for data.
 */
const profiles: Readonly<Record<CompletenessProfile, readonly CompletenessField[]>> = {
  minimum: ["name", "version", "supplier", "license"],
  model: [
    "name",
    "version",
    "supplier",
    "license",
    "task",
    "architecture",
    "datasets",
    "metrics",
    "limitations",
    "use-cases",
  ],
  dataset: ["name", "supplier", "license", "description", "classification", "sensitive-data", "origin"],
};

/** The fields that a rule wants, each once. */
const wanted = new WeakMap<CompletenessRule, readonly CompletenessField[]>();

function wantedBy(rule: CompletenessRule): readonly CompletenessField[] {
  let fieldsOfRule = wanted.get(rule);
  if (fieldsOfRule === undefined) {
    const { profile, require = [] } = rule;
    fieldsOfRule = [...new Set([...(profile === undefined ? [] : profiles[profile]), ...require])];
    wanted.set(rule, fieldsOfRule);
  }
  return fieldsOfRule;
}

export const completenessRule: RuleKind<CompletenessRule> = {
  kind: "completeness",

  judgeArtifact(rule, subject) {
    const artifact = subject.gated.artifact.name;
    const missing = wantedBy(rule).flatMap((field) =>
      judgeEach(rule, subject, (each) =>
        unsupported(rule, each.gated, field, factsOf(each, ...fields[field])),
      ).map((own) => ({ field, own })),
    );
    return missing.length === 0
      ? passed
      : {
          status: "fail",
          findings: missing.map(({ own }) => own),
          remedy: missing.map(({ field }) => ({ action: "state", args: { artifact, what: field } }) as const),
        };
  },
};
