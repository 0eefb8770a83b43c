// SPDX-License-Identifier: Apache-2.0
// Every predicate type: what a good one claims, value by value, and where each broken one is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../../src/limits.ts";
import { openAttestation } from "../../../src/verifiers/attestation/attestation.ts";
import { predicateReaders } from "../../../src/verifiers/attestation/predicates/index.ts";
import { goodPredicates } from "./good-predicates.ts";
import { codeOf, open, sha256, statement } from "./material.ts";

/** Claims as an object; a name with several values has a list. */
function claimsOf(value: unknown): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  for (const { name, value: claimed } of open(value).claims) {
    const before = claims[name];
    claims[name] = before === undefined ? claimed : [before, claimed].flat();
  }
  return claims;
}

for (const { what, reader, type, predicate, changes, claims } of goodPredicates) {
  test(`${what}: every claim`, () => {
    const opened = open(statement(type, predicate, changes));
    assert.equal(opened.reader, reader);
    assert.equal(opened.predicateType, type);
    assert.deepEqual(claimsOf(statement(type, predicate, changes)), claims);
  });
}

test("every reader has a good predicate, and each of its claims is made by one", () => {
  const made = new Map<string, Set<string>>(predicateReaders.map(({ id }) => [id, new Set()]));
  for (const { reader, type, predicate, changes } of goodPredicates) {
    for (const { name } of open(statement(type, predicate, changes)).claims) {
      made.get(reader)?.add(name);
    }
  }
  for (const { id, claims } of predicateReaders) {
    assert.deepEqual([...(made.get(id) ?? [])].sort(), Object.keys(claims).sort(), id);
  }
});

test("types are compared exactly; an unknown one has its name and no claims", () => {
  const good = goodPredicates.find(({ reader }) => reader === "slsa-provenance-v1");
  for (const type of [
    "https://example.com/x",
    "https://slsa.dev/provenance/v1/",
    "https://slsa.dev/provenance/v1.1",
    "https://slsa.dev/provenance/v2",
    "https://SLSA.dev/provenance/v1",
    " https://slsa.dev/provenance/v1",
    "https://slsa.dev/provenance/v1-rc1",
    "https://cyclonedx.org/bom/1.6",
    "https://cyclonedx.org/bom/v1.6/x",
    "https://spdx.dev/Document/v2.3.1.1",
    "__proto__",
    "constructor",
  ]) {
    const opened = open(statement(type, good?.predicate));
    assert.deepEqual([opened.predicateType, opened.reader, opened.claims], [type, undefined, []]);
  }
});

test("a statement of v0.1, another media type of in-toto, and a payload of another type", () => {
  const old = statement("https://example.com/x", {}, { _type: "https://in-toto.io/Statement/v0.1" });
  assert.equal(open(old).subjects.length, 1);
  const openAs = (payloadType: string) =>
    codeOf(() => openAttestation({ payload: Buffer.from(JSON.stringify(old)), payloadType }, "x"));
  assert.equal(openAs("application/vnd.in-toto.provenance+json"), "none");
  for (const type of [
    "application/json",
    "",
    "application/vnd.in-toto..+json",
    "application/vnd.in-toto+json ",
  ]) {
    assert.equal(openAs(type), "DSSE_PAYLOAD_TYPE");
  }
});

// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
type Change = (predicate: any) => void;

const broken: [string, string, Change][] = [
  ["slsa-provenance-v1", "/buildDefinition", (p) => delete p.buildDefinition],
  ["slsa-provenance-v1", "/buildDefinition", (p) => Object.assign(p, { buildDefinition: [] })],
  ["slsa-provenance-v1", "/runDetails", (p) => Object.assign(p, { runDetails: null })],
  [
    "slsa-provenance-v1",
    "/buildDefinition/buildType",
    (p) => Object.assign(p.buildDefinition, { buildType: 1 }),
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/buildType",
    (p) => Object.assign(p.buildDefinition, { buildType: "" }),
  ],
  ["slsa-provenance-v1", "/runDetails/builder", (p) => delete p.runDetails.builder],
  ["slsa-provenance-v1", "/runDetails/builder/id", (p) => Object.assign(p.runDetails.builder, { id: ["x"] })],
  [
    "slsa-provenance-v1",
    "/buildDefinition/externalParameters",
    (p) => Object.assign(p.buildDefinition, { externalParameters: "x" }),
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/externalParameters/workflow",
    (p) => Object.assign(p.buildDefinition.externalParameters, { workflow: [] }),
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/externalParameters/workflow/ref",
    (p) => Object.assign(p.buildDefinition.externalParameters.workflow, { ref: 7 }),
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/resolvedDependencies",
    (p) => Object.assign(p.buildDefinition, { resolvedDependencies: {} }),
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/resolvedDependencies/1",
    (p) => p.buildDefinition.resolvedDependencies.splice(1, 1, null),
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/resolvedDependencies/0/uri",
    (p) => Object.assign(p.buildDefinition.resolvedDependencies[0], { uri: {} }),
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/resolvedDependencies/2/digest/gitCommit",
    (p) => {
      const [first] = p.buildDefinition.resolvedDependencies;
      p.buildDefinition.resolvedDependencies.push({ ...first, digest: { gitCommit: "0".repeat(40) } });
    },
  ],
  [
    "slsa-provenance-v1",
    "/buildDefinition/internalParameters/github/event_name",
    (p) => Object.assign(p.buildDefinition.internalParameters.github, { event_name: false }),
  ],
  ...[
    "2026-02-30T00:00:00Z",
    "2026-01-01",
    "yesterday",
    1,
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:00",
  ].map((startedOn): [string, string, Change] => [
    "slsa-provenance-v1",
    "/runDetails/metadata/startedOn",
    (p) => Object.assign(p.runDetails.metadata, { startedOn }),
  ]),
  ["slsa-provenance-v02", "/builder", (p) => delete p.builder],
  ["slsa-provenance-v02", "/builder/id", (p) => Object.assign(p.builder, { id: "" })],
  ["slsa-provenance-v02", "/buildType", (p) => delete p.buildType],
  ["slsa-provenance-v02", "/invocation", (p) => Object.assign(p, { invocation: 1 })],
  [
    "slsa-provenance-v02",
    "/invocation/configSource/uri",
    (p) => Object.assign(p.invocation.configSource, { uri: 1 }),
  ],
  [
    "slsa-provenance-v02",
    "/invocation/configSource/digest",
    (p) => Object.assign(p.invocation.configSource, { digest: "x" }),
  ],
  [
    "slsa-provenance-v02",
    "/invocation/configSource/digest/sha1",
    (p) => Object.assign(p.invocation.configSource.digest, { sha1: 1 }),
  ],
  ["slsa-provenance-v02", "/invocation/parameters", (p) => Object.assign(p.invocation, { parameters: "x" })],
  ["slsa-provenance-v02", "/materials", (p) => Object.assign(p, { materials: "x" })],
  [
    "slsa-provenance-v02",
    "/metadata/reproducible",
    (p) => Object.assign(p.metadata, { reproducible: "true" }),
  ],
  [
    "slsa-provenance-v02",
    "/metadata/completeness/materials",
    (p) => Object.assign(p.metadata.completeness, { materials: 1 }),
  ],
  ["slsa-vsa", "/verifier", (p) => delete p.verifier],
  ["slsa-vsa", "/verifier/id", (p) => Object.assign(p.verifier, { id: 1 })],
  ["slsa-vsa", "/resourceUri", (p) => delete p.resourceUri],
  ["slsa-vsa", "/policy", (p) => delete p.policy],
  ["slsa-vsa", "/policy/uri", (p) => Object.assign(p.policy, { uri: "" })],
  ["slsa-vsa", "/timeVerified", (p) => Object.assign(p, { timeVerified: "1985" })],
  ["slsa-vsa", "/verificationResult", (p) => delete p.verificationResult],
  ["slsa-vsa", "/verificationResult", (p) => Object.assign(p, { verificationResult: "passed" })],
  ["slsa-vsa", "/verificationResult", (p) => Object.assign(p, { verifiedLevels: ["FAILED"] })],
  ["slsa-vsa", "/verificationResult", (p) => Object.assign(p, { verifiedLevels: [] })],
  ["slsa-vsa", "/verificationResult", (p) => p.verifiedLevels.push("SLSA_BUILD_LEVEL_2")],
  ["slsa-vsa", "/verificationResult", (p) => p.verifiedLevels.push("SLSA_BUILD_LEVEL_UNEVALUATED")],
  ["slsa-vsa", "/verifiedLevels", (p) => Object.assign(p, { verifiedLevels: "SLSA_BUILD_LEVEL_3" })],
  ["slsa-vsa", "/verifiedLevels/0", (p) => Object.assign(p, { verifiedLevels: [3] })],
  ["slsa-vsa", "/inputAttestations/0", (p) => Object.assign(p, { inputAttestations: ["x"] })],
  [
    "slsa-vsa",
    "/dependencyLevels/SLSA_BUILD_LEVEL_3",
    (p) => Object.assign(p.dependencyLevels, { SLSA_BUILD_LEVEL_3: -1 }),
  ],
  [
    "slsa-vsa",
    "/dependencyLevels/SLSA_BUILD_LEVEL_3",
    (p) => Object.assign(p.dependencyLevels, { SLSA_BUILD_LEVEL_3: 1.5 }),
  ],
  ["svr", "/verifier/id", (p) => delete p.verifier.id],
  ["svr", "/verifier/policies", (p) => delete p.verifier.policies],
  ["svr", "/verifier/policies/0", (p) => Object.assign(p.verifier, { policies: ["x"] })],
  ["svr", "/timeCreated", (p) => delete p.timeCreated],
  ["svr", "/properties", (p) => delete p.properties],
  ["svr", "/properties/1", (p) => Object.assign(p.properties, { 1: null })],
  ["test-result", "/result", (p) => Object.assign(p, { result: "OK" })],
  ["test-result", "/configuration", (p) => delete p.configuration],
  ["test-result", "/failedTests", (p) => Object.assign(p, { failedTests: "none" })],
  ["test-result", "/passedTests/0", (p) => Object.assign(p, { passedTests: [1] })],
  ["vulns", "/scanner", (p) => delete p.scanner],
  ["vulns", "/scanner/uri", (p) => delete p.scanner.uri],
  ["vulns", "/scanner/result", (p) => delete p.scanner.result],
  ["vulns", "/scanner/result/0", (p) => Object.assign(p.scanner, { result: ["CVE-1"] })],
  ["vulns", "/scanner/result/0/id", (p) => delete p.scanner.result[0].id],
  ["vulns", "/scanner/result/0/severity", (p) => Object.assign(p.scanner.result[0], { severity: "high" })],
  [
    "vulns",
    "/scanner/result/0/severity/0/score",
    (p) => Object.assign(p.scanner.result[0].severity[0], { score: 9 }),
  ],
  ["vulns", "/scanner/db/lastUpdate", (p) => Object.assign(p.scanner.db, { lastUpdate: "x" })],
  ["vulns", "/metadata/scanFinishedOn", (p) => delete p.metadata.scanFinishedOn],
  ["vuln-cosign", "/scanner", (p) => Object.assign(p, { scanner: "trivy" })],
  ["vuln-cosign", "/scanners", (p) => delete p.scanner],
  ["vuln-cosign", "/scanner/result/Results", (p) => Object.assign(p.scanner.result, { Results: {} })],
  [
    "vuln-cosign",
    "/scanner/result/Results/0/Vulnerabilities/0/VulnerabilityID",
    (p) => delete p.scanner.result.Results[0].Vulnerabilities[0].VulnerabilityID,
  ],
  [
    "vuln-cosign",
    "/scanner/result/SchemaVersion",
    (p) => Object.assign(p.scanner.result, { SchemaVersion: "2" }),
  ],
  ["vuln-cosign", "/metadata/scanStartedOn", (p) => Object.assign(p.metadata, { scanStartedOn: 0 })],
  ["cyclonedx", "/bomFormat", (p) => Object.assign(p, { bomFormat: "SPDX" })],
  ["cyclonedx", "/specVersion", (p) => delete p.specVersion],
  ["cyclonedx", "/specVersion", (p) => Object.assign(p, { specVersion: "1.5" })],
  ["cyclonedx", "/version", (p) => Object.assign(p, { version: "1" })],
  ["cyclonedx", "/components/0", (p) => Object.assign(p, { components: [1] })],
  ["spdx", "/spdxVersion", (p) => Object.assign(p, { spdxVersion: "2.3" })],
  ["spdx", "/spdxVersion", (p) => Object.assign(p, { spdxVersion: "SPDX-2.2" })],
  ["spdx", "/SPDXID", (p) => Object.assign(p, { SPDXID: "SPDXRef-Package" })],
  ["spdx", "/packages", (p) => Object.assign(p, { packages: {} })],
  ["spdx", "/@graph", (p) => Object.assign(p, { "@graph": {} })],
  [
    "spdx",
    "/@graph",
    (p) => Object.assign(p, { "@graph": [{ type: "CreationInfo", specVersion: "3.0.1" }] }),
  ],
  ["model-signing", "/serialization/method", (p) => Object.assign(p.serialization, { method: "tar" })],
  ["model-signing", "/serialization/hash_type", (p) => delete p.serialization.hash_type],
  ["model-signing", "/resources", (p) => delete p.resources],
  ["release", "/purl", (p) => delete p.purl],
  ["release", "/purl", (p) => Object.assign(p, { purl: "https://example.com/x@1" })],
  ["release", "/purl", (p) => Object.assign(p, { purl: "pkg:npm/@scope/name" })],
  ["release", "/packageId", (p) => Object.assign(p, { packageId: 7 })],
  ["npm-publish", "/name", (p) => Object.assign(p, { name: "other" })],
  ["npm-publish", "/name", (p) => Object.assign(p, { version: "1.0.1" })],
  ["npm-publish", "/registry", (p) => delete p.registry],
];

for (const [reader, pointer, change] of broken) {
  test(`${reader}: refused at ${pointer} (${String(change).replace(/\s+/g, " ").slice(0, 90)})`, () => {
    const good = goodPredicates.find((each) => each.reader === reader);
    assert.ok(good !== undefined);
    const predicate = structuredClone(good.predicate);
    change(predicate);
    const code = codeOf(() => open(statement(good.type, predicate, good.changes)));
    assert.equal(code, `PREDICATE_MALFORMED ${pointer}`);
  });
}

test("a parameter called workflow is no source for a build type that aibom does not know", () => {
  const good = goodPredicates.find(({ reader }) => reader === "slsa-provenance-v1");
  for (const buildType of [
    "https://example.com/make",
    "https://actions.github.io/buildtypes/workflow/v1/",
    "https://actions.github.io/buildtypes/workflow/v2",
    "https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v1/../evil/PROVENANCE.md",
    "https://gitlab.com/gitlab-org/gitlab-runner/-/blob//PROVENANCE.md",
  ]) {
    const predicate = structuredClone(good?.predicate) as { buildDefinition: { buildType: string } };
    predicate.buildDefinition.buildType = buildType;
    const names = Object.keys(claimsOf(statement("https://slsa.dev/provenance/v1", predicate)));
    assert.deepEqual(
      names.filter((name) => name.startsWith("slsa.source") || name.startsWith("slsa.github")),
      [],
    );
  }
});

test("npm: the statement must be about the one package", () => {
  const good = goodPredicates.find(({ reader }) => reader === "npm-publish");
  assert.ok(good !== undefined);
  const subject = { name: "pkg:npm/%40acme/model@1.0.0", digest: { sha512: "ab".repeat(64) } };
  for (const subjects of [
    [subject, subject],
    [{ ...subject, name: "pkg:npm/@acme/model@1.0.0-evil" }],
    [{ digest: subject.digest }],
  ]) {
    const value = statement(good.type, good.predicate, { subject: subjects });
    assert.equal(
      codeOf(() => open(value)),
      "PREDICATE_MALFORMED /name",
    );
  }
});

test("PyPI: the statement must be about one distribution", () => {
  const type = "https://docs.pypi.org/attestations/publish/v1";
  const digest = { sha256 };
  for (const subject of [
    [
      { name: "a-1.whl", digest },
      { name: "b-1.whl", digest },
    ],
    [{ name: "a.exe", digest }],
    [{ name: "../a-1.whl", digest }],
    [{ digest }],
  ]) {
    assert.equal(
      codeOf(() => open(statement(type, null, { subject }))),
      "PREDICATE_MALFORMED /",
    );
  }
  assert.deepEqual(
    claimsOf({ ...statement(type, {}, { subject: [{ name: "a-1.tar.gz", digest }] }), predicate: undefined }),
    { "pypi.filename": "a-1.tar.gz" },
  );
});

test("claims are bounded in length and number, and never cut", () => {
  const type = "https://in-toto.io/attestation/test-result/v0.1";
  const base = { result: "PASSED", configuration: [] };
  const long = "x".repeat(limits.maxMetadataCharacters);
  assert.equal(
    codeOf(() => open(statement(type, { ...base, url: long }))),
    "none",
  );
  assert.equal(
    codeOf(() => open(statement(type, { ...base, url: `${long}x` }))),
    "PREDICATE_CLAIM_TOO_LONG",
  );
  const tests = (count: number) => ({
    ...base,
    passedTests: Array.from({ length: count }, (_, i) => `t${i}`),
  });
  assert.equal(
    codeOf(() => open(statement(type, tests(limits.maxSignedClaims - 10)))),
    "none",
  );
  assert.equal(
    codeOf(() => open(statement(type, tests(limits.maxSignedClaims)))),
    "PREDICATE_CLAIMS_TOO_MANY",
  );
});

test("strict JSON: duplicate keys, lone surrogates, NaN, deep nesting", () => {
  const text = JSON.stringify(statement("https://example.com/x", {}));
  const withPredicate = (predicate: string) => text.replace('"predicate":{}', `"predicate":${predicate}`);
  for (const [predicate, code] of [
    ['{"a":1,"a":1}', "JSON_DUPLICATE_KEY"],
    ['{"a":1,"\\u0061":1}', "JSON_DUPLICATE_KEY"],
    ['"\\udc00"', "JSON_INVALID"],
    ["NaN", "JSON_INVALID"],
    ["{} //", "JSON_INVALID"],
    [`${"[".repeat(200)}${"]".repeat(200)}`, "JSON_TOO_DEEP"],
  ] as const) {
    assert.equal(
      codeOf(() => open(withPredicate(predicate))),
      code,
    );
  }
  assert.equal(
    codeOf(() => open(`${text}${text}`)),
    "JSON_INVALID",
  );
});
