// SPDX-License-Identifier: Apache-2.0
// Rule kind `component`: version and age, and who vouches for them.

import assert from "node:assert/strict";
import test from "node:test";
import { claim, type FactName } from "../../../src/model/fact.ts";
import { compareVersions } from "../../../src/policy/version-order.ts";
import {
  artifact,
  evaluateRule,
  gate,
  gated,
  type SignatureParts,
  signature,
  summary,
} from "../gate-inputs.ts";

const stating = (facts: Partial<Record<FactName, string>>, signed?: SignatureParts, complete = true) =>
  gate([
    gated({
      artifact: artifact({
        complete,
        facts: Object.entries(facts).map(([name, value]) =>
          claim(name as FactName, value, { path: "README.md" }),
        ),
      }),
      signatures: signed === undefined ? [] : [signature(signed)],
    }),
  ]);
const judge = async (demands: object, input: ReturnType<typeof stating>) =>
  summary(await evaluateRule({ kind: "component", ...demands }, input));
const fails = (code: string) => ["deny", "fail", [code]];

test("version floor", async () => {
  for (const [version, isMet] of [
    ["1.2", true],
    ["v1.2.0", true],
    ["1.10", true],
    ["2.0-rc.1", true],
    ["1.2.0-rc.1", false],
    ["1.1.9", false],
    ["latest", false],
    ["2024-01-01", false],
  ] as const) {
    const seen = await judge({ minVersion: "1.2" }, stating({ version }, {}));
    assert.deepEqual(seen, isMet ? ["allow", "pass", []] : fails("COMPONENT_NOT_AS_DEMANDED"), version);
  }
});

test("age: the last change, else the creation; the future is no age", async () => {
  const recent = stating({ created: "2020-01-01", modified: "2026-11-14T00:00:00Z" }, {});
  assert.deepEqual(await judge({ maxAge: "10d", minAge: "10d" }, recent), ["allow", "pass", []]);
  assert.deepEqual(await judge({ maxAge: "9d" }, recent), fails("COMPONENT_NOT_AS_DEMANDED"));
  assert.deepEqual(await judge({ minAge: "11d" }, recent), fails("COMPONENT_NOT_AS_DEMANDED"));
  for (const created of ["2026-11-25", "soon", "2020-01-01"]) {
    assert.deepEqual(
      await judge({ maxAge: "365d" }, stating({ created }, {})),
      fails("COMPONENT_NOT_AS_DEMANDED"),
    );
  }
});

test("unknown fails; a bare claim is not evidence unless the rule says so", async () => {
  const rule = { minVersion: "1" };
  assert.deepEqual(await judge(rule, stating({}, {})), fails("FACT_MISSING"));
  assert.deepEqual(await judge(rule, stating({ version: "1" })), fails("EVIDENCE_TOO_WEAK"));
  assert.deepEqual(await judge({ ...rule, evidence: "claim" }, stating({ version: "1" })), [
    "allow",
    "pass",
    [],
  ]);
  assert.deepEqual(
    await judge({ ...rule, evidence: "recomputed" }, stating({ version: "1" }, {})),
    fails("EVIDENCE_TOO_WEAK"),
  );
  const other = stating({ version: "1" }, { identity: "intern" });
  assert.deepEqual(await judge({ ...rule, signedBy: ["release"] }, other), fails("EVIDENCE_TOO_WEAK"));
  const beside = stating({ version: "1" }, { covers: ["model.safetensors"] });
  assert.deepEqual(await judge(rule, beside), fails("EVIDENCE_TOO_WEAK"));
});

test("undecided when the artifact was not read completely; matching nothing fails", async () => {
  const damaged = stating({ version: "1" }, {}, false);
  assert.deepEqual((await judge({ minVersion: "1" }, damaged))[1], "undecided");
  const nothing = await judge({ minVersion: "1", scope: { name: "x" } }, stating({ version: "1" }, {}));
  assert.ok(nothing[2].includes("POLICY_NO_MATCH"));
});

test("versions are ordered by their numbers, or not at all", () => {
  assert.ok(compareVersions("1.9", "1.10")! < 0);
  assert.equal(compareVersions("1.0", "v1"), 0);
  assert.ok(compareVersions("1.0-a", "1.0")! < 0);
  assert.equal(compareVersions("1.0-a", "1.0-b"), undefined);
  assert.equal(compareVersions("1.0+a", "1.0+b"), 0);
});
