// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import type { Artifact } from "../../../src/model/artifact.ts";
import { computed } from "../../../src/model/fact.ts";
import { artifact, evaluateRule, file, gate, gated, hex, summary } from "../gate-inputs.ts";

const allowOnly = { kind: "license", allow: ["Apache-2.0", "MIT"] };
const denyOnly = { kind: "license", deny: ["AGPL-3.0-only", "other"] };
const claiming = (...licenses: string[]) => gate([gated({ artifact: artifact({ licenses }) })]);

test("passes when every claimed licence is allowed", async () => {
  for (const licenses of [["Apache-2.0"], ["apache-2.0"], ["MIT OR AGPL-3.0-only"], ["MIT", "Apache-2.0"]]) {
    assert.deepEqual(summary(await evaluateRule(allowOnly, claiming(...licenses))), ["allow", "pass", []]);
  }
});

test("fails on a denied licence, also beside an allowed one", async () => {
  const rule = { kind: "license", allow: ["MIT"], deny: ["AGPL-3.0-only"] };
  for (const licenses of [["AGPL-3.0-only"], ["MIT AND AGPL-3.0-only"], ["MIT", "AGPL-3.0-only"]]) {
    assert.deepEqual(summary(await evaluateRule(rule, claiming(...licenses))), [
      "deny",
      "fail",
      ["LICENSE_DENIED"],
    ]);
  }
});

test("what neither list decides fails, or warns if the rule says so", async () => {
  for (const license of ["llama3.2", "GPL-3.0-only", "MIT AND", "((((", "", "x".repeat(5000)]) {
    assert.deepEqual(summary(await evaluateRule(allowOnly, claiming(license))), [
      "deny",
      "fail",
      ["LICENSE_UNKNOWN"],
    ]);
    const warned = await evaluateRule({ ...allowOnly, onUnknown: "warn" }, claiming(license));
    assert.deepEqual(summary(warned), ["allow", "pass", ["LICENSE_UNKNOWN"]]);
  }
});

test("no claimed licence is an unknown licence", async () => {
  assert.deepEqual(summary(await evaluateRule(allowOnly, claiming())), ["deny", "fail", ["LICENSE_MISSING"]]);
  const warned = await evaluateRule({ ...allowOnly, onUnknown: "warn" }, claiming());
  assert.deepEqual(summary(warned), ["allow", "pass", ["LICENSE_MISSING"]]);
});

test("a deny list alone passes listed licences that it does not name, never free text", async () => {
  assert.equal((await evaluateRule(denyOnly, claiming("MIT"))).outcome, "allow");
  assert.deepEqual(summary(await evaluateRule(denyOnly, claiming("other")))[2], ["LICENSE_DENIED"]);
  assert.deepEqual(summary(await evaluateRule(denyOnly, claiming("acme research only")))[2], [
    "LICENSE_UNKNOWN",
  ]);
});

test("undecided when the artifact was not read completely: the licence may be in what is missing", async () => {
  const content = artifact({ licenses: ["MIT"], complete: false });
  const verdict = await evaluateRule(allowOnly, gate([gated({ artifact: content })]));
  assert.deepEqual(summary(verdict), ["undecided", "undecided", ["ARTIFACT_INCOMPLETE"]]);
});

test("matching nothing fails", async () => {
  const verdict = await evaluateRule({ ...allowOnly, scope: { kind: "file-set" } }, claiming("MIT"));
  assert.deepEqual(summary(verdict)[2], ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]);
});

test("a licence of one model in a store is not another's", async () => {
  const store = artifact({ licenses: ["MIT"] });
  const part = (name: string, facts: Artifact["facts"], kind: Artifact["kind"] = "model") => ({
    ...{ kind, name, store: "model-folders", root: name, files: store.files },
    ...{ facts, findings: [], complete: true },
  });
  const judged = async (...parts: ReturnType<typeof part>[]) =>
    summary(await evaluateRule(allowOnly, gate([gated({ artifact: { ...store, parts } })])));
  assert.deepEqual(await judged(part("a", store.facts), part("b", store.facts)), ["allow", "pass", []]);
  assert.deepEqual(await judged(part("a", store.facts), part("b", [])), [
    "deny",
    "fail",
    ["LICENSE_MISSING"],
  ]);
  assert.deepEqual(await judged(part("a", store.facts), part("code", [], "file-set")), ["allow", "pass", []]);
});

const text = (digit: string, path = "LICENSE") =>
  file(path, { digests: [{ algorithm: "sha256", hex: hex(digit) }] });
const digestOf = (digit: string) => `sha256:${hex(digit)}`;

test("a licence text that was read and accepted stands for a custom licence", async () => {
  const rule = { kind: "license", allow: ["MIT"], deny: ["gemma"], texts: [digestOf("1")] };
  const judge = async (licenses: string[], ...files: ReturnType<typeof file>[]) =>
    summary(await evaluateRule(rule, gate([gated({ artifact: artifact({ licenses, files }) })])));
  assert.deepEqual(await judge(["acme-1.0"], text("1")), ["allow", "pass", []]);
  assert.deepEqual(await judge([], text("1", "sub/LICENSE.txt")), ["allow", "pass", []]);
  assert.deepEqual((await judge(["acme-1.0"], text("2")))[2], ["LICENSE_UNKNOWN"]);
  assert.deepEqual((await judge(["acme-1.0"], text("1"), text("2", "USE_POLICY.md")))[2], [
    "LICENSE_UNKNOWN",
  ]);
  assert.deepEqual((await judge(["acme-1.0"], text("1", "licensed.bin")))[2], ["LICENSE_UNKNOWN"]);
  assert.deepEqual((await judge(["gemma"], text("1")))[2], ["LICENSE_DENIED"]);
});

test("clauses are denied by the licence's name and by the words of its text", async () => {
  const rule = { kind: "license", denyClauses: ["remote-restriction", "geo-exclusion"] };
  const clause = (name: string) =>
    computed("license.clause", { clause: name, phrase: "words" }, { path: "README.md" });
  const judge = async (licenses: string[], ...facts: ReturnType<typeof clause>[]) =>
    summary(await evaluateRule(rule, gate([gated({ artifact: artifact({ licenses, facts }) })])));
  assert.deepEqual(await judge(["Apache-2.0"]), ["allow", "pass", []]);
  assert.deepEqual(await judge(["llama3.1"]), ["allow", "pass", []]);
  for (const license of ["gemma", "Llama3.2", "openrail"]) {
    assert.deepEqual((await judge([license]))[2], ["LICENSE_DENIED"], license);
  }
  assert.deepEqual((await judge(["MIT"], clause("geo-exclusion")))[2], ["LICENSE_CLAUSE_DENIED"]);
  assert.deepEqual(await judge(["MIT"], clause("mau-cap")), ["allow", "pass", []]);
  assert.deepEqual((await judge(["acme-1.0"]))[2], ["LICENSE_UNKNOWN"]);
  assert.deepEqual((await judge([]))[2], ["LICENSE_MISSING"]);
});
