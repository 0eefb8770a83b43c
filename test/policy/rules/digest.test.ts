// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import {
  artifact,
  bomDigests,
  evaluateRule,
  file,
  gate,
  gated,
  hex,
  signature,
  summary,
} from "../gate-inputs.ts";

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

const bytes = (digit: string) => `sha256:${hex(digit)}`;

test("pinned: every file, or the manifest", async () => {
  const files = [file("a"), file("b", { digests: [{ algorithm: "sha256", hex: hex("d") }] })];
  const input = gate([gated({ artifact: artifact({ files }) })]);
  const judge = async (rest: object) => summary(await evaluateRule({ kind: "digest", ...rest }, input));
  assert.deepEqual(await judge({ pinned: [bytes("a"), bytes("d")] }), ["allow", "pass", []]);
  assert.deepEqual(await judge({ pinned: [bytes("b")] }), ["allow", "pass", []]);
  assert.deepEqual(await judge({ pinned: [bytes("a")] }), ["deny", "fail", ["DIGEST_NOT_PINNED"]]);
  // The manifest is of the whole artifact, not of the selected files.
  const part = { scope: { path: "a" }, pinned: [bytes("b")] };
  assert.deepEqual((await judge(part))[1], "fail");
});

test("deny: a file or the manifest; a function that was not computed leaves it undecided", async () => {
  const input = gate([gated({ signatures: [signature()] })]);
  const judge = async (deny: string[]) => summary(await evaluateRule({ kind: "digest", deny }, input));
  assert.deepEqual(await judge([bytes("e")]), ["allow", "pass", []]);
  assert.deepEqual(await judge([bytes("e"), bytes("a")]), ["deny", "fail", ["DIGEST_DENIED"]]);
  assert.deepEqual(await judge([bytes("b")]), ["deny", "fail", ["DIGEST_DENIED"]]);
  assert.deepEqual(await judge([`blake3:${hex("e")}`]), ["undecided", "undecided", ["DIGEST_NOT_COMPUTED"]]);
  assert.deepEqual(await judge([`blake3:${hex("e")}`, bytes("a")]), ["deny", "fail", ["DIGEST_DENIED"]]);
  await assert.rejects(judge(["sha256:abc"]), { code: "POLICY_INVALID_VALUE" });
});
