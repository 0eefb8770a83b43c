// SPDX-License-Identifier: Apache-2.0
// Real attestations: bundles of npm, of the Sigstore conformance suite and of model signing, and PyPI's, through
// parsing, claims and subjects. Signatures are not verified here, except to prove the mapping of PyPI's form.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import { type Attestation, openAttestation } from "../../src/verifiers/attestation/attestation.ts";
import {
  type AttestationEntry,
  parseAttestationFile,
} from "../../src/verifiers/attestation/attestation-file.ts";
import { matchSubjects } from "../../src/verifiers/attestation/subjects.ts";
import { corpus } from "../corpora.ts";
import { payloadOf } from "../verifiers/attestation/material.ts";

const signing = corpus("signing");
const cyclonedx = corpus("cyclonedx");
const skip = signing.missing;
const pypi = join(signing.path, "pypi-attestations");
const noPypi = skip || (existsSync(pypi) ? false : "corpora not present: signing/pypi-attestations");

const load = (path: string): readonly AttestationEntry[] => parseAttestationFile(readFileSync(path), path);

function openOnly(path: string): Attestation {
  const entries = load(path);
  assert.equal(entries.length, 1, path);
  return openAttestation(payloadOf(entries[0] as AttestationEntry), path);
}

const claimOf = (attestation: Attestation, name: string) =>
  attestation.claims.filter((claim) => claim.name === name).map((claim) => claim.value);

function samplesOfNpm(): string[] {
  const directory = join(signing.path, "sigstore-js-bundles");
  return readdirSync(directory).map((name) => join(directory, name));
}

test("npm: publish attestations of sigstore@1.0.0 in bundles v0.1 to v0.3", { skip }, (t) => {
  const samples = samplesOfNpm();
  for (const path of samples) {
    const opened = openOnly(path);
    assert.equal(opened.reader, "npm-publish");
    assert.deepEqual(
      opened.claims.map(({ value }) => value),
      ["sigstore", "1.0.0", "https://registry.npmjs.org"],
    );
    const [subject] = opened.subjects;
    assert.deepEqual([...(subject?.digests.keys() ?? [])], ["sha512"]);
    const sha512 = subject?.digests.get("sha512") ?? "";
    const found = matchSubjects(opened.statement, new Map([["sigstore-1.0.0.tgz", { sha512 }]]));
    assert.deepEqual(found, { covered: ["sigstore-1.0.0.tgz"], unmatched: [] });
  }
  assert.ok(samples.length >= 9);
  t.diagnostic(`${samples.length} bundles`);
});

test("the same bundles as lines and as answers of npm and GitHub", { skip }, (t) => {
  const bundles = samplesOfNpm().map((path) => JSON.parse(readFileSync(path, "utf8")));
  const lines = bundles.map((bundle) => JSON.stringify(bundle)).join("\n");
  const predicateType = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";
  const forms: [string, string][] = [
    ["sha256:00.jsonl", `${lines}\n`],
    ["npm.json", JSON.stringify({ attestations: bundles.map((bundle) => ({ predicateType, bundle })) })],
    [
      "github.json",
      JSON.stringify({
        attestations: bundles.map((bundle) => ({ repository_id: 1, bundle_url: "x", bundle })),
      }),
    ],
  ];
  for (const [name, text] of forms) {
    const entries = parseAttestationFile(Buffer.from(text), name);
    assert.equal(entries.length, bundles.length);
    entries.forEach((entry, index) => {
      assert.ok(entry.kind === "bundle");
      assert.deepEqual(JSON.parse(Buffer.from(entry.bytes).toString()), bundles[index]);
    });
  }
  t.diagnostic(`${bundles.length} bundles in ${forms.length} forms`);
});

test("the Sigstore conformance suite: every bundle is split, every statement opened", { skip }, (t) => {
  const root = join(signing.path, "sigstore-conformance/bundle-verify");
  const sha256 = createHash("sha256")
    .update(readFileSync(join(root, "a.txt")))
    .digest("hex");
  const counts = { messageSignatures: 0, provenance: 0, withSource: 0, covered: 0, rejected: 0 };
  for (const { name } of readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory())) {
    const path = join(root, name, "bundle.sigstore.json");
    const [entry] = load(path);
    assert.ok(entry !== undefined);
    if (entry.kind === "rejected") {
      assert.equal(name, "bundle-malformed-json_fail");
      assert.equal(entry.error.code, "JSON_INVALID");
      counts.rejected += 1;
      continue;
    }
    assert.equal(entry.kind, "bundle");
    if (!("dsseEnvelope" in JSON.parse(readFileSync(path, "utf8")))) {
      counts.messageSignatures += 1;
      continue;
    }
    const opened = openAttestation(payloadOf(entry), path);
    assert.equal(opened.reader, "slsa-provenance-v1");
    assert.equal(claimOf(opened, "slsa.builder.id").length, 1);
    const [uri] = claimOf(opened, "slsa.source.uri");
    if (uri !== undefined) {
      assert.match(String(uri), /^https:\/\/github\.com\//);
      assert.equal(claimOf(opened, "slsa.source.digest.gitCommit").length, 1);
      counts.withSource += 1;
    }
    counts.provenance += 1;
    counts.covered += matchSubjects(opened.statement, new Map([["a.txt", { sha256 }]])).covered.length;
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.messageSignatures >= 50 && counts.provenance >= 14 && counts.rejected === 1);
  assert.ok(counts.withSource >= 10 && counts.covered >= 8);
});

test("GitHub's provenance, claim by claim", { skip }, () => {
  const name = "sigstore-conformance/bundle-verify/happy-path-intoto-in-dsse-v3/bundle.sigstore.json";
  const { claims } = openOnly(join(signing.path, name));
  const workflow = ".github/workflows/provenance.yaml";
  assert.deepEqual(Object.fromEntries(claims.map(({ name, value }) => [name, value])), {
    "slsa.builder.id": `https://github.com/loosebazooka/aa-test/${workflow}@refs/heads/main`,
    "slsa.buildType": "https://actions.github.io/buildtypes/workflow/v1",
    "slsa.source.uri": "https://github.com/loosebazooka/aa-test",
    "slsa.source.ref": "refs/heads/main",
    "slsa.source.path": workflow,
    "slsa.source.digest.gitCommit": "ebff8dfbd609b7b22237c7719ce07f2dc7934f5f",
    "slsa.externalParameters": "workflow",
    "slsa.dependencies.count": 1,
    "slsa.invocation.id": "https://github.com/loosebazooka/aa-test/actions/runs/11941425487/attempts/1",
    "slsa.github.eventName": "workflow_dispatch",
    "slsa.github.runnerEnvironment": "github-hosted",
    "slsa.github.repositoryId": "891715444",
    "slsa.github.repositoryOwnerId": "1304826",
  });
});

test("model signatures of the reference implementation", { skip }, (t) => {
  const goldens = join(signing.path, "oms/goldens/payloads");
  const payloads = readdirSync(goldens).map((name) => readFileSync(join(goldens, name)));
  const models = join(signing.path, "oms/model-transparency");
  for (const name of readdirSync(models).filter((each) => /^v[1-9]/.test(each))) {
    const [entry] = load(join(models, name, "model.sig"));
    payloads.push(Buffer.from(payloadOf(entry as AttestationEntry).payload));
  }
  for (const payload of payloads) {
    const opened = openAttestation({ payload, payloadType: "application/vnd.in-toto+json" }, "model.sig");
    assert.equal(opened.reader, "model-signing");
    assert.equal(opened.claims.length, 3);
  }
  assert.ok(payloads.length >= 21 + 9);
  t.diagnostic(`${payloads.length} statements`);
});

test("BOMs as predicates: CycloneDX of every version, SPDX 3", { skip: cyclonedx.missing }, (t) => {
  const open = (predicateType: string, predicate: unknown) => {
    const subject = [{ name: "x", digest: { sha256: "00".repeat(32) } }];
    const value = { _type: "https://in-toto.io/Statement/v1", subject, predicateType, predicate };
    const payload = Buffer.from(JSON.stringify(value));
    return openAttestation({ payload, payloadType: "application/vnd.in-toto+json" }, "x");
  };
  let boms = 0;
  for (const version of ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]) {
    const directory = join(cyclonedx.path, "spec", version);
    for (const name of readdirSync(directory).filter((each) => each.startsWith("valid-"))) {
      const bom = JSON.parse(readFileSync(join(directory, name), "utf8"));
      const opened = open(`https://cyclonedx.org/bom/v${version}`, bom);
      assert.deepEqual(claimOf(opened, "bom.specVersion"), [version]);
      assert.deepEqual(claimOf(opened, "bom.components.count"), [bom.components?.length ?? 0]);
      boms += 1;
    }
  }
  const spdx = join(cyclonedx.path, "spdx3");
  let documents = 0;
  for (const name of readdirSync(spdx).filter((each) => each.endsWith(".spdx3.json"))) {
    const opened = open("https://spdx.dev/Document/v3", JSON.parse(readFileSync(join(spdx, name), "utf8")));
    assert.match(String(claimOf(opened, "bom.specVersion")), /^3\.0/);
    documents += 1;
  }
  assert.ok(boms > 100 && documents >= 2);
  t.diagnostic(`${boms} CycloneDX BOMs, ${documents} SPDX documents`);
});

function accepts(verifier: Verifier, bundle: Bundle): boolean {
  try {
    verifier.verify(toSignedEntity(bundle));
    return true;
  } catch {
    return false;
  }
}

test("PyPI: attestations become bundles that the Sigstore library verifies", { skip: noPypi }, (t) => {
  const thresholds = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };
  const verifiers = ["public-good", "staging"].map((name) => {
    const root = JSON.parse(readFileSync(join(signing.path, `trust/${name}.trusted_root.json`), "utf8"));
    return new Verifier(toTrustMaterial(TrustedRoot.fromJSON(root)), thresholds);
  });
  const readers = new Map<string, number>();
  let verified = 0;
  for (const name of readdirSync(pypi).filter((each) => /\.(?:attestation|provenance)$/.test(each))) {
    for (const entry of load(join(pypi, name))) {
      assert.ok(entry.kind === "bundle", name);
      const opened = openAttestation(payloadOf(entry), name);
      readers.set(String(opened.reader), (readers.get(String(opened.reader)) ?? 0) + 1);
      const bundle = bundleFromJSON(JSON.parse(Buffer.from(entry.bytes).toString()));
      const isVerified = verifiers.some((verifier) => accepts(verifier, bundle));
      assert.ok(isVerified, `${name} verifies with neither root`);
      verified += 1;
      const [artifact] = opened.subjects.map((subject) => join(pypi, subject.name)).filter(existsSync);
      if (artifact !== undefined) {
        const sha256 = createHash("sha256").update(readFileSync(artifact)).digest("hex");
        assert.equal(matchSubjects(opened.statement, new Map([[artifact, { sha256 }]])).covered.length, 1);
      }
    }
  }
  t.diagnostic(`${verified} verified; ${JSON.stringify(Object.fromEntries(readers))}`);
  assert.ok(verified >= 4);
});
