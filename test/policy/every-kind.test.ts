// SPDX-License-Identifier: Apache-2.0
// Every rule kind passes, fails, is undecided and matches nothing. A new kind has no place in this table yet, and that fails.

import assert from "node:assert/strict";
import test from "node:test";
import type { Artifact } from "../../src/model/artifact.ts";
import { claim, computed, type Fact } from "../../src/model/fact.ts";
import { finding } from "../../src/model/finding.ts";
import type { Package, PackageIntegrity } from "../../src/model/package.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import type { PolicyRule } from "../../src/policy/policy.ts";
import type { GatedArtifact, GateInput } from "../../src/policy/rule.ts";
import { ruleKinds } from "../../src/policy/rules/index.ts";
import { OsvExport, osvKey } from "../../src/vulnerabilities/osv.ts";
import {
  type ArtifactParts,
  artifact,
  bom,
  bomDigests,
  daysAgo,
  file,
  gate,
  gated,
  hex,
  policyOf,
  type SignatureParts,
  signature,
} from "./gate-inputs.ts";

const readme = { path: "README.md" };
const vsa = "https://slsa.dev/verification_summary/v1";

interface Side {
  readonly artifact?: ArtifactParts;
  readonly signatures?: readonly SignatureParts[];
  readonly gated?: Partial<GatedArtifact>;
  readonly input?: Partial<GateInput>;
}

interface Case {
  readonly rule: object;
  readonly pass: Side;
  readonly fail: Side;
}

const withFacts = (...facts: Fact[]): Side => ({ artifact: { facts } });
const statement = (predicateType: string, ...claims: [string, string][]): Side => ({
  signatures: [
    { usage: "statement", predicateType, claims: claims.map(([name, value]) => ({ name, value })) },
  ],
});

const register = {
  digest: { algorithm: "sha256", hex: hex("f") },
  suppliers: [{ id: "acme", country: "DE", reviewed: "2026-01-01", signers: ["release"] }],
  signatures: [signature({ identity: "office" })],
} as const;

function osv(version: string): Side {
  const records = new OsvExport(new Set([osvKey("PyPI", "torch")]));
  const modified = daysAgo(1).time.toISOString();
  const events = [{ introduced: "0" }, { fixed: "2.0" }];
  const affected = [
    { package: { ecosystem: "PyPI", name: "torch" }, ranges: [{ type: "ECOSYSTEM", events }] },
  ];
  assert.ok(records.add({ id: "X", modified, affected }));
  const data = { name: "osv", digest: register.digest, records, signatures: [signature()] };
  return {
    gated: { components: [{ name: "torch", purl: `pkg:pypi/torch@${version}`, isSoftware: true }] },
    input: { vulnerabilities: { osv: data, vex: [] } },
  };
}

function withPackage(version: string, integrity: Partial<PackageIntegrity> = {}): Artifact {
  const counts = { matching: 9, weak: 0, modified: 0, missing: 0, unstated: 1, ...integrity };
  const found: Package = {
    type: "pypi",
    name: "vllm",
    version,
    purl: `pkg:pypi/vllm@${version}`,
    state: "installed",
    catalog: "python",
    licenses: [],
    hashes: [],
    foundAt: [{ path: "README.md" }],
    owned: [],
    dependsOn: [],
    integrity: counts,
  };
  return { ...artifact(), packages: [found] };
}

/** In the order of the index. */
const cases: Readonly<Record<PolicyRule["kind"], Case>> = {
  signature: { rule: { signers: ["release"] }, pass: { signatures: [{}] }, fail: {} },
  attestation: {
    rule: { predicateType: "https://example.com/p", signers: ["release"] },
    pass: statement("https://example.com/p"),
    fail: statement("https://example.com/q"),
  },
  "bom-match": {
    rule: {},
    pass: { gated: { digests: [bomDigests()] }, input: { bom: bom() } },
    fail: { input: { bom: bom() } },
  },
  license: {
    rule: { allow: ["MIT"] },
    pass: { artifact: { licenses: ["MIT"] } },
    fail: { artifact: { licenses: ["GPL-3.0-only"] } },
  },
  format: {
    rule: { deny: ["pickle"] },
    pass: {},
    fail: { artifact: { files: [file("x.pkl", { format: "pickle", status: "described" })] } },
  },
  digest: {
    rule: { deny: [`sha256:${hex("d")}`] },
    pass: {},
    fail: { artifact: { files: [file("x", { digests: [{ algorithm: "sha256", hex: hex("d") }] })] } },
  },
  content: {
    rule: {},
    pass: {},
    fail: { artifact: { findings: [finding("DIGEST_DENIED", readme, { digest: "x" })] } },
  },
  complete: {
    rule: { opaque: "fail" },
    pass: { artifact: { files: [file("a.safetensors")] } },
    fail: { artifact: { files: [file("a")] } },
  },
  component: {
    rule: { minVersion: "2", evidence: "claim" },
    pass: withFacts(claim("version", "2.1", readme)),
    fail: withFacts(claim("version", "1.9", readme)),
  },
  lineage: {
    rule: { deny: ["bad"], evidence: "claim" },
    pass: withFacts(claim("base_model", { name: "good" }, readme)),
    fail: withFacts(claim("base_model", { name: "bad" }, readme)),
  },
  dataset: {
    rule: { deny: ["bad"], evidence: "claim" },
    pass: withFacts(claim("dataset", "good", readme)),
    fail: withFacts(claim("dataset", "bad", readme)),
  },
  origin: {
    rule: { allow: ["DE"] },
    pass: { signatures: [{}], input: { suppliers: register } },
    fail: { signatures: [{ identity: "intern" }], input: { suppliers: register } },
  },
  imports: {
    rule: { deny: ["os.*"] },
    pass: withFacts(computed("import", { module: "torch", name: "x", verdict: "allowed", count: 1 }, readme)),
    fail: withFacts(
      computed("import", { module: "os", name: "system", verdict: "allowed", count: 1 }, readme),
    ),
  },
  completeness: {
    rule: { require: ["license"], evidence: "claim" },
    pass: withFacts(claim("license", "MIT", readme)),
    fail: {},
  },
  readiness: {
    rule: { profile: "g7-ai", require: ["sbom-timestamp"] },
    pass: { input: { bom: bom({ document: { metadata: { timestamp: "2026-01-01T00:00:00Z" } } }) } },
    fail: { input: { bom: bom({ document: { metadata: { timestamp: "NOASSERTION" } } }) } },
  },
  freshness: {
    rule: { signers: "any", maxAge: "7d" },
    pass: statement(vsa, ["vsa.result", "PASSED"], ["vsa.timeVerified", daysAgo(1).time.toISOString()]),
    fail: statement(vsa, ["vsa.result", "PASSED"], ["vsa.timeVerified", daysAgo(8).time.toISOString()]),
  },
  vulnerability: { rule: { maxAge: "7d" }, pass: osv("2.0"), fail: osv("1.0") },
  package: {
    rule: { packages: ["pkg:pypi/vllm"], versions: { min: "0.9.0" }, ownsFiles: true },
    pass: { gated: { artifact: withPackage("0.10.1") } },
    fail: { gated: { artifact: withPackage("0.8.5") } },
  },
  "kill-switch": {
    rule: { deny: ["maas-endpoint"] },
    pass: withFacts(computed("configuration", { path: "compose.yaml" }, readme)),
    fail: withFacts(
      computed("configuration", { path: "compose.yaml" }, readme),
      computed("kill_switch", { class: "maas-endpoint", name: "api.example.com" }, readme),
    ),
  },
  image: {
    rule: { references: "pinned", platforms: ["linux/amd64"], user: "non-root", onNone: "pass" },
    pass: withFacts(
      computed("image", { reference: `a@sha256:${hex("a")}`, isPinned: true, line: 3 }, readme),
    ),
    fail: withFacts(computed("image", { reference: "a:latest", isPinned: false, line: 3 }, readme)),
  },
  assert: {
    rule: { assert: "files.all(f, f.size < 100)" },
    pass: {},
    fail: { artifact: { files: [file("large", { size: 1000 })] } },
  },
};

function inputOf(side: Side, complete = true): GateInput {
  const content = artifact(complete ? side.artifact : { ...side.artifact, complete });
  const covers = content.files.map(({ path }) => path);
  const signatures = (side.signatures ?? []).map((parts) => signature({ covers, ...parts }));
  const whole = gated({ artifact: content, signatures, ...side.gated });
  const given = { ...whole, artifact: { ...whole.artifact, complete: complete && whole.artifact.complete } };
  return { ...gate([given]), ...side.input };
}

/** Kinds that look at the BOM only: what they say, an artifact cannot change. */
const aboutBom: ReadonlySet<string> = new Set(["readiness"]);

/** A rule about the BOM leaves the artifact to another, or the gate denies it as unchecked. */
const companion = { id: "artifact", kind: "complete" };

async function statusOf(kind: string, rule: object, input: GateInput, more: object = {}) {
  const rules = [{ id: "r", kind, ...rule, ...more }, ...(aboutBom.has(kind) ? [companion] : [])];
  const verdict = evaluatePolicy(await policyOf(rules), input);
  return [verdict.outcome, verdict.rules[0]?.status];
}

test("every kind has a row, and every row a kind", () => {
  assert.deepEqual(Object.keys(cases).sort(), Object.keys(ruleKinds).sort());
});

for (const kind of aboutBom) {
  test(`${kind}: pass, fail, no BOM; an artifact that was not read leaves it alone`, async () => {
    const { rule, pass, fail } = cases[kind as PolicyRule["kind"]];
    assert.deepEqual(await statusOf(kind, rule, inputOf(pass)), ["allow", "pass"]);
    assert.deepEqual(await statusOf(kind, rule, inputOf(fail)), ["deny", "fail"]);
    assert.deepEqual(await statusOf(kind, rule, inputOf({})), ["deny", "fail"]);
    assert.deepEqual(await statusOf(kind, rule, inputOf(pass, false)), ["undecided", "pass"]);
    const alone = await policyOf([{ id: "r", kind, ...rule }]);
    assert.equal(evaluatePolicy(alone, inputOf(pass)).outcome, "deny", "no rule looked at the artifact");
  });
}

for (const [kind, { rule, pass, fail }] of Object.entries(cases).filter(([each]) => !aboutBom.has(each))) {
  test(`${kind}: pass, fail, undecided, nothing in scope`, async () => {
    assert.deepEqual(await statusOf(kind, rule, inputOf(pass)), ["allow", "pass"]);
    assert.deepEqual(await statusOf(kind, rule, inputOf(fail)), ["deny", "fail"]);
    assert.deepEqual(await statusOf(kind, rule, inputOf(pass, false)), ["undecided", "undecided"]);
    const nowhere = { scope: { name: "nobody" } };
    assert.deepEqual(await statusOf(kind, rule, inputOf(pass), nowhere), ["deny", "fail"]);
    // Ignorance is no warning: it stays undecided in warn mode.
    const warn = { mode: "warn" };
    assert.equal((await statusOf(kind, rule, inputOf(pass, false), warn))[0], "undecided");
  });
}

test("package: files that are changed, missing, weakly stated or not compared; versions; what is allowed and denied", async () => {
  const judge = async (rule: object, found: Artifact) =>
    (await statusOf("package", rule, gate([gated({ artifact: found })])))[1];
  const owns = { ownsFiles: true };
  assert.equal(await judge(owns, withPackage("1.0")), "pass");
  for (const integrity of [{ modified: 1 }, { missing: 1 }, { weak: 1 }, { matching: 0 }]) {
    assert.equal(await judge(owns, withPackage("1.0", integrity)), "fail", JSON.stringify(integrity));
  }
  const versions: readonly [object, string, string][] = [
    [{ max: "1.0" }, "1.0", "pass"],
    [{ max: "1.0" }, "1.0.post1", "fail"],
    [{ min: "1.0" }, "1.0rc1", "fail"],
    [{ min: "1.0" }, "unknown", "fail"],
    [{ allow: ["0.10.*"] }, "0.10.2", "pass"],
    [{ allow: ["0.10.*"] }, "0.11.0", "fail"],
  ];
  for (const [bounds, version, expected] of versions) {
    assert.equal(await judge({ versions: bounds }, withPackage(version)), expected, version);
  }
  assert.equal(await judge({ allow: ["pkg:pypi/*"] }, withPackage("1")), "pass");
  assert.equal(await judge({ allow: ["pkg:npm/*"] }, withPackage("1")), "fail");
  assert.equal(await judge({ deny: ["pkg:pypi/vllm"] }, withPackage("1")), "fail");
  assert.equal(await judge({ packages: ["pkg:pypi/other"] }, withPackage("1")), "fail");
  assert.equal(await judge({ packages: ["pkg:pypi/other"], onNone: "pass" }, withPackage("1")), "pass");
});
