// SPDX-License-Identifier: Apache-2.0
// What holds for every rule kind about signatures, claims and data: evidence only ever helps, what is denied is seen
// wherever it stands, and order never matters.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { claim, computed, type Fact } from "../../src/model/fact.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { GatedArtifact, GateInput } from "../../src/policy/rule.ts";
import type { Supplier } from "../../src/policy/suppliers.ts";
import { artifact, at, daysAgo, file, gated, hex, policyOf, signature } from "./gate-inputs.ts";

const vsa = "https://slsa.dev/verification_summary/v1";
const denied = `sha256:${hex("d")}`;

const rules = [
  { kind: "signature", signers: "any", trustedTime: "any" },
  { kind: "signature", signers: "any", maxAge: "20d", minSigners: 2 },
  { kind: "signature", signers: "any", schemes: ["sigstore"], transparencyLog: true },
  { kind: "attestation", predicateType: vsa, signers: "any", minBuildLevel: 2 },
  {
    kind: "attestation",
    predicateType: vsa,
    signers: ["release"],
    fields: { "vsa.result": { matches: ["P*"] } },
  },
  { kind: "freshness", signers: "any", maxAge: "20d" },
  { kind: "digest", deny: [denied] },
  { kind: "digest", pinned: [`sha256:${hex("a")}`, denied] },
  { kind: "component", minVersion: "1" },
  { kind: "lineage", allow: ["a", "b", "c"], bases: "signed", onNone: "pass" },
  { kind: "lineage", deny: ["bad"], onNone: "pass" },
  { kind: "dataset", require: ["licensed"], onNone: "pass" },
  { kind: "dataset", sensitiveData: "deny", evidence: "claim", onNone: "pass" },
  { kind: "origin", allow: ["DE"] },
  { kind: "origin", deny: ["XX"], registerSignedBy: ["security"] },
  { kind: "imports", deny: ["os.*"] },
  { kind: "completeness", require: ["license"] },
  { kind: "license", denyClauses: ["geo-exclusion"], texts: [`sha256:${hex("a")}`] },
  { kind: "assert", assert: "files.all(f, f.size < 100)", when: 'artifact.kind == "model"' },
];

async function policies(): Promise<readonly Policy[]> {
  const named = rules.map((rule, index) => ({ id: `r${index}`, ...rule }));
  const single = await Promise.all(named.map((rule) => policyOf([rule])));
  return [...single, await policyOf(named), await policyOf(named, { mode: "warn" })];
}

const paths = ["LICENSE", "README.md", "model.safetensors"];
const anySignature = fc
  .record({
    identity: fc.constantFrom("release", "security", "intern"),
    keyId: fc.constantFrom("k1", "k2", "k3"),
    usage: fc.constantFrom("model" as const, "statement" as const),
    covers: fc.subarray(paths, { minLength: 1 }),
    scheme: fc.constantFrom("oms" as const, "sigstore" as const),
    logEntries: fc.nat(1),
    times: fc.subarray([daysAgo(1), daysAgo(30), daysAgo(-1)]),
    level: fc.nat(3),
    result: fc.constantFrom("PASSED", "FAILED"),
  })
  .map(({ level, result, ...parts }) =>
    signature({
      ...parts,
      ...(parts.usage === "statement" ? { predicateType: vsa } : {}),
      claims: [
        { name: "vsa.result", value: result },
        { name: "vsa.verifiedLevels", value: `SLSA_BUILD_LEVEL_${level}` },
        { name: "vsa.timeVerified", value: daysAgo(level * 10).time.toISOString() },
      ],
    }),
  );

const readme = { path: "README.md" };
const harmless: readonly Fact[] = [
  claim("version", "1.2", readme),
  claim("license", "MIT", readme),
  claim("base_model", { name: "a" }, readme),
  claim("base_model", { name: "b" }, readme),
  claim("dataset", "c", readme),
  claim("sensitive_data", "none", readme),
  claim("url", "https://far.example/x", readme),
  computed("import", { module: "m", name: "f", verdict: "allowed", count: 1 }, { path: "model.safetensors" }),
];
const anyArtifact = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    kind: fc.constantFrom("model" as const, "dataset" as const),
    facts: fc.subarray([...harmless]),
    digit: fc.constantFrom("a", "d", "e"),
    complete: fc.boolean(),
    signatures: fc.array(anySignature, { maxLength: 5 }),
  })
  .map(({ digit, signatures, ...parts }): GatedArtifact => {
    const files = paths.map((path) => file(path, { digests: [{ algorithm: "sha256", hex: hex(digit) }] }));
    return gated({ artifact: artifact({ ...parts, files }), signatures });
  });

const suppliers: readonly Supplier[] = [
  { reviewed: "2026-11-01", id: "acme", country: "DE", signers: ["release"] },
  { reviewed: "2026-11-01", id: "owned", country: "DE", control: ["XX"], signers: ["security"] },
  { reviewed: "2026-11-01", id: "far", country: "XX", domains: ["far.example"] },
];
const anyInput = fc
  .tuple(fc.array(anyArtifact, { minLength: 1, maxLength: 3 }), fc.array(anySignature, { maxLength: 2 }))
  .map(
    ([artifacts, signatures]): GateInput => ({
      artifacts,
      at,
      suppliers: { digest: { algorithm: "sha256", hex: hex("f") }, suppliers, signatures },
    }),
  );

test("removing evidence never turns deny or undecided into allow", async () => {
  const all = await policies();
  const bits = fc.infiniteStream(fc.boolean());
  fc.assert(
    fc.property(anyInput, bits, fc.constantFrom(...all), (input, keep, policy) => {
      const some = <T>(items: readonly T[]): T[] => items.filter(() => keep.next().value);
      const less = changed(input, some);
      const rank = { deny: 0, undecided: 1, allow: 2 };
      const [before, after] = [evaluatePolicy(policy, input).outcome, evaluatePolicy(policy, less).outcome];
      assert.ok(rank[after] <= rank[before], `${before} became ${after}`);
    }),
    { numRuns: 2000 },
  );
});

/** The same input with every list of evidence changed. */
function changed(input: GateInput, change: <T>(items: readonly T[]) => T[]): GateInput {
  const { suppliers: register } = input;
  return {
    ...input,
    artifacts: input.artifacts.map((each) => ({ ...each, signatures: change(each.signatures) })),
    ...(register === undefined
      ? {}
      : { suppliers: { ...register, signatures: change(register.signatures) } }),
  };
}

test("order of artifacts, files, facts and evidence never matters", async () => {
  const policy = (await policies()).at(-2);
  assert.ok(policy !== undefined);
  fc.assert(
    fc.property(anyInput, fc.infiniteStream(fc.boolean()), (input, flips) => {
      const flip = <T>(items: readonly T[]): T[] => (flips.next().value ? [...items].reverse() : [...items]);
      const mixed = changed(input, flip);
      const artifacts = mixed.artifacts.map((each) => ({
        ...each,
        artifact: { ...each.artifact, files: flip(each.artifact.files), facts: flip(each.artifact.facts) },
      }));
      // Two artifacts that are alike in name, kind and manifest cannot be told apart by any order.
      const names = new Set(input.artifacts.map(({ artifact: { kind, name } }) => `${kind} ${name}`));
      fc.pre(names.size === input.artifacts.length);
      assert.deepEqual(
        evaluatePolicy(policy, { ...mixed, artifacts: flip(artifacts) }),
        evaluatePolicy(policy, input),
      );
    }),
    { numRuns: 300 },
  );
});

/** What each rule denies, as a fact or a digest that somebody adds to one artifact among others. */
const poison: readonly [object, (each: GatedArtifact) => GatedArtifact][] = [
  [
    { kind: "lineage", deny: ["bad"], onNone: "pass" },
    withFact(claim("base_model", { name: "bad" }, readme)),
  ],
  [{ kind: "dataset", deny: ["bad"], onNone: "pass" }, withFact(claim("dataset", "bad", readme))],
  [
    { kind: "imports", deny: ["os.*"] },
    withFact(computed("import", { module: "os", name: "system", verdict: "allowed", count: 1 }, readme)),
  ],
  [
    { kind: "license", denyClauses: ["geo-exclusion"], onUnknown: "warn" },
    withFact(computed("license.clause", { clause: "geo-exclusion", phrase: "x" }, readme)),
  ],
  [{ kind: "origin", deny: ["XX"] }, withFact(claim("url", "https://far.example", readme))],
  [{ kind: "digest", deny: [denied] }, withDigest(hex("d"))],
];

function withFact(fact: Fact): (each: GatedArtifact) => GatedArtifact {
  return (each) => ({
    ...each,
    artifact: { ...each.artifact, kind: "model", facts: [...each.artifact.facts, fact] },
  });
}

function withDigest(digest: string): (each: GatedArtifact) => GatedArtifact {
  return (each) => ({
    ...each,
    artifact: {
      ...each.artifact,
      files: [...each.artifact.files, file("added", { digests: [{ algorithm: "sha256", hex: digest }] })],
    },
  });
}

test("what is denied is seen in any artifact, however well the rest is signed", async () => {
  for (const [rule, add] of poison) {
    const policy = await policyOf([{ id: "r", ...rule }]);
    fc.assert(
      fc.property(anyInput, fc.nat(2), (input, index) => {
        const at = index % input.artifacts.length;
        const artifacts = input.artifacts.map((each, position) => (position === at ? add(each) : each));
        assert.equal(evaluatePolicy(policy, { ...input, artifacts }).outcome, "deny");
      }),
      { numRuns: 200 },
    );
  }
});
