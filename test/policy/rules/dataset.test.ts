// SPDX-License-Identifier: Apache-2.0
// Rule kind `dataset`: datasets that are verified and datasets that models name.

import assert from "node:assert/strict";
import test from "node:test";
import { claim, type FactName } from "../../../src/model/fact.ts";
import type { GatedArtifact } from "../../../src/policy/rule.ts";
import { artifact, evaluateRule, gate, gated, signature, summary } from "../gate-inputs.ts";

const thing = (
  kind: "model" | "dataset",
  name: string,
  facts: readonly (readonly [FactName, string])[],
  isSigned = true,
  complete = true,
) =>
  gated({
    artifact: artifact({
      kind,
      name,
      complete,
      facts: facts.map(([fact, value]) => claim(fact, value, { path: "README.md" })),
    }),
    signatures: isSigned ? [signature({ subject: name })] : [],
  });
const data = (...facts: (readonly [FactName, string])[]) => thing("dataset", "corpus", facts);
const judge = async (demands: object, ...things: GatedArtifact[]) =>
  summary(await evaluateRule({ kind: "dataset", ...demands }, gate(things))).slice(1);

test("classified, licensed, and by whom", async () => {
  const good = data(["classification", "public"], ["license", "MIT"]);
  const require = ["classified", "licensed"];
  assert.deepEqual(await judge({ require }, good), ["pass", []]);
  assert.deepEqual(await judge({ require }, data(["license", "MIT"])), ["fail", ["FACT_MISSING"]]);
  assert.deepEqual(await judge({ require }, data(["classification", "public"])), ["fail", ["FACT_MISSING"]]);
  const bare = thing(
    "dataset",
    "corpus",
    [
      ["classification", "public"],
      ["license", "MIT"],
    ],
    false,
  );
  assert.deepEqual(await judge({ require }, bare), ["fail", ["EVIDENCE_TOO_WEAK"]]);
  assert.deepEqual(await judge({ require, evidence: "claim" }, bare), ["pass", []]);
  assert.deepEqual(await judge({ classification: ["public", "internal"] }, good), ["pass", []]);
  assert.deepEqual(await judge({ classification: ["internal"] }, good), ["fail", ["DATASET_DENIED"]]);
});

test("sensitive data: unknown fails, none passes, kinds may be let through", async () => {
  const rule = { sensitiveData: "deny" };
  assert.deepEqual(await judge(rule, data()), ["fail", ["FACT_MISSING"]]);
  assert.deepEqual(await judge(rule, data(["sensitive_data", "None"])), ["pass", []]);
  assert.deepEqual(await judge(rule, data(["sensitive_data", "health"])), ["fail", ["DATASET_DENIED"]]);
  const some = { sensitiveData: ["gender", "age*"] };
  assert.deepEqual(await judge(some, data(["sensitive_data", "gender"])), ["pass", []]);
  assert.deepEqual(await judge(some, data(["sensitive_data", "gender"], ["sensitive_data", "health"])), [
    "fail",
    ["DATASET_DENIED"],
  ]);
});

test("datasets that a model names must be there if something is asked of them", async () => {
  const model = thing("model", "tiny", [["dataset", "org/corpus"]]);
  const good = data(["license", "MIT"]);
  assert.deepEqual(await judge({ require: ["present"], scope: { kind: "model" } }, model), [
    "fail",
    ["DATASET_UNKNOWN"],
  ]);
  assert.deepEqual(await judge({ require: ["present", "licensed"] }, model, good), ["pass", []]);
  assert.deepEqual(await judge({ require: ["classified"] }, model, good), ["fail", ["FACT_MISSING"]]);
  assert.deepEqual(await judge({ deny: ["org/*"] }, model), ["fail", ["DATASET_DENIED"]]);
  assert.deepEqual(await judge({ deny: ["other/*"] }, model), ["pass", []]);
  assert.deepEqual(await judge({ deny: ["x"] }, thing("model", "tiny", [])), ["fail", ["FACT_MISSING"]]);
  assert.deepEqual(await judge({ deny: ["x"], onNone: "pass" }, thing("model", "tiny", [])), ["pass", []]);
});

test("undecided when it was not read completely; matching nothing fails", async () => {
  const damaged = thing("dataset", "corpus", [["license", "MIT"]], true, false);
  assert.equal((await judge({ require: ["licensed"] }, damaged))[0], "undecided");
  assert.equal((await judge({ require: ["licensed"], scope: { name: "x" } }, data()))[0], "fail");
});
