// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";
import type { Rejection } from "../../../src/model/evidence.ts";
import { evaluatePolicy } from "../../../src/policy/evaluate.ts";
import {
  artifact,
  bom,
  daysAgo,
  evaluateRule,
  file,
  gate,
  gated,
  policyOf,
  rejection,
  signature,
  summary,
} from "../gate-inputs.ts";

const any = { kind: "signature", signers: "any" };
const two = { kind: "signature", signers: ["release", "security"], minSigners: 2 };

test("passes when a named identity covers every file", async () => {
  const input = gate([gated({ signatures: [signature()] })]);
  assert.deepEqual(summary(await evaluateRule(any, input)), ["allow", "pass", []]);
  assert.deepEqual(summary(await evaluateRule({ ...any, signers: ["release"] }, input)), [
    "allow",
    "pass",
    [],
  ]);
});

test("fails without an accepted signature, and counts the rejected ones", async () => {
  const verdict = await evaluateRule(any, gate([gated({ rejected: [rejection()] })]));
  assert.deepEqual(summary(verdict), ["deny", "fail", ["SIGNATURE_MISSING"]]);
  assert.equal(verdict.rules[0]?.findings[0]?.args["rejected"], "1, SIGNATURE_MISSING");
  assert.deepEqual(
    verdict.rules[0]?.remedy.map(({ action }) => action),
    ["restore-file", "sign-again"],
  );
});

test("a rejection that says nothing against the files has its own way out", async () => {
  const ways: readonly (readonly [Rejection["code"], readonly string[]])[] = [
    ["TRUST_USAGE_NOT_ALLOWED", ["allow-usage", "sign"]],
    ["TIMESTAMP_UNTRUSTED", ["import-clock", "sign"]],
    ["SIGSTORE_TIME_IN_FUTURE", ["check-time", "sign"]],
    ["CERTIFICATE_EXPIRED", ["sign"]],
    ["OMS_MODEL_DIFFERS", ["restore-file", "sign-again"]],
  ];
  for (const [code, actions] of ways) {
    const verdict = await evaluateRule(any, gate([gated({ rejected: [rejection({ code })] })]));
    assert.deepEqual(
      verdict.rules[0]?.remedy.map(({ action }) => action),
      actions,
      code,
    );
  }
});

test("a signature for another usage does not count", async () => {
  const input = gate([
    gated({ signatures: [signature({ usage: "bom" }), signature({ usage: "statement" })] }),
  ]);
  assert.deepEqual(summary(await evaluateRule(any, input)), ["deny", "fail", ["SIGNATURE_MISSING"]]);
});

test("fails when the signer is not named", async () => {
  const input = gate([gated({ signatures: [signature({ identity: "intern" })] })]);
  const rule = { kind: "signature", signers: ["release", "constructor", "__proto__"] };
  assert.deepEqual(summary(await evaluateRule(rule, input)), ["deny", "fail", ["SIGNER_NOT_ALLOWED"]]);
});

test("names are compared exactly", async () => {
  for (const identity of ["Release", "release ", "release2", "releas", "relea\u200bse"]) {
    const input = gate([gated({ signatures: [signature({ identity })] })]);
    const verdict = await evaluateRule({ kind: "signature", signers: ["release"] }, input);
    assert.equal(verdict.outcome, "deny", identity);
  }
});

test("fails when a file beside the signed ones is not covered, unless the scope leaves it out", async () => {
  const files = [file("README.md"), file("model.safetensors"), file("run.py")];
  const input = gate([gated({ artifact: artifact({ files }), signatures: [signature()] })]);
  const verdict = await evaluateRule(any, input);
  assert.deepEqual(summary(verdict), ["deny", "fail", ["SIGNATURE_NOT_COVERING"]]);
  assert.equal(verdict.rules[0]?.findings[0]?.args["path"], "run.py");
  const weights = { ...any, scope: { path: "**/*.safetensors" } };
  // The rule passes, and the added file is denied all the same: no other rule looked at it.
  assert.deepEqual(summary(await evaluateRule(weights, input)), ["deny", "pass", ["POLICY_FILES_UNCHECKED"]]);
});

test("two partial signatures by one signer add up, by two signers they do not", async () => {
  const part = (identity: string, path: string) => signature({ identity, covers: [path] });
  const one = gate([
    gated({ signatures: [part("release", "README.md"), part("release", "model.safetensors")] }),
  ]);
  assert.equal((await evaluateRule(any, one)).outcome, "allow");
  const both = gate([
    gated({ signatures: [part("release", "README.md"), part("security", "model.safetensors")] }),
  ]);
  assert.deepEqual(summary(await evaluateRule(any, both)), ["deny", "fail", ["SIGNATURE_NOT_COVERING"]]);
});

test("a signature that contradicts a file in scope adds to no other one", async () => {
  const one = signature({ covers: ["README.md"], contradicts: ["model.safetensors"] });
  const other = signature({ covers: ["model.safetensors"], contradicts: ["README.md"] });
  const mixed = gate([gated({ signatures: [one, other] })]);
  const verdict = await evaluateRule(any, mixed);
  assert.deepEqual(summary(verdict), ["deny", "fail", ["SIGNATURE_NOT_COVERING"]]);
  assert.equal(verdict.rules[0]?.findings[0]?.args["count"], 1);
  const whole = signature({ covers: ["README.md", "model.safetensors"] });
  assert.equal((await evaluateRule(any, gate([gated({ signatures: [one, whole] })]))).outcome, "allow");
  // Out of scope it may say what it likes.
  const files = [file("README.md")];
  const scoped = { ...any, scope: { path: "README.md" } };
  const partly = gate([gated({ artifact: artifact({ files }), signatures: [one] })]);
  assert.equal((await evaluateRule(scoped, partly)).outcome, "allow");
});

test("m of n needs distinct identities with distinct keys", async () => {
  const cases: [boolean, [string, string][]][] = [
    [
      true,
      [
        ["release", "k1"],
        ["security", "k2"],
      ],
    ],
    [
      false,
      [
        ["release", "k1"],
        ["release", "k2"],
      ],
    ],
    [
      false,
      [
        ["release", "k1"],
        ["security", "k1"],
      ],
    ],
    [
      true,
      [
        ["release", "k1"],
        ["release", "k2"],
        ["security", "k1"],
      ],
    ],
    [
      false,
      [
        ["release", "k1"],
        ["intern", "k2"],
      ],
    ],
  ];
  for (const [isEnough, signers] of cases) {
    const signatures = signers.map(([identity, keyId]) => signature({ identity, keyId }));
    const verdict = await evaluateRule(two, gate([gated({ signatures })]));
    assert.deepEqual(summary(verdict)[2], isEnough ? [] : ["SIGNERS_TOO_FEW"], JSON.stringify(signers));
  }
});

test("undecided when the artifact was not read completely", async () => {
  const input = gate([gated({ artifact: artifact({ complete: false }), signatures: [signature()] })]);
  assert.deepEqual(summary(await evaluateRule(any, input)), [
    "undecided",
    "undecided",
    ["ARTIFACT_INCOMPLETE"],
  ]);
});

test("matching nothing fails", async () => {
  const input = gate([gated({ signatures: [signature()] })]);
  const verdict = await evaluateRule({ ...any, scope: { name: "tinny" } }, input);
  assert.deepEqual(summary(verdict), ["deny", "fail", ["POLICY_ARTIFACT_UNCHECKED", "POLICY_NO_MATCH"]]);
});

test("the BOM: signed, signed by somebody else, unsigned, absent", async () => {
  const rules = [{ id: "b", kind: "signature", scope: { kind: "bom" }, signers: ["release"] }];
  const content = { id: "c", kind: "content" };
  const policy = await policyOf([...rules, content]);
  const artifacts = [gated()];
  const sign = (identity: string, usage: "bom" | "model" = "bom") =>
    bom({ signatures: [signature({ identity, usage })] });
  assert.equal(evaluatePolicy(policy, gate(artifacts, sign("release"))).outcome, "allow");
  assert.deepEqual(summary(evaluatePolicy(policy, gate(artifacts, sign("x"))))[2], ["SIGNER_NOT_ALLOWED"]);
  assert.deepEqual(summary(evaluatePolicy(policy, gate(artifacts, sign("release", "model"))))[2], [
    "SIGNATURE_MISSING",
  ]);
  assert.deepEqual(summary(evaluatePolicy(policy, gate(artifacts, bom())))[2], ["SIGNATURE_MISSING"]);
  assert.deepEqual(summary(evaluatePolicy(policy, gate(artifacts)))[2], ["POLICY_NO_MATCH"]);
  const optional = await policyOf([{ ...rules[0], minMatches: 0 }, content]);
  const verdict = evaluatePolicy(optional, gate(artifacts));
  assert.deepEqual([verdict.outcome, verdict.rules[0]?.status], ["allow", "not-applicable"]);
});

test("demands on a single signature: time, log, age, scheme", async () => {
  const timed = signature({ times: [daysAgo(10)] });
  const logged = signature({ logEntries: 1, times: [daysAgo(3, "transparency-log")], scheme: "sigstore" });
  const cases: [object, ReturnType<typeof signature>, boolean][] = [
    [{ trustedTime: "any" }, signature(), false],
    [{ trustedTime: "any" }, timed, true],
    [{ trustedTime: ["transparency-log"] }, timed, false],
    [{ trustedTime: ["transparency-log"] }, logged, true],
    [{ transparencyLog: true }, timed, false],
    [{ transparencyLog: true }, logged, true],
    [{ maxAge: "10d" }, timed, true],
    [{ maxAge: "239h" }, timed, false],
    [{ maxAge: "10d" }, signature(), false],
    [{ maxAge: "10d" }, signature({ times: [daysAgo(-1)] }), false],
    [{ maxAge: "10d" }, signature({ times: [daysAgo(1), daysAgo(11)] }), false],
    [{ schemes: ["oms"] }, logged, false],
    [{ schemes: ["oms", "sigstore"] }, logged, true],
  ];
  for (const [demand, evidence, isMet] of cases) {
    const verdict = await evaluateRule({ ...any, ...demand }, gate([gated({ signatures: [evidence] })]));
    const expected = isMet ? ["allow", "pass", []] : ["deny", "fail", ["SIGNATURE_NOT_AS_DEMANDED"]];
    assert.deepEqual(summary(verdict), expected, JSON.stringify(demand));
  }
});

test("a signature that does not count is not counted among several, nor against them", async () => {
  const rule = { kind: "signature", signers: "any", minSigners: 2, maxAge: "5d" };
  const fresh = (identity: string) => signature({ identity, times: [daysAgo(1)] });
  const old = signature({ identity: "old", times: [daysAgo(50)] });
  const two = gate([gated({ signatures: [old, fresh("a"), fresh("b")] })]);
  assert.deepEqual(summary(await evaluateRule(rule, two)), ["allow", "pass", []]);
  const one = gate([gated({ signatures: [old, fresh("a")] })]);
  assert.deepEqual(summary(await evaluateRule(rule, one))[2], ["SIGNERS_TOO_FEW"]);
});

test("demands hold for the BOM's signature, too", async () => {
  const rule = { kind: "signature", scope: { kind: "bom" }, signers: "any", trustedTime: "any" };
  const unproven = bom({ signatures: [signature({ usage: "bom" })] });
  assert.deepEqual((await evaluateRule(rule, gate([gated()], unproven))).rules[0]?.status, "fail");
  const proven = bom({ signatures: [signature({ usage: "bom", times: [daysAgo(1)] })] });
  assert.deepEqual((await evaluateRule(rule, gate([gated()], proven))).rules[0]?.status, "pass");
});
