// SPDX-License-Identifier: Apache-2.0
// Rule kind `lineage`: bases by name, down the chain, signed or not.

import assert from "node:assert/strict";
import test from "node:test";
import { claim } from "../../../src/model/fact.ts";
import type { GatedArtifact } from "../../../src/policy/rule.ts";
import { artifact, evaluateRule, gate, gated, signature, summary } from "../gate-inputs.ts";

const model = (
  name: string,
  bases: readonly string[],
  signers: readonly string[] = ["release"],
  complete = true,
) =>
  gated({
    artifact: artifact({
      name,
      complete,
      facts: bases.map((base) => claim("base_model", { name: base }, { path: "README.md" })),
    }),
    signatures: signers.map((identity) => signature({ identity, subject: name })),
  });
const judge = async (demands: object, ...models: GatedArtifact[]) =>
  summary(await evaluateRule({ kind: "lineage", scope: { name: "tuned" }, ...demands }, gate(models)))
    .slice(1)
    .map((each) =>
      Array.isArray(each) ? each.filter((code) => code !== "POLICY_ARTIFACT_UNCHECKED") : each,
    );

test("bases by name: allowed, denied, none stated", async () => {
  assert.deepEqual(await judge({ allow: ["org/*"] }, model("tuned", ["org/base"])), ["pass", []]);
  assert.deepEqual(await judge({ allow: ["org/*"] }, model("tuned", ["org/base", "x/y"])), [
    "fail",
    ["LINEAGE_DENIED"],
  ]);
  assert.deepEqual(await judge({ deny: ["x/*"] }, model("tuned", ["org/base", "x/y"])), [
    "fail",
    ["LINEAGE_DENIED"],
  ]);
  assert.deepEqual(await judge({ deny: ["x/*"] }, model("tuned", ["org/base"])), ["pass", []]);
  assert.deepEqual(await judge({ deny: ["x/*"] }, model("tuned", [])), ["fail", ["FACT_MISSING"]]);
  assert.deepEqual(await judge({ deny: ["x/*"], onNone: "pass" }, model("tuned", [])), ["pass", []]);
});

test("a bare claim does not allow, and does deny", async () => {
  const unsigned = model("tuned", ["org/base"], []);
  assert.deepEqual(await judge({ allow: ["org/*"] }, unsigned), ["fail", ["EVIDENCE_TOO_WEAK"]]);
  assert.deepEqual(await judge({ allow: ["org/*"], evidence: "claim" }, unsigned), ["pass", []]);
  assert.deepEqual(await judge({ allow: ["org/*"], signedBy: ["security"] }, model("tuned", ["org/base"])), [
    "fail",
    ["EVIDENCE_TOO_WEAK"],
  ]);
  assert.deepEqual(await judge({ deny: ["org/*"] }, unsigned), ["fail", ["LINEAGE_DENIED"]]);
});

test("down the chain: what is denied, what is missing, what is unsigned, how long", async () => {
  const chain = [model("tuned", ["org/middle"]), model("middle", ["org/root"]), model("root", [])];
  assert.deepEqual(await judge({ deny: ["org/root"] }, ...chain), ["fail", ["LINEAGE_DENIED"]]);
  assert.deepEqual(await judge({ bases: "signed" }, ...chain), ["pass", []]);
  assert.deepEqual(await judge({ bases: "inventory" }, ...chain.slice(0, 2)), ["fail", ["LINEAGE_UNKNOWN"]]);
  assert.deepEqual(await judge({ bases: "signed" }, ...chain.slice(0, 2), model("root", [], [])), [
    "fail",
    ["LINEAGE_UNKNOWN"],
  ]);
  assert.deepEqual(await judge({ maxDepth: 2 }, ...chain), ["pass", []]);
  assert.deepEqual(await judge({ maxDepth: 1 }, ...chain), ["fail", ["LINEAGE_UNKNOWN"]]);
  assert.deepEqual(await judge({ maxDepth: 2 }, ...chain.slice(0, 1)), ["fail", ["LINEAGE_UNKNOWN"]]);
});

test("a chain that bites its tail ends", async () => {
  const circle = [model("tuned", ["other"]), model("other", ["tuned"])];
  assert.equal((await judge({ deny: ["x"] }, ...circle))[0], "pass");
});

test("undecided when the model was not read completely; matching nothing fails", async () => {
  assert.equal(
    (await judge({ allow: ["org/*"] }, model("tuned", ["org/base"], ["release"], false)))[0],
    "undecided",
  );
  assert.ok((await judge({ allow: ["*"] }, model("other", [])))[1]?.includes("POLICY_NO_MATCH"));
});
