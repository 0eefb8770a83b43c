// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import { artifact, evaluateRule, file, gate, gated, summary } from "../gate-inputs.ts";

const files = [file("README.md"), file("model.safetensors")];
const withPickle = [...files, file("sub/model.bin", { format: "pickle" })];
const input = (list = files) => gate([gated({ artifact: artifact({ files: list }) })]);

test("passes when no file is denied, or all are allowed", async () => {
  assert.deepEqual(summary(await evaluateRule({ kind: "format", deny: ["pickle"] }, input())), [
    "allow",
    "pass",
    [],
  ]);
  const allow = { kind: "format", allow: ["safetensors", "file"] };
  assert.deepEqual(summary(await evaluateRule(allow, input())), ["allow", "pass", []]);
});

test("fails on a denied format, wherever the file stands and whatever its name", async () => {
  const verdict = await evaluateRule({ kind: "format", deny: ["pickle"] }, input(withPickle));
  assert.deepEqual(summary(verdict), ["deny", "fail", ["FORMAT_DENIED"]]);
  assert.equal(verdict.rules[0]?.findings[0]?.location.path, "sub/model.bin");
});

test("fails on a format that is not allowed; deny wins over allow", async () => {
  const allow = { kind: "format", allow: ["safetensors"] };
  assert.deepEqual(summary(await evaluateRule(allow, input()))[2], ["FORMAT_NOT_ALLOWED"]);
  const both = { kind: "format", allow: ["safetensors", "file", "pickle"], deny: ["pickle"] };
  assert.deepEqual(summary(await evaluateRule(both, input(withPickle)))[2], ["FORMAT_DENIED"]);
});

test("undecided when a file could not be read: what it holds is not known", async () => {
  const damaged = [file("README.md"), file("model.safetensors", { status: "unverified" })];
  const verdict = await evaluateRule({ kind: "format", deny: ["pickle"] }, input(damaged));
  assert.deepEqual(summary(verdict), ["undecided", "undecided", ["ARTIFACT_INCOMPLETE"]]);
});

test("a scope that holds too few files fails", async () => {
  const rule = { kind: "format", deny: ["pickle"], scope: { path: "**/*.safetensors" } };
  // The rule itself passes; the README that no rule looked at is what denies.
  assert.deepEqual(summary(await evaluateRule(rule, input())), ["deny", "pass", ["POLICY_FILES_UNCHECKED"]]);
  const verdict = await evaluateRule({ ...rule, minMatches: 2 }, input());
  assert.deepEqual(summary(verdict), ["deny", "fail", ["POLICY_FILES_UNCHECKED", "POLICY_NO_MATCH"]]);
  const none = await evaluateRule({ ...rule, scope: { path: "*.gguf" } }, input());
  assert.deepEqual(summary(none)[2], ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]);
});
