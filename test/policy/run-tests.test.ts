// SPDX-License-Identifier: Apache-2.0
// The cases of a policy: what they describe, what they cover, and that nothing of them counts elsewhere.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { runPolicyTests, uncovered } from "../../src/policy/run-tests.ts";
import { sampleInput } from "../../src/policy/sample.ts";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, policyOf } from "./gate-inputs.ts";

const rules = [
  { id: "signed", kind: "signature", signers: ["release"] },
  {
    id: "built",
    kind: "attestation",
    signers: ["ci"],
    predicateType: "https://slsa.dev/provenance/v1",
    claims: { a: 1 },
  },
  { id: "in-bom", kind: "bom-match", signedBy: ["release"] },
  { id: "licences", kind: "license", allow: ["MIT"] },
  { id: "no-pickle", kind: "format", deny: ["pickle"] },
  { id: "hashes", kind: "digest", allow: ["sha512"] },
  { id: "content", kind: "content" },
  { id: "complete", kind: "complete", opaque: "fail" },
];
const good = {
  files: [{ path: "m.safetensors", format: "safetensors" }],
  licenses: ["MIT"],
  signatures: [
    { signer: "release", hash: "sha512" },
    { signer: "ci", predicateType: "https://slsa.dev/provenance/v1", claims: { a: 1 } },
  ],
  inBom: true,
};
const bad = {
  files: [{ path: "m.pkl", format: "pickle", findings: ["PICKLE_DANGEROUS_IMPORT"] }, { path: "x" }],
  licenses: ["GPL-3.0-only"],
};
const passing = Object.fromEntries(rules.map(({ id }) => [id, "pass"]));
const failing = Object.fromEntries(rules.map(({ id }) => [id, "fail"]));
const cases = [
  { name: "good", artifacts: [good], bom: { signers: ["release"] }, expect: passing, outcome: "allow" },
  { name: "bad", artifacts: [bad], expect: failing, outcome: "deny" },
  {
    name: "unread",
    artifacts: [{ ...good, files: [{ path: "m.safetensors", format: "safetensors", status: "unverified" }] }],
    bom: { signers: ["release"] },
    expect: { complete: "undecided" },
    outcome: "undecided",
  },
];

test("cases describe evidence of every kind, and together they cover every rule", async () => {
  const report = runPolicyTests(await policyOf(rules, { tests: cases }), at);
  assert.deepEqual(
    report.results,
    cases.map(({ name }) => ({ name, misses: [] })),
  );
  assert.deepEqual(uncovered(report), []);
});

test("a case that does not hold says what it got; a gap says which rule", async () => {
  const tests = [
    { name: "x", artifacts: [good], expect: { signed: "fail", sined: "fail" }, outcome: "allow" },
  ];
  const report = runPolicyTests(await policyOf(rules, { tests }), at);
  assert.deepEqual(report.results[0]?.misses, [
    { what: "signed", expected: "fail", got: "pass" },
    { what: "sined", expected: "fail", got: "no such rule" },
    { what: "outcome", expected: "allow", got: "deny" },
  ]);
  assert.equal(uncovered(report).length, rules.length);
});

test("the evidence of a case is refused by the gate", async () => {
  const policy = await policyOf(rules);
  const input = sampleInput({ artifacts: [good as never], bom: { signers: ["release"] } }, at);
  assert.throws(() => evaluatePolicy(policy, input), { code: "POLICY_EVIDENCE_FORGED" });
});

test("a case in an environment, and one that names none", async () => {
  const environments = { production: "enforce", staging: "warn" };
  const [, unsigned] = cases;
  const tests = [{ ...unsigned, env: "staging", outcome: "allow" }];
  const report = runPolicyTests(await policyOf(rules, { environments, tests }), at);
  assert.deepEqual(report.results[0]?.misses, []);
  const without = await policyOf(rules, { environments, tests: cases });
  assert.throws(() => runPolicyTests(without, at), { code: "POLICY_ENVIRONMENT_MISSING" });
});

test("a misspelt code, key or status in a case is an error", async () => {
  const withCase = (artifact: object, more: object = { outcome: "deny" }) =>
    policyOf(rules, { tests: [{ name: "x", artifacts: [artifact], ...more }] });
  await assert.rejects(withCase({ files: [{ path: "x", findings: ["PICKLE_DANGEROUS_IMPOT"] }] }), {
    code: "POLICY_UNKNOWN_NAME",
  });
  await assert.rejects(withCase({ fils: [] }), { code: "POLICY_UNKNOWN_KEY", message: /did you mean files/ });
  await assert.rejects(withCase({}, { expect: { signed: "passed" } }), { code: "POLICY_INVALID_VALUE" });
  await assert.rejects(withCase({}, {}), { code: "POLICY_INVALID_VALUE" });
});

test("the command: 0, 1 on a miss, 1 on a gap if asked, 1 without cases, 2 on an invalid policy", async (t) => {
  const directory = temporaryDirectory(t);
  const run = async (content: object, ...flags: string[]) => {
    const path = join(directory, "policy.json");
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: "aibom/policy/v1", name: "x", rules: rules.slice(4, 5), ...content }),
    );
    return aibom(["policy", "test", path, ...flags]);
  };
  const one = { name: "p", artifacts: [{ files: [{ path: "m.pkl", format: "pickle" }] }], outcome: "deny" };
  const holds = await run({ tests: [one] });
  assert.equal(holds.code, 0, holds.stderr);
  assert.match(holds.stdout, /1 of 1 cases hold; 0 of 1 rules covered\n {6}no-pickle: never seen to pass/);
  assert.equal((await run({ tests: [one] }, "--require-coverage")).code, 1);
  assert.equal((await run({ tests: [{ ...one, outcome: "allow" }] })).code, 1);
  assert.equal((await run({})).code, 1);
  assert.equal((await run({ rules: [] })).code, 2);
  const json = JSON.parse((await run({ tests: [one] }, "--format", "json")).stdout);
  assert.deepEqual(json.coverage, [{ rule: "no-pickle", passed: 0, failed: 1 }]);
});

test("packages, advisories, suppliers and images: their rules are seen passing and failing", async () => {
  const own = [
    {
      id: "runtime",
      kind: "package",
      packages: ["pkg:pypi/vllm"],
      versions: { min: "0.9.0" },
      ownsFiles: true,
    },
    { id: "patched", kind: "vulnerability", maxAge: "7d" },
    { id: "origin", kind: "origin", allow: ["DE"] },
    { id: "images", kind: "image", platforms: ["linux/*"], user: "non-root", bases: { allow: ["base/**"] } },
  ];
  const records = [
    {
      id: "X-1",
      affected: [
        {
          package: { ecosystem: "PyPI", name: "vllm" },
          ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "0.9.0" }] }],
        },
      ],
    },
  ];
  const entries = [{ id: "acme", country: "DE", signers: ["release"] }];
  const sample = (version: string, signer: string, image: object) => ({
    artifacts: [
      {
        kind: "image",
        packages: [{ purl: `pkg:pypi/vllm@${version}` }],
        signatures: [{ signer }],
        image,
      },
    ],
    osv: { signers: ["security"], records },
    suppliers: { signers: ["office"], entries },
  });
  const expectAll = (status: string) => Object.fromEntries(own.map(({ id }) => [id, status]));
  const tests = [
    {
      name: "good",
      ...sample("0.10.1", "release", { user: "1000", base: "base/python" }),
      expect: expectAll("pass"),
    },
    { name: "bad", ...sample("0.8.5", "intern", { user: "0" }), expect: expectAll("fail") },
  ];
  const report = runPolicyTests(await policyOf(own, { tests }), at);
  assert.deepEqual(
    report.results.map(({ misses }) => misses),
    [[], []],
  );
  assert.deepEqual(uncovered(report), []);
});
