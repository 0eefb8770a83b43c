// SPDX-License-Identifier: Apache-2.0
// Good bundles of every kind verify: each proof of time, each kind of log entry, message and envelope, key and
// certificate, bytes and digest; and say who signed what, and when.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { utf8String } from "../../../fixtures/der-writer.ts";
import { extension, fixtureTime, generalName, keyPair } from "../../../fixtures/pki.ts";
import {
  artifact,
  type BundleSpec,
  type EntryOptions,
  fulcio,
  fulcioLeaf,
  identity,
  identityIssuer,
  rekor1,
  rekor2,
  sigstoreBundle,
  statement,
  toBytes,
  trustedRoot,
} from "../../../fixtures/sigstore.ts";
import { fulcioClaims } from "../../../src/verifiers/sigstore/identity.ts";
import { codeOf, stockVerdict, type Trial, verifyOurs } from "./verifying.ts";

const sha256 = createHash("sha256").update(artifact).digest("hex");
const version = (number: string): string => `application/vnd.dev.sigstore.bundle+json;version=${number}`;

interface Case {
  readonly entries: readonly EntryOptions[];
  readonly timestamps?: BundleSpec["timestamps"];
  readonly mediaType?: string;
  readonly times: readonly string[];
  readonly log?: number;
}

const proofs: Record<string, Case> = {
  "Rekor v1, promise only (v0.1)": {
    entries: [{ log: rekor1, proof: false }],
    mediaType: version("0.1"),
    times: ["transparency-log"],
  },
  "Rekor v1, promise and proof": { entries: [{ log: rekor1 }], times: ["transparency-log"] },
  "Rekor v1, proof only, and a time stamp": {
    entries: [{ log: rekor1, promise: false }],
    timestamps: [{}],
    times: ["rfc3161"],
  },
  "Rekor v1 and a time stamp": {
    entries: [{ log: rekor1 }],
    timestamps: [{}],
    times: ["rfc3161", "transparency-log"],
  },
  "Rekor v2 and a time stamp": { entries: [{ log: rekor2 }], timestamps: [{}], times: ["rfc3161"] },
  "Rekor v2, alone in the log": {
    entries: [{ log: rekor2, treeSize: 1, index: 0 }],
    timestamps: [{}],
    times: ["rfc3161"],
  },
  "Rekor v1 and v2": {
    entries: [{ log: rekor1 }, { log: rekor2 }],
    timestamps: [{}],
    times: ["rfc3161", "transparency-log"],
    log: 2,
  },
  "a time stamp without a log": { entries: [], timestamps: [{}], times: ["rfc3161"], log: 0 },
};

for (const [name, { entries, timestamps = [], mediaType, times, log = 1 }] of Object.entries(proofs)) {
  for (const [kind, payload] of [
    ["message", undefined],
    ["envelope", statement()],
  ] as const) {
    for (const curve of ["p256", "p384"] as const) {
      test(`${name}: ${kind}, ${curve}`, async () => {
        const bundle = sigstoreBundle({
          leaf: fulcioLeaf({ keys: keyPair(curve, "signer") }),
          entries,
          timestamps,
          ...(payload === undefined ? {} : { payload }),
          ...(mediaType === undefined ? {} : { mediaType }),
        });
        const trial: Trial = { thresholds: { log } };
        const result = await verifyOurs(bundle, trial);
        assert.deepEqual(result.times.map(({ source }) => source).toSorted(), times);
        assert.ok(result.times.every((each) => each.time.getTime() === fixtureTime.getTime()));
        assert.ok(result.times.every((each) => each.authority === "virtual"));
        assert.equal(result.logEntries, entries.length);
        assert.equal(result.algorithm, curve === "p256" ? "ecdsa-p256-sha256" : "ecdsa-p384-sha384");
        assert.equal(result.content.kind, kind === "message" ? "message" : "dsse");
      });
    }
  }
}

test("every kind of entry that records an envelope", async () => {
  const payload = statement();
  for (const entry of [
    { log: rekor1, kind: "dsse" },
    { log: rekor1, kind: "intoto" },
    { log: rekor1, kind: "hashedrekord" },
    { log: rekor2, kind: "dsse" },
    { log: rekor2, kind: "hashedrekord" },
  ] as const) {
    const bundle = sigstoreBundle({ payload, entries: [entry], timestamps: [{}] });
    const { content } = await verifyOurs(bundle);
    assert.ok(content.kind === "dsse");
    assert.deepEqual(Buffer.from(content.payload), payload);
    assert.equal(content.payloadType, "application/vnd.in-toto+json");
  }
});

test("every place in logs of every size up to 9", async () => {
  for (let treeSize = 1; treeSize <= 9; treeSize++) {
    for (let index = 0; index < treeSize; index++) {
      const bundle = sigstoreBundle({ entries: [{ log: rekor2, treeSize, index }], timestamps: [{}] });
      assert.equal(await codeOf(bundle), "accepted", `${index} of ${treeSize}`);
    }
  }
});

test("the result says who signed", async () => {
  const leaf = fulcioLeaf({
    extensions: [
      extension(fulcioClaims.sourceRepositoryUri, utf8String("https://example.com/project")),
      extension(fulcioClaims.sourceRepositoryRef, utf8String("refs/tags/v1")),
      extension("1.3.6.1.4.1.57264.1.2", Buffer.from("push")),
      extension(fulcioClaims.runnerEnvironment, Buffer.from("not DER")),
    ],
  });
  const { signer, content } = await verifyOurs(sigstoreBundle({ leaf, entries: [{ log: rekor1 }] }));
  assert.ok(signer.kind === "certificate");
  assert.deepEqual(signer.subjectAltName, { type: "uri", value: identity });
  assert.deepEqual(signer.subjectAltNames, [signer.subjectAltName]);
  assert.equal(signer.issuer, identityIssuer);
  assert.equal(signer.certificateFingerprint, leaf.certificate.fingerprint);
  assert.equal(signer.keyId, leaf.certificate.keyId);
  assert.equal(signer.extensions.get(fulcioClaims.sourceRepositoryUri), "https://example.com/project");
  assert.equal(signer.extensions.get(fulcioClaims.sourceRepositoryRef), "refs/tags/v1");
  assert.equal(signer.extensions.get("1.3.6.1.4.1.57264.1.2"), "push");
  assert.equal(signer.extensions.has(fulcioClaims.runnerEnvironment), false);
  assert.deepEqual(content, { kind: "message", digest: { algorithm: "sha256", hex: sha256 } });
});

test("bytes, a digest, several digests", async () => {
  for (const payload of [undefined, statement()]) {
    const bundle = sigstoreBundle({
      entries: [{ log: rekor1 }],
      ...(payload === undefined ? {} : { payload }),
    });
    for (const content of [
      { kind: "bytes", bytes: artifact },
      { kind: "digest", algorithm: "sha256", hex: sha256 },
      { kind: "digests", digests: new Map([["sha256", sha256]]) },
    ] as const) {
      assert.equal(await codeOf(bundle, { content }), "accepted");
    }
  }
});

test("a digest by each hash function, with a key of each curve", async () => {
  for (const [curve, algorithm] of [
    ["p256", "sha256"],
    ["p384", "sha384"],
    ["p521", "sha512"],
  ] as const) {
    const hex = createHash(algorithm).update(artifact).digest("hex");
    const managed = keyPair(curve, "managed");
    const trial: Trial = { managed, thresholds: { log: 0, time: 0 } };
    const bundle = sigstoreBundle({ key: managed });
    assert.equal(await codeOf(bundle, { ...trial, content: { kind: "digest", algorithm, hex } }), "accepted");
    assert.equal(await codeOf(bundle, trial), "accepted");
  }
});

test("managed keys: each algorithm, with and without log, where the library fails for some", async () => {
  for (const curve of ["p256", "p384", "p521", "ed25519"] as const) {
    const managed = keyPair(curve, "managed");
    for (const payload of [undefined, statement()]) {
      const spec = { key: managed, ...(payload === undefined ? {} : { payload }) };
      const without: Trial = { managed, thresholds: { log: 0, time: 0 } };
      const bundle = sigstoreBundle(spec);
      const { signer, times } = await verifyOurs(bundle, without);
      assert.equal(signer.kind, "key");
      assert.deepEqual(times, []);
      // The library hashes with SHA-256 whatever the key, or as the message says.
      const isRight = payload === undefined ? curve !== "ed25519" : curve === "p256" || curve === "ed25519";
      assert.equal(stockVerdict(bundle, without) === "accepted", isRight, curve);
      if (payload !== undefined) {
        const logged = sigstoreBundle({ ...spec, entries: [{ log: rekor1 }], timestamps: [{}] });
        assert.equal(await codeOf(logged, { managed }), "accepted");
      }
    }
  }
});

test("names of a key: the three usual ones, and those that the caller adds", async () => {
  const managed = keyPair("p256", "managed");
  const trial: Trial = { managed, thresholds: { log: 0, time: 0 } };
  const der = managed.publicKey.export({ type: "spki", format: "der" });
  const pem = managed.publicKey.export({ type: "spki", format: "pem" });
  for (const hint of [
    createHash("sha256").update(der).digest("hex"),
    createHash("sha256").update(der).digest("base64"),
    createHash("sha256").update(pem).digest("hex"),
  ]) {
    assert.equal(await codeOf(sigstoreBundle({ key: managed, hint }), trial), "accepted");
    const envelope = sigstoreBundle({ key: managed, hint, keyid: hint, payload: statement() });
    assert.equal(await codeOf(envelope, trial), "accepted");
  }
  const named = sigstoreBundle({ key: managed, hint: "SHA256:npm" });
  assert.equal(await codeOf(named, trial), "SIGSTORE_KEY_OTHER");
  const key = { publicKey: managed.publicKey, hints: ["SHA256:npm"] };
  assert.equal(await codeOf(named, { key, thresholds: { log: 0, time: 0 } }), "accepted");
});

test("time stamps with any number of digits, and the library that reads only three", async () => {
  for (const digits of ["", ".1", ".12", ".123", ".1234", ".123456", ".123456789"]) {
    const bundle = sigstoreBundle({
      entries: [{ log: rekor2 }],
      timestamps: [{ genTime: `20261101120000${digits}Z` }],
    });
    const { times } = await verifyOurs(bundle);
    const fraction = Number(`0${digits || ".0"}`) * 1000;
    assert.equal(times[0]?.time.getTime(), fixtureTime.getTime() + Math.ceil(fraction), digits);
    const isRead = digits.length === 0 || digits.length === 4;
    assert.equal(stockVerdict(bundle) === "accepted", isRead, digits);
  }
});

test("a claimed accuracy counts against the signer", async () => {
  const timestamps = [{ accuracy: { seconds: 1 } }];
  const { times } = await verifyOurs(sigstoreBundle({ entries: [{ log: rekor2 }], timestamps }));
  assert.equal(times[0]?.time.getTime(), fixtureTime.getTime() + 1000);
  const leaf = fulcioLeaf({ notAfter: fixtureTime });
  const bundle = sigstoreBundle({ leaf, entries: [{ log: rekor2 }], timestamps });
  assert.equal(await codeOf(bundle), "CERTIFICATE_EXPIRED");
});

test("cosignatures of witnesses neither help nor hurt", async () => {
  const witness = "\u2014 witness.example/w1 O8PH5AAAAABopO8+4O9uzScQrNEnGdKLYXSPoUjH1Se4n92W+wT/j5Kel/4=";
  const entries = [{ log: rekor2, cosignatures: [witness] }];
  assert.equal(await codeOf(sigstoreBundle({ entries, timestamps: [{}] })), "accepted");
});

test("chains of the older versions; the rest of the chain is not used", async () => {
  const stranger = fulcioLeaf({ names: [generalName.uri("https://example.com/stranger")] });
  for (const number of ["0.1", "0.2"]) {
    for (const chain of [[], [fulcio], [stranger]]) {
      const bundle = sigstoreBundle({ mediaType: version(number), chain, entries: [{ log: rekor1 }] });
      assert.equal(await codeOf(bundle), "accepted");
    }
  }
});

test("windows include both ends", async () => {
  const root = trustedRoot();
  const instant = fixtureTime.toISOString();
  for (const each of [...root.certificateAuthorities, ...root.timestampAuthorities]) {
    each.validFor = { start: instant, end: instant };
  }
  for (const log of root.tlogs) {
    log.publicKey.validFor = { start: instant, end: instant };
  }
  const leaf = fulcioLeaf({ notBefore: fixtureTime, notAfter: fixtureTime });
  const bundle = sigstoreBundle({ leaf, entries: [{ log: rekor1 }, { log: rekor2 }], timestamps: [{}] });
  assert.equal(await codeOf(bundle, { root, at: fixtureTime }), "accepted");
});

test("null and absent are the same, numbers may be numbers", async () => {
  const bundle = sigstoreBundle({ entries: [{ log: rekor1 }] });
  const json = JSON.parse(Buffer.from(toBytes(bundle)).toString());
  json.verificationMaterial.timestampVerificationData = null;
  json.verificationMaterial.publicKey = null;
  const [entry] = json.verificationMaterial.tlogEntries;
  entry.logIndex = Number(entry.logIndex);
  entry.inclusionProof.treeSize = Number(entry.inclusionProof.treeSize);
  assert.equal(await codeOf(toBytes(json)), "accepted");
});
