// SPDX-License-Identifier: Apache-2.0
// Rule kind `completeness`: what is stated, and who vouches for it.

import assert from "node:assert/strict";
import test from "node:test";
import { claim, type FactName } from "../../../src/model/fact.ts";
import { artifact, evaluateRule, gate, gated, signature, summary } from "../gate-inputs.ts";

const minimum = { name: "tiny", version: "1", author: "me", license: "MIT" };
const stating = (facts: Partial<Record<FactName, string>>, isSigned = true, complete = true) =>
  gate([
    gated({
      artifact: artifact({
        complete,
        facts: Object.entries(facts).map(([name, value]) =>
          claim(name as FactName, value, { path: "README.md" }),
        ),
      }),
      signatures: isSigned ? [signature()] : [],
    }),
  ]);
const judge = async (demands: object, input: ReturnType<typeof stating>) =>
  summary(await evaluateRule(demands, input)).slice(1);

test("fields by profile and by name, and who vouches for them", async () => {
  const rule = { kind: "completeness", profile: "minimum" };
  const { author: _, ...without } = minimum;
  assert.deepEqual(await judge(rule, stating(minimum)), ["pass", []]);
  assert.deepEqual(await judge(rule, stating(without)), ["fail", ["FACT_MISSING"]]);
  assert.deepEqual(await judge(rule, stating(minimum, false)), ["fail", ["EVIDENCE_TOO_WEAK"]]);
  assert.deepEqual(await judge({ ...rule, evidence: "claim" }, stating(minimum, false)), ["pass", []]);
  assert.deepEqual(await judge({ ...rule, require: ["task"] }, stating(minimum)), ["fail", ["FACT_MISSING"]]);
  assert.equal((await judge(rule, stating(minimum, true, false)))[0], "undecided");
  assert.equal((await judge({ ...rule, scope: { name: "x" } }, stating(minimum)))[0], "fail");
});
