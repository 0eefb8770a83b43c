// SPDX-License-Identifier: Apache-2.0
// Rule kind `freshness`: what was verified not long ago, by somebody who is named.

import assert from "node:assert/strict";
import test from "node:test";
import { artifact, evaluateRule, gate, gated, signature, summary } from "../gate-inputs.ts";

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
  assert.equal(summary(await evaluateRule(rule, damaged))[1], "undecided");
  assert.equal(summary(await evaluateRule({ ...rule, scope: { name: "x" } }, damaged))[1], "fail");
});
