// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import { artifact, bomDigests, evaluateRule, gate, gated, signature, summary } from "../gate-inputs.ts";

const rule = { kind: "digest", allow: ["sha256", "sha512"] };

test("passes on evidence that rests on allowed hash functions", async () => {
  const signed = gate([gated({ signatures: [signature()] })]);
  assert.deepEqual(summary(await evaluateRule(rule, signed)), ["allow", "pass", []]);
  const matched = gate([gated({ digests: [bomDigests(undefined, ["sha256", "sha512"])] })]);
  assert.deepEqual(summary(await evaluateRule(rule, matched)), ["allow", "pass", []]);
});

test("evidence on another hash function does not count", async () => {
  const weak = signature({ algorithms: ["blake3"] });
  const mixed = bomDigests(undefined, ["sha256", "blake3"]);
  for (const parts of [
    { signatures: [weak] },
    { digests: [mixed] },
    { signatures: [weak], digests: [mixed] },
  ]) {
    assert.deepEqual(summary(await evaluateRule(rule, gate([gated(parts)]))), [
      "deny",
      "fail",
      ["DIGEST_NOT_ALLOWED"],
    ]);
  }
  const beside = gate([gated({ signatures: [weak, signature()] })]);
  assert.equal((await evaluateRule(rule, beside)).outcome, "allow");
});

test("no evidence, or evidence that does not say what it rests on, fails", async () => {
  for (const parts of [{}, { signatures: [signature({ algorithms: [] })] }]) {
    const verdict = await evaluateRule(rule, gate([gated(parts)]));
    assert.deepEqual(summary(verdict), ["deny", "fail", ["DIGEST_NOT_ALLOWED"]]);
  }
});

test("a file that allowed evidence does not cover fails", async () => {
  const input = gate([gated({ signatures: [signature({ covers: ["README.md"] })] })]);
  assert.deepEqual(summary(await evaluateRule(rule, input))[2], ["DIGEST_NOT_ALLOWED"]);
});

test("undecided when the artifact was not read completely", async () => {
  const input = gate([gated({ artifact: artifact({ complete: false }), signatures: [signature()] })]);
  assert.deepEqual(summary(await evaluateRule(rule, input)), [
    "undecided",
    "undecided",
    ["ARTIFACT_INCOMPLETE"],
  ]);
});

test("matching nothing fails", async () => {
  const input = gate([gated({ signatures: [signature()] })]);
  const verdict = await evaluateRule({ ...rule, scope: { name: "other*" } }, input);
  assert.deepEqual(summary(verdict)[2], ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]);
});
