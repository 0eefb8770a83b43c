// SPDX-License-Identifier: Apache-2.0
// Rule kinds `completeness` and `freshness`: what is stated, and what was verified not long ago.

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

const summaryAt = (timeVerified: string, result = "PASSED", identity = "auditor") =>
  signature({
    identity,
    usage: "statement",
    predicateType: "https://slsa.dev/verification_summary/v1",
    claims: [
      { name: "vsa.result", value: result },
      { name: "vsa.timeVerified", value: timeVerified },
    ],
  });

test("freshness: a summary that passed, by somebody named, not long ago", async () => {
  const rule = { kind: "freshness", signers: ["auditor"], maxAge: "30d" };
  const cases = [
    [[summaryAt("2026-11-01T00:00:00.000Z")], "pass"],
    [[summaryAt("2026-10-01T00:00:00.000Z")], "fail"],
    [[summaryAt("2026-12-01T00:00:00.000Z")], "fail"],
    [[summaryAt("2026-11-01T00:00:00.000Z", "FAILED")], "fail"],
    [[summaryAt("2026-11-01T00:00:00.000Z", "PASSED", "intern")], "fail"],
    [[], "fail"],
  ] as const;
  for (const [signatures, status] of cases) {
    const verdict = summary(await evaluateRule(rule, gate([gated({ signatures: [...signatures] })])));
    assert.deepEqual(verdict.slice(1), [status, status === "pass" ? [] : ["VERIFICATION_NOT_FRESH"]]);
  }
  const damaged = gate([
    gated({ artifact: artifact({ complete: false }), signatures: [summaryAt("2026-11-01T00:00:00.000Z")] }),
  ]);
  assert.equal((await judge(rule, damaged))[0], "undecided");
  assert.equal((await judge({ ...rule, scope: { name: "x" } }, damaged))[0], "fail");
});
