// SPDX-License-Identifier: Apache-2.0
// How other gates were passed without the evidence that they asked for, each by the advisory that names it, and that the
// same trick fails here. What verifiers missed below the policy is tested where signatures are verified.

import assert from "node:assert/strict";
import test from "node:test";
import { AibomError } from "../../src/errors.ts";
import { claim } from "../../src/model/fact.ts";
import type { Waiver } from "../../src/model/waiver.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { mintWaiver } from "../../src/verifiers/mint.ts";
import {
  artifact,
  at,
  daysAgo,
  evaluateRule,
  file,
  gate,
  gated,
  hex,
  policyOf,
  rejection,
  signature,
  summary,
} from "./gate-inputs.ts";

const provenance = "https://slsa.dev/provenance/v1";
const attested = (type: string, fields: object = {}) =>
  signature({ identity: "build", usage: "statement", predicateType: type, ...fields });
const wanted = { kind: "attestation", predicateType: provenance, signers: ["build"] };

test("CVE-2022-35929 (cosign): an attestation of another predicate type is none", async () => {
  for (const type of ["https://slsa.dev/provenance/v0.2", `${provenance}/`, provenance.toUpperCase(), ""]) {
    const input = gate([gated({ signatures: [attested(type), signature()] })]);
    assert.deepEqual(summary(await evaluateRule(wanted, input)), ["deny", "fail", ["ATTESTATION_MISSING"]]);
  }
});

test("CVE-2022-35930 (policy-controller): with no matching attestation the policy does not pass", async () => {
  assert.equal((await evaluateRule(wanted, gate([gated()]))).outcome, "deny");
  // A good signature over the artifact does not make up for it.
  assert.equal((await evaluateRule(wanted, gate([gated({ signatures: [signature()] })]))).outcome, "deny");
});

test("CVE-2026-39395 (cosign): an attestation that cannot be read is a failure, and is listed", async () => {
  const rejected = [rejection({ signature: "att.jsonl", code: "PREDICATE_MALFORMED", args: {} })];
  assert.equal((await evaluateRule(wanted, gate([gated({ rejected })]))).outcome, "deny");
});

test("CVE-2025-25204 (gh): a predicate type that nothing matches is an error for the caller", async () => {
  const rule = { ...wanted, predicateType: "https://example.com/none" };
  const verdict = await evaluateRule(rule, gate([gated({ signatures: [attested(provenance)] })]));
  assert.deepEqual([verdict.outcome, verdict.rules[0]?.findings.length], ["deny", 1]);
});

test("CVE-2025-29778 (kyverno): a constraint that is not known is refused, not ignored", async () => {
  for (const key of ["subjectRegExp", "issuerRegExp", "signer", "minsigners"]) {
    const rule = { id: "r", kind: "signature", signers: ["release"], [key]: "^https://ours$" };
    await assert.rejects(policyOf([rule]), { code: "POLICY_UNKNOWN_KEY" }, key);
  }
});

test("CVE-2024-23332 (notation): an old release, well signed, is below the floor", async () => {
  const facts = [claim("version", "1.0", { path: "README.md" })];
  const old = gated({ artifact: artifact({ facts }), signatures: [signature({ times: [daysAgo(400)] })] });
  const floor = { kind: "component", minVersion: "1.1" };
  assert.deepEqual(summary(await evaluateRule(floor, gate([old])))[2], ["COMPONENT_NOT_AS_DEMANDED"]);
  const recent = { kind: "signature", signers: ["release"], maxAge: "180d" };
  assert.deepEqual(summary(await evaluateRule(recent, gate([old])))[2], ["SIGNATURE_NOT_AS_DEMANDED"]);
});

test("CVE-2026-49834 (sigstore-go): one signer does not meet a threshold of two, under any two names", async () => {
  const two = { kind: "signature", signers: "any", minSigners: 2 };
  const same = [signature(), signature({ scheme: "sigstore" })];
  assert.equal((await evaluateRule(two, gate([gated({ signatures: same })]))).outcome, "deny");
  const renamed = [signature({ keyId: "k" }), signature({ identity: "security", keyId: "k" })];
  assert.equal((await evaluateRule(two, gate([gated({ signatures: renamed })]))).outcome, "deny");
  const both = [signature(), signature({ identity: "security" })];
  assert.equal((await evaluateRule(two, gate([gated({ signatures: both })]))).outcome, "allow");
});

const denied = { id: "no-pickle", kind: "format", deny: ["pickle"] };
const pickles = ["1", "2", "3"].map((digit) =>
  file(`${digit}.pkl`, {
    format: "pickle",
    status: "described",
    digests: [{ algorithm: "sha256", hex: hex(digit) }],
  }),
);
const pickled = gate([gated({ artifact: artifact({ files: pickles }) })]);

const waiverText = {
  policy: "test",
  rule: "no-pickle",
  subject: "file",
  sha256: hex("1"),
  reason: "known",
  ticket: "T-1",
  issuedAt: "2026-11-01T00:00:00Z",
  notAfter: "2026-12-01T00:00:00Z",
  path: "w",
  signer: { identity: "officer", keyId: "k", algorithm: "ed25519", method: "key" },
} as const;
const waiver = (fields: Partial<Waiver>) => mintWaiver({ ...waiverText, ...fields });

test("GHSA-qjvc-p88j-j9rm (kyverno): an exception that nobody verified is refused", async () => {
  const policy = await policyOf([denied]);
  const forged = { ...waiverText, subject: "artifact", sha256: hex("b") } as unknown as Waiver;
  assert.throws(() => evaluatePolicy(policy, { ...pickled, waivers: [forged] }), {
    code: "POLICY_EVIDENCE_FORGED",
  });
  const elsewhere = waiver({ policy: "another", subject: "artifact", sha256: hex("b") });
  assert.equal(evaluatePolicy(policy, { ...pickled, waivers: [elsewhere] }).outcome, "deny");
});

test("GHSA-gg4x-fgg2-h9w9 (kyverno): two exceptions together are no wider than each", async () => {
  const policy = await policyOf([denied]);
  const waivers = [waiver({ sha256: hex("1") }), waiver({ sha256: hex("2") })];
  assert.equal(evaluatePolicy(policy, { ...pickled, waivers }).outcome, "deny");
});

test("GHSA-pmwq-pjrm-6p5r (in-toto): patterns that tools read differently are refused", async () => {
  for (const path of ["[!a]*", "[^a]*", "!secret", "{a,b}", "a\\*"]) {
    const rule = { id: "r", kind: "complete", scope: { path } };
    await assert.rejects(policyOf([rule]), { code: "POLICY_INVALID_VALUE" }, path);
  }
});

test("GHSA-r2xv-vpr2-42m9 (slsa-verifier): an attestation about one file says nothing about another", async () => {
  const one = attested(provenance, { covers: ["README.md"] });
  const input = gate([gated({ signatures: [one] })]);
  assert.deepEqual(summary(await evaluateRule(wanted, input))[2], ["ATTESTATION_NOT_COVERING"]);
});

test("vacuous truth (ampel AllowEmptySetChains, kyverno all() over nothing): nothing checked is no pass", async () => {
  const rule = { kind: "signature", signers: ["release"] };
  assert.equal((await evaluateRule(rule, gate([]))).outcome, "deny");
  assert.equal(
    (await evaluateRule(rule, gate([gated({ artifact: artifact({ files: [] }) })]))).outcome,
    "deny",
  );
  const all = { kind: "assert", assert: "files.all(f, f.size > 0)", scope: { name: "nobody" } };
  assert.equal((await evaluateRule(all, gate([gated()]))).outcome, "deny");
  assert.equal((await evaluateRule({ ...all, minMatches: 0 }, gate([gated()]))).outcome, "deny");
});

test("CVE-2026-44310 (gitsign): what breaks inside a check is no pass", async () => {
  const broken = { kind: "assert", assert: "claims[99].name == 'x'" };
  assert.equal((await evaluateRule(broken, gate([gated()]))).outcome, "undecided");
  const policy = await policyOf([{ id: "r", kind: "signature", signers: "any" }], { expires: "2020-01-01" });
  assert.throws(() => evaluatePolicy(policy, { artifacts: [gated()], at }), AibomError);
});
