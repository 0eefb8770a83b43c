// SPDX-License-Identifier: Apache-2.0
// Rule kind `readiness`: a minimum, required elements, elements that no list has, and cases of `policy test`.

import assert from "node:assert/strict";
import test from "node:test";
import { AibomError } from "../../../src/errors.ts";
import { evaluatePolicy } from "../../../src/policy/evaluate.ts";
import { lintPolicy } from "../../../src/policy/lint.ts";
import { runPolicyTests } from "../../../src/policy/run-tests.ts";
import { at, bom, gate, gated, policyOf } from "../gate-inputs.ts";

const ready = (rule: object) => ({ id: "ready", kind: "readiness", profile: "cisa-2025", ...rule });
const others = { id: "files", kind: "complete" };

async function judge(rule: object, document: object) {
  const policy = await policyOf([ready(rule), others]);
  const [result] = evaluatePolicy(policy, gate([gated()], bom({ document: document as never }))).rules;
  return result;
}

/** 3 of 11 elements for the whole, and the name of both components: 4; the version of one: 4.5. */
const document = {
  metadata: {
    timestamp: "2026-01-01T00:00:00Z",
    authors: [{ name: "A" }],
    tools: { components: [{ type: "application", name: "t" }] },
    component: { type: "application", name: "s", version: "1" },
  },
  components: [{ type: "library", name: "x" }],
};

test("readiness: the minimum is met or missed by a percent", async () => {
  const exact = Math.floor((100 * 4.5) / 11);
  assert.equal((await judge({ minimum: exact }, document))?.status, "pass");
  const low = await judge({ minimum: exact + 1 }, document);
  assert.equal(low?.status, "fail");
  assert.deepEqual(
    low.findings.map(({ code, args }) => [code, args["percent"]]),
    [["READINESS_LOW", exact]],
  );
  assert.deepEqual(low.remedy, [
    { action: "fill-bom", args: { bom: "aibom.cdx.json", profile: "cisa-2025" } },
  ]);
});

test("readiness: each required element is named with the first place that lacks it", async () => {
  const result = await judge(
    { require: ["component-name", "component-version", "component-hash"] },
    document,
  );
  assert.equal(result?.status, "fail");
  assert.deepEqual(
    result.findings.map(({ code, args, location }) => [
      code,
      args["element"],
      args["present"],
      location.member,
    ]),
    [
      ["READINESS_ELEMENT_MISSING", "component-version", 1, "/components/0/version"],
      ["READINESS_ELEMENT_MISSING", "component-hash", 0, "/metadata/component/hashes"],
    ],
  );
  assert.equal((await judge({ require: ["component-name"] }, document))?.status, "pass");
  assert.equal((await judge({ require: ["component-name"] }, {}))?.status, "fail");
});

test("readiness: what could never fail is refused when the policy is loaded", async () => {
  const refused = async (rule: object) => {
    const error = await policyOf([ready(rule)]).then(
      () => undefined,
      (each: unknown) => each,
    );
    assert.ok(error instanceof AibomError, JSON.stringify(rule));
    return error.code;
  };
  await refused({ require: ["component-nam"] });
  await refused({});
  await refused({ minimum: 0 });
  await refused({ minimum: 101 });
  await refused({ minimum: 10, scope: { kind: "model" } });
  await refused({ minimum: 10, profile: "g8" });
  const policy = await policyOf([ready({ minimum: 10 })]);
  const reasons = lintPolicy(policy, at).map(({ args }) => String(args["reason"]));
  assert.ok(reasons.some((each) => each.includes("every rule is about the BOM")));
});

test("readiness: policy test takes a document", async () => {
  const tests = [
    { name: "named", artifacts: [{}], bom: { document }, expect: { ready: "pass" } },
    { name: "silent", artifacts: [{}], bom: {}, expect: { ready: "fail" } },
    { name: "no BOM", artifacts: [{}], expect: { ready: "fail" }, outcome: "deny" },
  ];
  const policy = await policyOf([ready({ require: ["component-name"] }), others], { tests });
  const { results } = runPolicyTests(policy, at);
  assert.deepEqual(
    results.map(({ misses }) => misses),
    [[], [], []],
  );
});
