// SPDX-License-Identifier: Apache-2.0
// A verification summary in the place of evidence: every pin is needed, and every one decides.

import assert from "node:assert/strict";
import test from "node:test";
import type { SignedClaim } from "../../src/model/signed-claim.ts";
import {
  daysAgo,
  evaluateRule,
  gate,
  gated,
  policyOf,
  type SignatureParts,
  signature,
  summary,
} from "./gate-inputs.ts";

const pins = {
  signers: ["gate"],
  verifiers: ["https://ci.example/gate"],
  resources: ["pkg:generic/tiny**"],
  levels: ["SLSA_BUILD_LEVEL_2", "AIBOM_MODEL_SIGNED"],
  maxAge: "7d",
};
const claims: Readonly<Record<string, string | readonly string[]>> = {
  "vsa.verifier.id": "https://ci.example/gate",
  "vsa.resourceUri": "pkg:generic/tiny?checksum=sha256:00",
  "vsa.result": "PASSED",
  "vsa.verifiedLevels": ["SLSA_BUILD_LEVEL_3", "AIBOM_MODEL_SIGNED"],
  "vsa.timeVerified": daysAgo(1).time.toISOString(),
};

const signed = (values: Readonly<Record<string, string | readonly string[]>>): SignedClaim[] =>
  Object.entries(values).flatMap(([name, value]) => [value].flat().map((each) => ({ name, value: each })));

function vsa(changed: Readonly<Record<string, string | readonly string[]>> = {}, parts: SignatureParts = {}) {
  return signature({
    identity: "gate",
    usage: "statement",
    predicateType: "https://slsa.dev/verification_summary/v1",
    claims: signed({ ...claims, ...changed }),
    ...parts,
  });
}

async function judge(summaries: ReturnType<typeof vsa>[], demands: object = pins) {
  const rule = { kind: "signature", signers: ["release"], orSummary: demands };
  return summary(await evaluateRule(rule, gate([gated({ signatures: summaries })])));
}

test("a summary that keeps to every pin stands for the signature, and the verdict says so", async () => {
  assert.deepEqual(await judge([vsa()]), ["allow", "pass", ["SUMMARY_ACCEPTED"]]);
  // With the evidence itself, nobody's word is needed.
  assert.deepEqual(await judge([vsa(), signature()]), ["allow", "pass", []]);
});

test("it stands for an attestation, too", async () => {
  const rule = {
    kind: "attestation",
    predicateType: "https://slsa.dev/provenance/v1",
    signers: ["build"],
    orSummary: pins,
  };
  const [outcome] = summary(await evaluateRule(rule, gate([gated({ signatures: [vsa()] })])));
  assert.equal(outcome, "allow");
});

for (const pin of Object.keys(pins)) {
  test(`a policy without the pin ${pin} is refused`, async () => {
    const { [pin as keyof typeof pins]: _, ...rest } = pins;
    const rule = { id: "r", kind: "signature", signers: "any", orSummary: rest };
    await assert.rejects(policyOf([rule]), { code: "POLICY_INVALID_VALUE" });
  });
}
for (const empty of [
  { signers: "any" },
  { signers: [] },
  { verifiers: [] },
  { resources: [] },
  { levels: [] },
]) {
  test(`no pin may be open: ${JSON.stringify(empty)}`, async () => {
    const rule = { id: "r", kind: "signature", signers: "any", orSummary: { ...pins, ...empty } };
    await assert.rejects(policyOf([rule]), { code: "POLICY_INVALID_VALUE" });
  });
}

const misses: readonly [string, ReturnType<typeof vsa>][] = [
  ["another signer", vsa({}, { identity: "intern" })],
  ["another verifier", vsa({ "vsa.verifier.id": "https://ci.example/gate2" })],
  ["another resource", vsa({ "vsa.resourceUri": "pkg:generic/other" })],
  ["one level missing", vsa({ "vsa.verifiedLevels": ["SLSA_BUILD_LEVEL_3"] })],
  ["a lower level", vsa({ "vsa.verifiedLevels": ["SLSA_BUILD_LEVEL_1", "AIBOM_MODEL_SIGNED"] })],
  ["another track", vsa({ "vsa.verifiedLevels": ["SLSA_SOURCE_LEVEL_3", "AIBOM_MODEL_SIGNED"] })],
  ["failed", vsa({ "vsa.result": "FAILED", "vsa.verifiedLevels": [] })],
  ["too old", vsa({ "vsa.timeVerified": daysAgo(8).time.toISOString() })],
  ["of the future", vsa({ "vsa.timeVerified": daysAgo(-1).time.toISOString() })],
  ["without a time", vsa({ "vsa.timeVerified": [] })],
  ["about other bytes", vsa({}, { covers: ["README.md"] })],
  ["another predicate type", vsa({}, { predicateType: "https://example.com/vsa" })],
  ["signed as a model", vsa({}, { usage: "model" })],
];
for (const [name, each] of misses) {
  test(`not accepted: ${name}`, async () => {
    const [outcome, status, codes] = await judge([each]);
    assert.deepEqual([outcome, status], ["deny", "fail"]);
    assert.ok(codes.includes("SUMMARY_NOT_ACCEPTED"), codes.join());
  });
}

test("two summaries do not add up to one", async () => {
  const [level, verifier] = [misses[3]?.[1], misses[1]?.[1]];
  assert.ok(level !== undefined && verifier !== undefined);
  assert.equal((await judge([level, verifier]))[0], "deny");
});
