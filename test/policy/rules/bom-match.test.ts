// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";
import { finding } from "../../../src/model/finding.ts";
import { evaluatePolicy } from "../../../src/policy/evaluate.ts";
import {
  artifact,
  bom,
  bomDigests,
  evaluateRule,
  file,
  gate,
  gated,
  policyOf,
  rejection,
  signature,
  summary,
} from "../gate-inputs.ts";

const rule = { kind: "bom-match" };

test("passes when every file equals the BOM's", async () => {
  const input = gate([gated({ digests: [bomDigests()] })], bom());
  assert.deepEqual(summary(await evaluateRule(rule, input)), ["allow", "pass", []]);
});

test("fails when a file was not matched, and passes on what the verifier reported", async () => {
  // Any code with this prefix stands for the verifier's report.
  const changed = finding("BOM_MISSING", { path: "model.safetensors" }, { rule: "x" });
  const input = gate([gated({ findings: [changed] })], bom());
  const verdict = await evaluateRule(rule, input);
  assert.deepEqual(summary(verdict), ["deny", "fail", ["BOM_MISSING", "BOM_NOT_MATCHED"]]);
  assert.deepEqual(
    verdict.rules[0]?.remedy.map(({ action }) => action),
    ["regenerate-bom"],
  );
});

test("fails when evidence covers only some files, or a comparison was rejected", async () => {
  const files = [file("README.md"), file("model.safetensors"), file("extra.bin")];
  const partial = gated({ artifact: artifact({ files }), digests: [bomDigests()] });
  assert.deepEqual(summary(await evaluateRule(rule, gate([partial], bom())))[2], ["BOM_NOT_MATCHED"]);
  const rejected = gated({ digests: [bomDigests()], rejected: [rejection({ kind: "digest" })] });
  assert.deepEqual(summary(await evaluateRule(rule, gate([rejected], bom())))[2], ["BOM_NOT_MATCHED"]);
});

test("no BOM fails, also beside evidence, unless the rule says skip", async () => {
  const input = gate([gated({ digests: [bomDigests()] })]);
  assert.deepEqual(summary(await evaluateRule(rule, input)), ["deny", "fail", ["BOM_MISSING"]]);
  const policy = await policyOf([
    { id: "b", ...rule, onMissing: "skip" },
    { id: "c", kind: "content" },
  ]);
  const verdict = evaluatePolicy(policy, input);
  assert.deepEqual([verdict.outcome, verdict.rules[0]?.status], ["allow", "not-applicable"]);
});

test("a rule that was skipped for want of a BOM has not looked at anything", async () => {
  const verdict = await evaluateRule({ ...rule, onMissing: "skip" }, gate([gated()]));
  assert.deepEqual(summary(verdict), ["deny", "not-applicable", ["POLICY_ARTIFACT_UNCHECKED"]]);
});

test("signedBy asks for the BOM's signature with the usage bom", async () => {
  const matched = [gated({ digests: [bomDigests()] })];
  const signed = { ...rule, signedBy: ["release"] };
  const by = (identity: string, usage: "bom" | "model") =>
    bom({ signatures: [signature({ identity, usage })] });
  assert.equal((await evaluateRule(signed, gate(matched, by("release", "bom")))).outcome, "allow");
  for (const given of [bom(), by("release", "model"), by("intern", "bom")]) {
    assert.deepEqual(summary(await evaluateRule(signed, gate(matched, given))), [
      "deny",
      "fail",
      ["BOM_SIGNER_MISSING"],
    ]);
  }
});

test("undecided when the artifact was not read completely", async () => {
  const input = gate([gated({ artifact: artifact({ complete: false }), digests: [bomDigests()] })], bom());
  assert.deepEqual(summary(await evaluateRule(rule, input)), [
    "undecided",
    "undecided",
    ["ARTIFACT_INCOMPLETE"],
  ]);
});

test("matching nothing fails", async () => {
  const input = gate([gated({ digests: [bomDigests()] })], bom());
  const verdict = await evaluateRule({ ...rule, scope: { kind: "file-set" } }, input);
  assert.deepEqual(summary(verdict)[2], ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]);
});
