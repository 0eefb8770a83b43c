// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import { artifact, evaluateRule, file, gate, gated, summary } from "../gate-inputs.ts";

const rule = { kind: "complete" };

test("passes when every file was read or is opaque", async () => {
  assert.deepEqual(summary(await evaluateRule(rule, gate([gated()]))), ["allow", "pass", []]);
});

test("undecided when a file is unverified, also if the artifact calls itself complete", async () => {
  const files = [file("README.md"), file("model.safetensors", { status: "unverified" })];
  for (const complete of [true, false]) {
    const verdict = await evaluateRule(rule, gate([gated({ artifact: artifact({ files, complete }) })]));
    assert.deepEqual(summary(verdict), ["undecided", "undecided", ["ARTIFACT_INCOMPLETE"]]);
  }
});

test("fails on opaque files if the rule says so", async () => {
  const verdict = await evaluateRule({ ...rule, opaque: "fail" }, gate([gated()]));
  assert.deepEqual(summary(verdict), ["deny", "fail", ["FILE_OPAQUE"]]);
});

test("matching nothing fails", async () => {
  const verdict = await evaluateRule({ ...rule, scope: { kind: "file-set" } }, gate([gated()]));
  assert.deepEqual(summary(verdict)[2], ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]);
});
