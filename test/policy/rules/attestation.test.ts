// SPDX-License-Identifier: Apache-2.0
// Rule kind `attestation`: who attested what about which files, and what they said.

import assert from "node:assert/strict";
import test from "node:test";
import {
  artifact,
  daysAgo,
  evaluateRule,
  gate,
  gated,
  type SignatureParts,
  signature,
  summary,
} from "../gate-inputs.ts";

const predicateType = "https://slsa.dev/provenance/v1";
const rule = { kind: "attestation", predicateType, signers: ["build"] };
const claims = [
  { name: "slsa.builder.id", value: "https://builder.example" },
  { name: "slsa.dependency", value: "one" },
  { name: "slsa.dependency", value: "two" },
  { name: "test.passed", value: true },
];

const attested = (parts: SignatureParts = {}) =>
  signature({ identity: "build", usage: "statement", predicateType, claims, ...parts });
const judge = async (demanded: object, ...signatures: readonly ReturnType<typeof attested>[]) =>
  summary(await evaluateRule({ ...rule, ...demanded }, gate([gated({ signatures })])));

test("passes when a named identity attested every file", async () => {
  assert.deepEqual(await judge({}, attested()), ["allow", "pass", []]);
  assert.deepEqual(await judge({ signers: "any" }, attested({ identity: "x" })), ["allow", "pass", []]);
});

test("a model signature is no attestation, nor is another predicate type", async () => {
  const missing = ["deny", "fail", ["ATTESTATION_MISSING"]];
  assert.deepEqual(await judge({}), missing);
  assert.deepEqual(await judge({}, signature({ identity: "build" })), missing);
  assert.deepEqual(await judge({}, attested({ predicateType: `${predicateType}x` })), missing);
});

test("another signer does not count", async () => {
  assert.deepEqual(await judge({}, attested({ identity: "evil" })), [
    "deny",
    "fail",
    ["ATTESTATION_SIGNER_NOT_ALLOWED"],
  ]);
});

test("files that it leaves out are named; several attestations together cover more", async () => {
  const one = attested({ covers: ["README.md"] });
  const other = attested({ covers: ["model.safetensors"] });
  assert.deepEqual((await judge({}, one))[2], ["ATTESTATION_NOT_COVERING"]);
  assert.deepEqual((await judge({}, one, other))[0], "allow");
  assert.deepEqual((await judge({ scope: { path: "*.md" } }, one))[1], "pass");
});

test("claims: one value, one of several, a list, a type", async () => {
  for (const [demanded, outcome] of [
    [{ "slsa.builder.id": "https://builder.example" }, "pass"],
    [{ "slsa.builder.id": ["https://other.example", "https://builder.example"] }, "pass"],
    [{ "slsa.builder.id": "https://builder.example.evil" }, "fail"],
    [{ "slsa.dependency": "two" }, "pass"],
    [{ "slsa.dependency": "three" }, "fail"],
    [{ "test.passed": true }, "pass"],
    [{ "test.passed": "true" }, "fail"],
    [{ "slsa.builder.id": "https://builder.example", "test.passed": false }, "fail"],
    [{ constructor: "x" }, "fail"],
  ] as const) {
    const [, status, codes] = await judge({ claims: demanded }, attested());
    assert.equal(status, outcome, JSON.stringify(demanded));
    assert.deepEqual(codes, outcome === "pass" ? [] : ["ATTESTATION_CLAIM_DIFFERS"]);
  }
});

test("the demands are met by one attestation, not by two halves", async () => {
  const demanded = { claims: { a: 1, b: 2 } };
  const half = (name: string, value: number) => attested({ claims: [{ name, value }] });
  assert.equal((await judge(demanded, half("a", 1), half("b", 2)))[1], "fail");
  const whole = attested({ claims: [...half("a", 1).claims, ...half("b", 2).claims] });
  assert.equal((await judge(demanded, half("a", 1), whole))[1], "pass");
});

test("undecided when the artifact was not read completely; matching nothing fails", async () => {
  const input = gate([gated({ artifact: artifact({ complete: false }), signatures: [attested()] })]);
  assert.equal(summary(await evaluateRule(rule, input))[1], "undecided");
  assert.equal((await judge({ scope: { name: "other*" } }, attested()))[1], "fail");
});

const provenance = [
  { name: "slsa.builder.id", value: "https://github.com/actions/runner/github-hosted" },
  { name: "slsa.source.uri", value: "https://github.com/acme/weights" },
  { name: "slsa.source.ref", value: "refs/tags/v1.2" },
  { name: "vuln.critical", value: 0 },
  { name: "vuln.high", value: 3 },
  { name: "slsa.finishedOn", value: "2026-11-20T00:00:00.000Z" },
];

test("builder, source, fields and age", async () => {
  const cases: [object, boolean][] = [
    [{ builder: ["https://github.com/actions/runner/*"] }, true],
    [{ builder: ["https://gitlab.com/**"] }, false],
    [{ source: { repository: ["https://github.com/acme/*"], ref: ["refs/tags/v*"] } }, true],
    [{ source: { repository: ["https://github.com/*"] } }, false],
    [{ source: { ref: ["refs/heads/main"] } }, false],
    [{ fields: { "vuln.critical": { max: 0 } } }, true],
    [{ fields: { "vuln.high": { max: 0 } } }, false],
    [{ fields: { "vuln.high": { min: 1, max: 3 } } }, true],
    [{ fields: { "vuln.low": { max: 9 } } }, false],
    [{ fields: { "vuln.low": { absent: true } } }, true],
    [{ fields: { "vuln.high": { absent: true } } }, false],
    [{ fields: { "vuln.high": { matches: ["*"] } } }, false],
    [{ fields: { "slsa.builder.id": { min: 0 } } }, false],
    [{ maxAge: "5d", ageOf: "slsa.finishedOn" }, true],
    [{ maxAge: "3d", ageOf: "slsa.finishedOn" }, false],
    [{ maxAge: "3d", ageOf: "slsa.startedOn" }, false],
    [{ maxAge: "3d", ageOf: "slsa.builder.id" }, false],
    [{ maxAge: "3d" }, true],
    [{ maxAge: "1d" }, false],
    [{ trustedTime: ["transparency-log"] }, false],
    [{ transparencyLog: true }, false],
  ];
  for (const [demand, isMet] of cases) {
    const seen = await judge(demand, attested({ claims: provenance, times: [daysAgo(2)] }));
    const expected = isMet ? ["allow", "pass", []] : ["deny", "fail", ["ATTESTATION_CLAIM_DIFFERS"]];
    assert.deepEqual(seen, expected, JSON.stringify(demand));
  }
});

test("a build level is what a summary that passed states", async () => {
  const type = "https://slsa.dev/verification_summary/v1";
  const summaryOf = (result: string, ...levels: string[]) =>
    attested({
      predicateType: type,
      claims: [
        { name: "vsa.result", value: result },
        ...levels.map((value) => ({ name: "vsa.verifiedLevels", value })),
      ],
    });
  const demanded = { predicateType: type, minBuildLevel: 2 };
  for (const [evidence, isMet] of [
    [summaryOf("PASSED", "SLSA_BUILD_LEVEL_2"), true],
    [summaryOf("PASSED", "SLSA_SOURCE_LEVEL_3", "SLSA_BUILD_LEVEL_3"), true],
    [summaryOf("PASSED", "SLSA_BUILD_LEVEL_1"), false],
    [summaryOf("PASSED", "SLSA_SOURCE_LEVEL_3"), false],
    [summaryOf("FAILED", "SLSA_BUILD_LEVEL_3"), false],
    [summaryOf("PASSED"), false],
  ] as const) {
    assert.equal((await judge(demanded, evidence))[1], isMet ? "pass" : "fail");
  }
  await assert.rejects(judge({ minBuildLevel: 2 }), { code: "POLICY_INVALID_VALUE" });
  await assert.rejects(judge({ ageOf: "slsa.finishedOn" }), { code: "POLICY_INVALID_VALUE" });
});

test("the miss that is named does not depend on the order of attestations", async () => {
  const signatures = ["b", "a"].map((value) => attested({ claims: [{ name: "slsa.builder.id", value }] }));
  const input = (order: typeof signatures) => gate([gated({ signatures: order })]);
  const demanded = { ...rule, builder: ["c"] };
  assert.deepEqual(
    await evaluateRule(demanded, input(signatures)),
    await evaluateRule(demanded, input(signatures.toReversed())),
  );
});
