// SPDX-License-Identifier: Apache-2.0
// What holds for every rule kind about signatures, claims and data: evidence only ever helps, what is denied is seen
// wherever it stands, and order never matters.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { claim, computed, type Fact } from "../../src/model/fact.ts";
import { parsePackageUrl } from "../../src/model/parsed-package-url.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { GatedArtifact, GateInput } from "../../src/policy/rule.ts";
import { sampleComponents, sampleImage, sampleOsv, samplePackage } from "../../src/policy/sample-data.ts";
import type { Supplier } from "../../src/policy/suppliers.ts";
import { artifact, at, daysAgo, file, gated, hex, policyOf, signature } from "./gate-inputs.ts";

const vsa = "https://slsa.dev/verification_summary/v1";
const denied = `sha256:${hex("d")}`;

const summary = {
  signers: ["release", "security"],
  verifiers: ["https://v.example"],
  resources: ["pkg:**"],
  levels: ["SLSA_BUILD_LEVEL_1"],
  maxAge: "20d",
};

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
  { kind: "signature", signers: ["release", "security"], minSigners: 2, orSummary: summary },
  { kind: "attestation", predicateType: "https://example.com/p", signers: "any", orSummary: summary },
  { kind: "vulnerability", maxAge: "20d", vex: { signedBy: ["security"] }, onNone: "pass" },
  {
    kind: "vulnerability",
    maxAge: "20d",
    sources: ["osv", "vex"],
    dataSignedBy: ["release"],
    onNone: "pass",
  },
  { kind: "package", packages: ["pkg:pypi/torch"], ownsFiles: true, onNone: "pass" },
  { kind: "package", deny: ["pkg:pypi/evil"], onNone: "pass" },
  { kind: "kill-switch", onNone: "pass" },
  { kind: "image", references: "verified", user: "non-root", onNone: "pass" },
  { kind: "image", bases: { allow: ["base/**"] }, platforms: ["linux/*"], onNone: "pass" },
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
        { name: "vsa.verifier.id", value: "https://v.example" },
        { name: "vsa.resourceUri", value: "pkg:generic/tiny" },
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
    image: fc.option(fc.record({ user: fc.constantFrom("0", "7"), base: fc.constantFrom("base/a", "bad") })),
    packages: fc.subarray(["pkg:pypi/torch@1.0", "pkg:pypi/other@1.0"]),
  })
  .map(({ digit, signatures, image, packages, ...parts }): GatedArtifact => {
    const files = paths.map((path) => file(path, { digests: [{ algorithm: "sha256", hex: hex(digit) }] }));
    const known = packages.map((purl) => samplePackage({ purl }));
    const whole = artifact({ ...parts, files });
    const content = {
      ...whole,
      packages: known,
      ...(image === null
        ? {}
        : { images: [sampleImage({ ...image, digest: `sha256:${hex("1")}` }, "app", "README.md")] }),
    };
    return gated({ artifact: content, signatures, components: sampleComponents(known) });
  });

const suppliers: readonly Supplier[] = [
  { reviewed: "2026-11-01", id: "acme", country: "DE", signers: ["release"] },
  { reviewed: "2026-11-01", id: "owned", country: "DE", control: ["XX"], signers: ["security"] },
  { reviewed: "2026-11-01", id: "far", country: "XX", domains: ["far.example"] },
];

const record = {
  id: "X",
  affected: [
    {
      package: { ecosystem: "PyPI", name: "torch" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
    },
  ],
};

/** Advisories, and a VEX that excuses what they say. */
function vulnerabilities(artifacts: readonly GatedArtifact[], signatures: GatedArtifact["signatures"]) {
  const components = artifacts.flatMap((each) => each.components ?? []);
  const time = daysAgo(1).time.toISOString();
  const purl = parsePackageUrl("pkg:pypi/torch@1.0");
  const statement = {
    ids: ["X"],
    status: "not_affected" as const,
    severity: "high" as const,
    products: purl === undefined ? [] : [{ purl }],
    time,
  };
  const content = { format: "openvex" as const, time, statements: [statement] };
  const digest = { algorithm: "sha256" as const, hex: hex("f") };
  return {
    osv: { ...sampleOsv({ records: [record] }, components, at), signatures },
    vex: [{ name: "vex", digest, content, signatures }],
  };
}

const anyInput = fc
  .tuple(fc.array(anyArtifact, { minLength: 1, maxLength: 3 }), fc.array(anySignature, { maxLength: 2 }))
  .map(
    ([artifacts, signatures]): GateInput => ({
      artifacts,
      at,
      vulnerabilities: vulnerabilities(artifacts, signatures),
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
  const { suppliers: register, vulnerabilities: data } = input;
  return {
    ...input,
    artifacts: input.artifacts.map((each) => ({ ...each, signatures: change(each.signatures) })),
    ...(register === undefined
      ? {}
      : { suppliers: { ...register, signatures: change(register.signatures) } }),
    ...(data?.osv === undefined
      ? {}
      : {
          vulnerabilities: {
            osv: { ...data.osv, signatures: change(data.osv.signatures) },
            vex: data.vex.map((each) => ({ ...each, signatures: change(each.signatures) })),
          },
        }),
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
  [
    { kind: "kill-switch", onNone: "pass" },
    withFact(computed("kill_switch", { class: "maas-endpoint", name: "x.example", why: "x" }, readme)),
  ],
  [
    { kind: "image", references: "pinned", onNone: "pass" },
    withFact(computed("image", { reference: "app:latest", line: 1 }, readme)),
  ],
  [{ kind: "image", user: "non-root" }, (each) => withImage(each, { user: "0" })],
  [{ kind: "image", bases: { deny: ["bad"] } }, (each) => withImage(each, { base: "bad" })],
  [{ kind: "package", deny: ["pkg:pypi/evil"], onNone: "pass" }, (each) => withEvil(each)],
];

function withFact(fact: Fact): (each: GatedArtifact) => GatedArtifact {
  return (each) => ({
    ...each,
    artifact: { ...each.artifact, kind: "model", facts: [...each.artifact.facts, fact] },
  });
}

function withImage(each: GatedArtifact, image: object): GatedArtifact {
  return { ...each, artifact: { ...each.artifact, images: [sampleImage(image, "app", "README.md")] } };
}

function withEvil(each: GatedArtifact): GatedArtifact {
  const packages = [...(each.artifact.packages ?? []), samplePackage({ purl: "pkg:pypi/evil@1" })];
  return { ...each, artifact: { ...each.artifact, packages } };
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
