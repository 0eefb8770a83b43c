// SPDX-License-Identifier: Apache-2.0
// Names that a policy uses: signers of the trust root, claims of a predicate, labels in scopes, the author's words.

import assert from "node:assert/strict";
import test from "node:test";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { unknownSigners } from "../../src/policy/named-signers.ts";
import { evaluateRule, gate, gated, policyOf, signature, summary } from "./gate-inputs.ts";

test("a signer whom the trust root does not know is said, with the nearest name", async () => {
  const policy = await policyOf([
    { id: "two", kind: "signature", signers: ["relaese", "security", "release"] },
    { id: "bom", kind: "bom-match", signedBy: ["nobody-like-this"] },
    { id: "any", kind: "signature", signers: "any" },
  ]);
  const findings = unknownSigners(policy, ["release", "security"]);
  assert.deepEqual(
    findings.map(({ code, args }) => [code, args["rule"], args["name"], args["suggestion"]]),
    [
      ["POLICY_SIGNER_UNKNOWN", "two", "relaese", "did you mean release?"],
      ["POLICY_SIGNER_UNKNOWN", "bom", "nobody-like-this", "nobody there is called like it"],
    ],
  );
});

test("a claim that its predicate type cannot make is an error, and no other type's is", async () => {
  const load = (predicateType: string, claims: object) => {
    const rule = { id: "r", kind: "attestation", predicateType, signers: "any", claims };
    const text = JSON.stringify({ apiVersion: "aibom/policy/v1", name: "x", rules: [rule] });
    return loadPolicy(Buffer.from(text), "policy.json", {
      claimsOf: async (type) => (type === "https://known/v1" ? ["slsa.builder.id"] : undefined),
    });
  };
  await assert.rejects(load("https://known/v1", { "slsa.bulder.id": "x" }), {
    code: "POLICY_UNKNOWN_NAME",
    message: "rule r: claim slsa.bulder.id is not known; did you mean slsa.builder.id?",
  });
  await load("https://known/v1", { "slsa.builder.id": "x" });
  await load("https://other/v1", { anything: "x" });
});

test("the author's remedy comes first where the rule did not pass, and nowhere else", async () => {
  const rule = { kind: "signature", signers: "any", remedy: "ask Ada" };
  const [failed] = (await evaluateRule(rule, gate([gated()]))).rules;
  assert.deepEqual(failed?.remedy[0], { action: "author", args: { text: "ask Ada" } });
  assert.ok((failed?.remedy.length ?? 0) > 1);
  const [passed] = (await evaluateRule(rule, gate([gated({ signatures: [signature()] })]))).rules;
  assert.deepEqual(passed?.remedy, []);
});

const labels = {
  purls: ["pkg:huggingface/org/model@abc"],
  properties: [
    { name: "tier", value: "production" },
    { name: "tier", value: "eu" },
  ],
};

test("scopes by package URL and by property of the BOM", async () => {
  const labelled = gate([gated({ labels, signatures: [signature()] })]);
  const matching: object[] = [
    { purl: "pkg:huggingface/org/*" },
    { purl: "pkg:huggingface/**" },
    { property: { name: "tier" } },
    { property: { name: "tier", value: "eu" } },
    { property: { name: "tier", value: "prod*" }, purl: "**" },
  ];
  for (const scope of matching) {
    const verdict = await evaluateRule({ kind: "signature", signers: "any", scope }, labelled);
    assert.equal(verdict.outcome, "allow", JSON.stringify(scope));
  }
  const missing: object[] = [
    { purl: "pkg:huggingface/other/*" },
    { property: { name: "Tier" } },
    { property: { name: "tier", value: "test" } },
    { property: { name: "__proto__" } },
  ];
  for (const scope of missing) {
    const verdict = await evaluateRule({ kind: "signature", signers: "any", scope }, labelled);
    assert.deepEqual(summary(verdict)[2], ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]);
  }
});

test("without labels such a scope is empty, and that fails", async () => {
  const rule = { id: "r", kind: "signature", signers: "any", scope: { purl: "**" } };
  const everything = { id: "all", kind: "complete" };
  const verdict = evaluatePolicy(
    await policyOf([rule, everything]),
    gate([gated({ signatures: [signature()] })]),
  );
  assert.equal(verdict.outcome, "deny");
});
