// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import { finding } from "../../../src/model/finding.ts";
import { artifact, bom, evaluateRule, file, gate, gated, summary } from "../gate-inputs.ts";

const rule = { kind: "content" };
const mismatch = finding(
  "FORMAT_MISMATCH",
  { path: "model.safetensors" },
  { named: "safetensors", found: "pickle" },
);
const name = finding("SOURCE_NAME_SUSPICIOUS", { path: "README.md" }, { name: "x" });
const input = (...findings: (typeof mismatch | typeof name)[]) =>
  gate([gated({ artifact: artifact({ findings }) })]);

test("passes without findings, and with findings below the threshold", async () => {
  assert.deepEqual(summary(await evaluateRule(rule, input())), ["allow", "pass", []]);
  assert.deepEqual(summary(await evaluateRule(rule, input(name))), ["allow", "pass", []]);
});

test("fails at the threshold", async () => {
  assert.deepEqual(summary(await evaluateRule(rule, input(mismatch))), ["deny", "fail", ["FORMAT_MISMATCH"]]);
  const strict = await evaluateRule({ ...rule, failAt: "medium" }, input(name));
  assert.deepEqual(summary(strict), ["deny", "fail", ["SOURCE_NAME_SUSPICIOUS"]]);
});

test("except names codes exactly, and only those are accepted", async () => {
  const verdict = await evaluateRule({ ...rule, except: ["FORMAT_MISMATCH"] }, input(mismatch));
  assert.equal(verdict.outcome, "allow");
  const polyglot = finding("FORMAT_POLYGLOT", { path: "model.safetensors" }, { formats: "a, b" });
  const both = gate([gated({ artifact: artifact({ findings: [mismatch, polyglot] }) })]);
  assert.deepEqual(summary(await evaluateRule({ ...rule, except: ["FORMAT_MISMATCH"] }, both))[2], [
    "FORMAT_POLYGLOT",
  ]);
});

test("what verifiers say about signatures is not content", async () => {
  const rejected = finding("SIGNATURE_MISSING", { path: "." }, { artifact: "tiny", rejected: 1 });
  assert.equal((await evaluateRule(rule, gate([gated({ findings: [rejected] })]))).outcome, "allow");
});

test("a damaged file is undecided, a damaged file beside a dangerous one is denied", async () => {
  const files = [
    file("README.md"),
    file("model.safetensors", { status: "unverified" }),
    file("x.safetensors"),
  ];
  const damaged = finding("JSON_TOO_DEEP", { path: "model.safetensors" }, { limit: 64 });
  const one = gate([gated({ artifact: artifact({ files, findings: [damaged] }) })]);
  assert.deepEqual(summary(await evaluateRule(rule, one)), ["undecided", "undecided", ["JSON_TOO_DEEP"]]);
  const excepted = await evaluateRule({ ...rule, except: ["JSON_TOO_DEEP"] }, one);
  assert.deepEqual(summary(excepted), ["undecided", "undecided", ["ARTIFACT_INCOMPLETE"]]);
  const other = finding(
    "FORMAT_MISMATCH",
    { path: "x.safetensors" },
    { named: "safetensors", found: "pickle" },
  );
  const two = gate([gated({ artifact: artifact({ files, findings: [damaged, other] }) })]);
  assert.deepEqual(summary(await evaluateRule(rule, two)).slice(0, 2), ["deny", "fail"]);
});

test("a path in the scope leaves other files' findings out", async () => {
  const scoped = { ...rule, scope: { path: "README.md" } };
  const verdict = await evaluateRule(scoped, input(mismatch));
  assert.deepEqual(summary(verdict), ["deny", "pass", ["POLICY_FILES_UNCHECKED"]]);
});

test("the BOM's own findings", async () => {
  const findings = [finding("FORMAT_POLYGLOT", { path: "aibom.cdx.json" }, { formats: "a, b" })];
  const verdict = await evaluateRule({ ...rule, scope: { kind: "bom" } }, gate([gated()], bom({ findings })));
  assert.deepEqual(summary(verdict)[2], ["FORMAT_POLYGLOT", "POLICY_ARTIFACT_UNCHECKED"]);
});

test("matching nothing fails", async () => {
  const verdict = await evaluateRule({ ...rule, scope: { path: "nothing/**" } }, input());
  assert.deepEqual(summary(verdict)[2], ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]);
});
