// SPDX-License-Identifier: Apache-2.0
// What was signed and with which key: artifacts, subjects, managed keys, algorithms, limits, thresholds. Some cases
// stand beside cases of the conformance suite that fail for another reason than they name.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { fixtureTime, keyPair } from "../../../fixtures/pki.ts";
import {
  artifact,
  fulcioLeaf,
  keyHint,
  rekor1,
  rekor2,
  sigstoreBundle,
  statement,
  toBytes,
} from "../../../fixtures/sigstore.ts";
import { parseSigstoreBundle } from "../../../src/verifiers/sigstore/bundle.ts";
import { verifySigstoreBundle } from "../../../src/verifiers/sigstore/verify-sigstore-bundle.ts";
import { codeOf, inputOf, stockVerdict, type Trial, verifyOurs } from "./verifying.ts";

const digestOf = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");
const sha256 = digestOf("sha256", artifact);
const other = Buffer.from("another artifact\n");
const keyOnly = { log: 0, time: 0 };
const managed = keyPair("p256", "managed");
const logged = [{ log: rekor1 }];

test("another artifact", async () => {
  const message = sigstoreBundle({ entries: logged });
  const envelope = sigstoreBundle({ entries: logged, payload: statement() });
  for (const content of [
    { kind: "bytes", bytes: other },
    { kind: "digest", algorithm: "sha256", hex: digestOf("sha256", other) },
    { kind: "digests", digests: new Map([["sha256", digestOf("sha256", other)]]) },
  ] as const) {
    assert.equal(await codeOf(message, { content }), "SIGSTORE_ARTIFACT_DIGEST");
    assert.equal(await codeOf(envelope, { content }), "SIGSTORE_SUBJECT_MISSING");
  }
  // The library never looks at the subjects.
  const stranger = sigstoreBundle({
    entries: logged,
    payload: statement({ subject: [{ name: "artifact", digest: { sha256: digestOf("sha256", other) } }] }),
  });
  assert.equal(await codeOf(stranger), "SIGSTORE_SUBJECT_MISSING");
  assert.equal(stockVerdict(stranger), "accepted");
});

test("the digest in the message says another artifact than the signature", async () => {
  const bundle = sigstoreBundle({ entries: [] });
  const digest = createHash("sha256").update(other).digest("base64");
  Object.assign(bundle.messageSignature ?? {}, { messageDigest: { algorithm: "SHA2_256", digest } });
  assert.equal(await codeOf(bundle), "SIGSTORE_ARTIFACT_DIGEST");
  const content = { kind: "bytes", bytes: other } as const;
  assert.equal(await codeOf(bundle, { content }), "SIGSTORE_SIGNATURE_INVALID");
  const byDigest = { kind: "digest", algorithm: "sha256", hex: digestOf("sha256", other) } as const;
  assert.equal(await codeOf(bundle, { content: byDigest }), "SIGSTORE_SIGNATURE_INVALID");
});

test("a message signature needs the artifact, an envelope does not", async () => {
  const content = { kind: "none" } as const;
  assert.equal(await codeOf(sigstoreBundle({ entries: logged }), { content }), "SIGSTORE_ARTIFACT_NEEDED");
  const envelope = sigstoreBundle({ entries: logged, payload: statement({ subject: [] }) });
  assert.equal(await codeOf(envelope, { content }), "accepted");
  assert.equal(await codeOf(envelope), "SIGSTORE_SUBJECT_MISSING");
});

test("a digest by another hash function cannot be compared", async () => {
  const content = { kind: "digest", algorithm: "sha512", hex: digestOf("sha512", artifact) } as const;
  assert.equal(await codeOf(sigstoreBundle({ entries: logged }), { content }), "SIGSTORE_DIGEST_ALGORITHM");
  const sha512 = digestOf("sha512", artifact);
  const envelope = sigstoreBundle({
    entries: logged,
    payload: statement({ subject: [{ name: "npm", digest: { sha512 } }] }),
  });
  assert.equal(await codeOf(envelope, { content }), "accepted");
  const other256 = { kind: "digest", algorithm: "sha256", hex: sha256 } as const;
  assert.equal(await codeOf(envelope, { content: other256 }), "SIGSTORE_SUBJECT_MISSING");
});

test("subjects: by strong digests, all of which agree, never by name", async () => {
  const verdict = (subject: unknown): Promise<string> =>
    codeOf(sigstoreBundle({ entries: logged, payload: statement({ subject }) }));
  const wrong = "0".repeat(64);
  assert.equal(await verdict([{ name: "artifact", digest: { sha256: wrong } }]), "SIGSTORE_SUBJECT_MISSING");
  assert.equal(
    await verdict([{ name: "a", digest: { sha256, sha512: "0".repeat(128) } }]),
    "SIGSTORE_SUBJECT_MISSING",
  );
  const sha1 = digestOf("sha1", artifact);
  assert.equal(await verdict([{ name: "a", digest: { sha1 } }]), "SIGSTORE_SUBJECT_MISSING");
  assert.equal(
    await verdict([{ name: "a", digest: { sha256: sha256.toUpperCase() } }]),
    "SIGSTORE_SUBJECT_MISSING",
  );
  assert.equal(await verdict([{ name: "a", digest: { sha256, sha1: "wrong" } }]), "accepted");
  assert.equal(
    await verdict([
      { name: "x", digest: { sha256: wrong } },
      { name: "y", digest: { sha256 } },
    ]),
    "accepted",
  );
  const many = (count: number): unknown =>
    Array.from({ length: count }, (_, index) => ({ name: String(index), digest: { sha256 } }));
  assert.equal(await verdict(many(1024)), "accepted");
  assert.equal(await verdict(many(1025)), "STATEMENT_SUBJECT_COUNT");
});

test("a payload that is no statement cannot be about an artifact (CVE-2026-39395)", async () => {
  const verdict = (payload: string, payloadType?: string): Promise<string> =>
    codeOf(
      sigstoreBundle({
        entries: logged,
        payload: Buffer.from(payload),
        ...(payloadType === undefined ? {} : { payloadType }),
      }),
    );
  assert.equal(await verdict("{"), "JSON_INVALID");
  assert.equal(await verdict("[]"), "STATEMENT_MALFORMED");
  assert.equal(await verdict('{"_type":"https://example.com/v1"}'), "STATEMENT_TYPE");
  assert.equal(await verdict('{"_type":"a","_type":"b"}'), "JSON_DUPLICATE_KEY");
  assert.equal(await verdict(Buffer.from(statement()).toString(), "application/json"), "DSSE_PAYLOAD_TYPE");
});

test("the payload type is signed", async () => {
  const bundle = sigstoreBundle({ entries: [], payload: statement() });
  Object.assign(bundle.dsseEnvelope ?? {}, { payloadType: "application/json" });
  assert.equal(await codeOf(bundle, { content: { kind: "none" } }), "SIGSTORE_SIGNATURE_INVALID");
});

test("a key where a certificate is expected, and the other way round", async () => {
  assert.equal(await codeOf(sigstoreBundle({ key: managed, entries: logged })), "SIGSTORE_METHOD");
  assert.equal(await codeOf(sigstoreBundle({ entries: logged }), { managed }), "SIGSTORE_METHOD");
});

test("another key, and another key that is called by the name of the expected one", async () => {
  const stranger = keyPair("p256", "stranger");
  const trial: Trial = { managed, thresholds: keyOnly };
  assert.equal(await codeOf(sigstoreBundle({ key: stranger }), trial), "SIGSTORE_KEY_OTHER");
  const impostor = sigstoreBundle({ key: stranger, hint: keyHint(managed) });
  assert.equal(await codeOf(impostor, trial), "SIGSTORE_SIGNATURE_INVALID");
  const unnamed = sigstoreBundle({ key: managed, hint: "" });
  assert.equal(await codeOf(unnamed, trial), "BUNDLE_KEY_UNNAMED");
  const two = sigstoreBundle({ key: managed, keyid: "another", payload: statement() });
  assert.equal(await codeOf(two, trial), "SIGSTORE_KEY_OTHER");
});

test("the window of a managed key: at the proven time, else now (GHSA-wqqc-jjcq-vfxm)", async () => {
  const day = 86_400_000;
  const before = new Date(fixtureTime.getTime() - day);
  const after = new Date(fixtureTime.getTime() + day);
  const untimed = sigstoreBundle({ key: managed });
  const timed = sigstoreBundle({ key: managed, entries: logged });
  const { publicKey } = managed;
  const verdict = (bundle: typeof timed, window: object, thresholds: object, at = after): Promise<string> =>
    codeOf(bundle, { key: { publicKey, ...window }, thresholds, at });
  // Made in time, checked after the end: only a proof of time helps.
  assert.equal(await verdict(timed, { validUntil: fixtureTime }, {}), "accepted");
  assert.equal(await verdict(untimed, { validUntil: fixtureTime }, keyOnly), "SIGSTORE_KEY_WINDOW");
  assert.equal(await verdict(untimed, { validUntil: after }, keyOnly), "accepted");
  // Made too late or too early.
  assert.equal(await verdict(timed, { validUntil: before }, {}), "SIGSTORE_KEY_WINDOW");
  assert.equal(await verdict(timed, { validFrom: after }, {}), "SIGSTORE_KEY_WINDOW");
  assert.equal(await verdict(untimed, { validFrom: after }, keyOnly, before), "SIGSTORE_KEY_WINDOW");
  assert.equal(await verdict(untimed, { validFrom: new Date(Number.NaN) }, keyOnly), "SIGSTORE_KEY_WINDOW");
});

test("algorithms that are not accepted", async () => {
  for (const kind of ["rsa2048", "secp256k1"] as const) {
    const keys = keyPair(kind, "weak");
    const leaf = fulcioLeaf({ keys });
    const signed = sigstoreBundle({ leaf, signer: keyPair("p256", "signer"), entries: [] });
    assert.equal(await codeOf(signed), "SIGSTORE_ALGORITHM");
  }
  // P-384 over SHA-256, as older clients did it.
  const keys = keyPair("p384", "managed");
  const bundle = sigstoreBundle({ key: keys });
  const digest = createHash("sha256").update(artifact).digest("base64");
  Object.assign(bundle.messageSignature ?? {}, { messageDigest: { algorithm: "SHA2_256", digest } });
  assert.equal(await codeOf(bundle, { managed: keys, thresholds: keyOnly }), "SIGSTORE_ALGORITHM");
});

test("Ed25519 needs the bytes", async () => {
  const keys = keyPair("ed25519", "managed");
  const trial: Trial = { managed: keys, thresholds: keyOnly };
  const content = { kind: "digest", algorithm: "sha256", hex: sha256 } as const;
  const message = sigstoreBundle({ key: keys });
  assert.equal(await codeOf(message, trial), "accepted");
  assert.equal(await codeOf(message, { ...trial, content }), "SIGSTORE_PREHASH");
  // An envelope brings the signed bytes along.
  assert.equal(
    await codeOf(sigstoreBundle({ key: keys, payload: statement() }), { ...trial, content }),
    "accepted",
  );
});

test("thresholds that are no numbers", async () => {
  const bundle = sigstoreBundle({ entries: logged });
  for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "1" as never, undefined as never]) {
    for (const name of ["log", "sct", "time"]) {
      const input = inputOf(bundle);
      const thresholds = { ...input.authority.thresholds, [name]: value };
      const broken = { ...input, authority: { ...input.authority, thresholds } };
      await assert.rejects(verifySigstoreBundle(broken), { code: "SIGSTORE_THRESHOLD_INVALID" });
    }
  }
});

test("an instant that is no date", async () => {
  const bundle = sigstoreBundle({ entries: logged });
  assert.equal(await codeOf(bundle, { at: new Date(Number.NaN) }), "SIGSTORE_REJECTED");
});

test("several parties, each counted", async () => {
  const bundle = sigstoreBundle({ entries: [{ log: rekor1 }, { log: rekor2 }], timestamps: [{}] });
  assert.equal(await codeOf(bundle, { thresholds: { log: 2, time: 2 } }), "accepted");
  assert.equal(await codeOf(bundle, { thresholds: { log: 3 } }), "SIGSTORE_THRESHOLD");
  assert.equal(await codeOf(bundle, { thresholds: { time: 3 } }), "SIGSTORE_THRESHOLD");
});

test("the size of a bundle is bounded by the caller", async () => {
  const bytes = toBytes(sigstoreBundle({ entries: logged }));
  assert.equal(await codeOf(bytes, { maxBytes: bytes.length }), "accepted");
  assert.equal(await codeOf(bytes, { maxBytes: bytes.length - 1 }), "BUNDLE_TOO_LARGE");
});

test("the payload of a verified envelope is the signed one", async () => {
  const bytes = toBytes(sigstoreBundle({ entries: logged, payload: statement() }));
  const { content } = await verifyOurs(bytes);
  const parsed = parseSigstoreBundle(bytes, "x", bytes.length);
  assert.ok(content.kind === "dsse" && parsed.content.kind === "dsse");
  assert.deepEqual(content.payload, parsed.content.payload);
});
