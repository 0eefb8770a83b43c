// SPDX-License-Identifier: Apache-2.0
// Statements about archives that were given beside an environment: they count for the package whose record pins the archive,
// by name, version and digest, and for no file.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { site, virtualEnvironment } from "../../fixtures/packages/python.ts";
import { digest, type RootContents, writeRoot } from "../../fixtures/packages/root.ts";
import {
  identity,
  identityIssuer,
  rekor1,
  sigstoreBundle,
  toBytes,
  trustedRoot,
} from "../../fixtures/sigstore.ts";
import type { PackageEvidence } from "../../src/model/evidence.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { verify } from "../../src/verify.ts";
import { corpus } from "../corpora.ts";
import { testKey } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { type TrustSpec, writeTrust } from "./signed-model.ts";

const publish = "https://docs.pypi.org/attestations/publish/v1";
const wheel = "torch-2.9.0-cp312-cp312-manylinux_2_28_x86_64.whl";
const hex = digest("sha256", "the wheel");
const publisher = testKey();
const trust: TrustSpec = {
  keys: [{ name: "publisher", publicKey: publisher.publicPem, usages: ["statement"] }],
};

function uvLock(hash = hex): string {
  return `[[package]]\nname = "torch"\nversion = "2.9.0"\nwheels = [{ url = "https://h/${wheel}", hash = "sha256:${hash}" }]\n`;
}

interface Subject {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

function statement(subjects: readonly Subject[], type = publish): Uint8Array {
  const head = { _type: "https://in-toto.io/Statement/v1", subject: subjects };
  return Buffer.from(JSON.stringify({ ...head, predicateType: type, predicate: null }));
}

const policy = (demand = "attestedBy: { signers: [publisher] }"): string =>
  `apiVersion: aibom/policy/v1\nname: attested\nrules:\n  - { id: a, kind: package, packages: ["pkg:pypi/torch", "pkg:npm/*"], ${demand} }\n`;

/** Verifies an environment with a file of attestations beside it. */
async function judge(
  t: TestContext,
  contents: RootContents,
  attestation: Uint8Array | string,
  { trusted = trust, rules = policy() }: { readonly trusted?: TrustSpec; readonly rules?: string } = {},
): Promise<Verdict> {
  const directory = temporaryDirectory(t);
  const target = join(directory, "env");
  writeRoot(target, contents);
  const file = join(directory, "attestation.json");
  writeFileSync(file, attestation);
  writeFileSync(join(directory, "policy.yaml"), rules);
  return verify([target], {
    trustRoot: writeTrust(join(directory, "trust"), trusted),
    policy: join(directory, "policy.yaml"),
    attestations: [file],
    at: new Date("2026-11-02T00:00:00Z"),
  });
}

const signed = (
  subjects: readonly Subject[],
  signer = publisher.signer,
  type = publish,
): Promise<Uint8Array> => signStatement(statement(subjects, type), signer, 1 << 20);

/** A type that does not say itself what its subjects are called. */
const review = (subject: Subject): Promise<Uint8Array> =>
  signed([subject], publisher.signer, "https://example.com/review/v1");

const attestedIn = ({ evidence }: Verdict): readonly PackageEvidence[] =>
  evidence.filter((each) => each.kind === "package");

const rejectedIn = ({ rejected }: Verdict): readonly string[] => rejected.map(({ code }) => code);

const environment: RootContents = { ...virtualEnvironment(), "uv.lock": uvLock() };

test("a wheel that a lock file pins: evidence about the package, and about no file", async (t) => {
  const verdict = await judge(t, environment, await signed([{ name: wheel, digest: { sha256: hex } }]));
  assert.equal(verdict.outcome, "allow");
  const [only, ...others] = attestedIn(verdict);
  assert.equal(others.length, 0);
  assert.equal(only?.package, "pkg:pypi/torch@2.9.0");
  assert.deepEqual(only?.digest, { algorithm: "sha256", hex });
  assert.equal(verdict.evidence.length, 1);
  const covering =
    "apiVersion: aibom/policy/v1\nname: covers\nrules:\n  - { id: a, kind: attestation, predicateType: " +
    `${publish}, signers: [publisher] }\n`;
  const bytes = await signed([{ name: wheel, digest: { sha256: hex } }]);
  const files = await judge(t, environment, bytes, { rules: covering });
  assert.equal(files.outcome, "deny");
});

test("name, version and digest must all be the package's", async (t) => {
  const other = digest("sha256", "another wheel");
  const cases: readonly [what: string, subject: Subject, code: string][] = [
    ["another digest", { name: wheel, digest: { sha256: other } }, "ATTESTATION_OF_OTHER_BYTES"],
    ["MD5 only", { name: wheel, digest: { md5: digest("md5", "the wheel") } }, "ATTESTATION_OF_OTHER_BYTES"],
    ["another package", named(wheel.replace("torch", "torchx")), "ATTESTATION_OF_OTHER_PACKAGE"],
    ["another version", named(wheel.replace("2.9.0", "2.9.1")), "ATTESTATION_OF_OTHER_PACKAGE"],
    ["no wheel's name", named("torch-2.9.0.whl"), "ATTESTATION_OF_OTHER_PACKAGE"],
    ["a prefix of the version", named("torch-2.9.0-1.tar.gz"), "ATTESTATION_OF_OTHER_PACKAGE"],
    ["npm's package of that name", named("pkg:npm/torch@2.9.0"), "ATTESTATION_OF_OTHER_PACKAGE"],
    ["no version", named("pkg:pypi/torch"), "ATTESTATION_OF_OTHER_PACKAGE"],
    ["no name", named(""), "ATTESTATION_OF_OTHER_PACKAGE"],
  ];
  for (const [what, subject, code] of cases) {
    const verdict = await judge(t, environment, await review(subject));
    assert.equal(verdict.outcome, "deny", what);
    assert.deepEqual(rejectedIn(verdict), [code], what);
    assert.deepEqual(attestedIn(verdict), [], what);
  }
  for (const name of [
    wheel.toUpperCase().replace("WHL", "whl"),
    "torch-2.9.0.tar.gz",
    "pkg:pypi/Torch@2.9.0",
  ]) {
    assert.equal((await judge(t, environment, await review(named(name)))).outcome, "allow", name);
  }
});

function named(name: string): Subject {
  return { name, digest: { sha256: hex } };
}

test("a signer that the policy does not name, one that the trust root does not know, another type", async (t) => {
  const bytes = await signed([named(wheel)]);
  const stranger = await judge(t, environment, await signed([named(wheel)], testKey().signer));
  assert.deepEqual([stranger.outcome, ...rejectedIn(stranger)], ["deny", "TRUST_KEY_UNKNOWN"]);
  const unnamed = await judge(t, environment, bytes, {
    rules: policy("attestedBy: { signers: [somebody] }"),
  });
  assert.equal(unnamed.outcome, "deny");
  for (const [type, outcome] of [
    [publish, "allow"],
    ["https://slsa.dev/provenance/v1", "deny"],
  ]) {
    const demand = `attestedBy: { signers: any, predicateType: "${type}" }`;
    assert.equal((await judge(t, environment, bytes, { rules: policy(demand) })).outcome, outcome);
  }
});

test("direct_url.json pins what was installed; nothing pins what an index gave", async (t) => {
  const info = `${site}/torch-2.9.0.dist-info/direct_url.json`;
  const direct = { url: `file:///wheels/${wheel}`, archive_info: { hashes: { sha256: hex } } };
  const bytes = await signed([named(wheel)]);
  const pinned = await judge(t, { ...virtualEnvironment(), [info]: JSON.stringify(direct) }, bytes);
  assert.equal(pinned.outcome, "allow");
  const plain = await judge(t, virtualEnvironment(), bytes);
  assert.deepEqual([plain.outcome, ...rejectedIn(plain)], ["deny", "ATTESTATION_OF_OTHER_BYTES"]);
});

test("PEP 740, as PyPI's Integrity API answers it", async (t) => {
  const bundle = sigstoreBundle({ payload: statement([named(wheel)]), entries: [{ log: rekor1 }] });
  const { verificationMaterial, dsseEnvelope } = JSON.parse(JSON.stringify(bundle));
  const attestation = {
    version: 1,
    verification_material: {
      certificate: verificationMaterial.certificate.rawBytes,
      transparency_entries: verificationMaterial.tlogEntries,
    },
    envelope: { statement: dsseEnvelope.payload, signature: dsseEnvelope.signatures[0].sig },
  };
  const answer = { version: 1, attestation_bundles: [{ publisher: {}, attestations: [attestation] }] };
  const trusted = sigstoreTrust(toBytes(trustedRoot()), identity, identityIssuer);
  const verdict = await judge(t, environment, JSON.stringify(answer), { trusted });
  assert.equal(verdict.outcome, "allow", JSON.stringify(verdict.rejected));
  assert.equal(attestedIn(verdict)[0]?.package, "pkg:pypi/torch@2.9.0");
});

function sigstoreTrust(root: Uint8Array, subjectAltName: string, issuer: string): TrustSpec {
  const thresholds = { log: 1, sct: 1, time: 1 };
  return {
    authorities: [{ name: "public", kind: "sigstore", bytes: root, thresholds }],
    identities: [
      {
        name: "publisher",
        kind: "sigstore",
        authority: "public",
        subjectAltName,
        issuer,
        usages: ["statement"],
      },
    ],
  };
}

const signing = corpus("signing");

test("npm's real publish attestations of sigstore@1.0.0, as its API answers them", {
  skip: signing.missing,
}, async (t) => {
  const sample = join(signing.path, "sigstore-js-bundles/bundleV03-dsse.sigstore");
  const bundle = JSON.parse(readFileSync(sample, "utf8"));
  const [subject] = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, "base64").toString()).subject;
  const integrity = `sha512-${Buffer.from(subject.digest.sha512, "hex").toString("base64")}`;
  const trusted = sigstoreTrust(
    readFileSync(join(signing.path, "trust/public-good.trusted_root.json")),
    "brian@dehamer.com",
    "https://github.com/login/oauth",
  );
  const lock = (name: string): RootContents => {
    const entry = { version: "1.0.0", resolved: `https://r/${name}/-/${name}-1.0.0.tgz`, integrity };
    const packages = { "": { name: "project" }, [`node_modules/${name}`]: entry };
    return { "package-lock.json": JSON.stringify({ lockfileVersion: 3, packages }) };
  };
  const answer = JSON.stringify({ attestations: [{ predicateType: "ignored", bundle }] });
  const right = await judge(t, lock("sigstore"), answer, { trusted });
  assert.equal(right.outcome, "allow", JSON.stringify(right.rejected));
  const [only] = attestedIn(right);
  assert.equal(only?.package, "pkg:npm/sigstore@1.0.0");
  assert.equal(only?.logEntries, 1);
  assert.deepEqual(only?.claims.find(({ name }) => name === "npm.name")?.value, "sigstore");
  const wrong = await judge(t, lock("sigstorex"), answer, { trusted });
  assert.deepEqual([wrong.outcome, ...rejectedIn(wrong)], ["deny", "ATTESTATION_OF_OTHER_PACKAGE"]);
});
