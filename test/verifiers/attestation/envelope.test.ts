// SPDX-License-Identifier: Apache-2.0
// Bare DSSE envelopes: each signature by itself, both encodings of ECDSA, and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../src/bytes/json.ts";
import { limits } from "../../../src/limits.ts";
import type { PublicKey } from "../../../src/trust/public-key.ts";
import { judgeSignatures, parseDsseEnvelope } from "../../../src/verifiers/attestation/envelope.ts";
import { seeded } from "../../random.ts";
import {
  bytesOf,
  codeOf,
  type EnvelopeKey,
  envelope,
  envelopeKey,
  signatureOf,
  statement,
} from "./material.ts";

const payload = bytesOf(statement("https://example.com/x", {}));
const keyTypes = ["P-256", "P-384", "P-521", "ed25519", "ml-dsa-65"] as const;
const keys = new Map(keyTypes.map((type) => [type, envelopeKey(type)]));
const known = (all: readonly EnvelopeKey[]) => (keyid: string) =>
  all.map((key) => key.publicKey).filter((key) => keyid === "" || key.keyId === keyid);

function judge(value: object, finder: (keyid: string) => readonly PublicKey[]): readonly string[] {
  const parsed = parseDsseEnvelope(JSON.parse(JSON.stringify(value)) as JsonObject);
  return judgeSignatures(parsed, finder).map((each) => ("key" in each ? each.key.keyId : each.error.code));
}

for (const [type, key] of keys) {
  test(`${type}: a signature verifies, a changed payload, type or key does not`, () => {
    const good = envelope(payload, [key]);
    assert.deepEqual(judge(good, known([key])), [key.publicKey.keyId]);
    const other = { ...good, payload: Buffer.from("{}").toString("base64") };
    assert.deepEqual(judge(other, known([key])), ["ENVELOPE_SIGNATURE_INVALID"]);
    assert.deepEqual(judge({ ...good, payloadType: "text/plain" }, known([key])), [
      "ENVELOPE_SIGNATURE_INVALID",
    ]);
    const stranger = envelopeKey(type).publicKey;
    assert.deepEqual(
      judge(good, () => [stranger]),
      ["ENVELOPE_SIGNATURE_INVALID"],
    );
    assert.deepEqual(
      judge(good, () => [stranger, key.publicKey]),
      [key.publicKey.keyId],
    );
    assert.deepEqual(
      judge(good, () => []),
      ["ENVELOPE_KEY_UNKNOWN"],
    );
  });
}

for (const type of ["P-256", "P-384", "P-521"] as const) {
  test(`${type}: both integers side by side verify, and only at their exact length`, () => {
    const key = keys.get(type) as EnvelopeKey;
    const signature = signatureOf(key, payload, "ieee-p1363");
    const judged = (sig: Uint8Array) =>
      judge(
        { ...envelope(payload, [key]), signatures: [{ sig: Buffer.from(sig).toString("base64") }] },
        known([key]),
      )[0];
    assert.equal(judged(signature), key.publicKey.keyId);
    for (const wrong of [
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([signature, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), signature]),
      Buffer.alloc(signature.length),
      Buffer.alloc(signature.length, 0xff),
    ]) {
      assert.equal(judged(wrong), "ENVELOPE_SIGNATURE_INVALID");
    }
    const zeroR = Buffer.concat([
      Buffer.alloc(signature.length / 2),
      signature.subarray(signature.length / 2),
    ]);
    assert.equal(judged(zeroR), "ENVELOPE_SIGNATURE_INVALID");
  });
}

test("DER must be strict: bytes behind it, long lengths and padded integers do not verify", () => {
  const key = keys.get("P-256") as EnvelopeKey;
  const der = signatureOf(key, payload);
  const length = der[1] as number;
  for (const wrong of [
    Buffer.concat([der, Buffer.of(0)]),
    Buffer.concat([Buffer.of(0x30, 0x81, length), der.subarray(2)]),
    Buffer.concat([Buffer.of(0x30, length + 1, 0x02, (der[3] as number) + 1, 0), der.subarray(4)]),
  ]) {
    const value = { ...envelope(payload, [key]), signatures: [{ sig: wrong.toString("base64") }] };
    assert.deepEqual(judge(value, known([key])), ["ENVELOPE_SIGNATURE_INVALID"]);
  }
});

test("several signatures: each counts or not by itself, and a key counts once", () => {
  const [a, b, c] = [envelopeKey("P-256"), envelopeKey("ed25519"), envelopeKey("P-384")] as const;
  const good = envelope(payload, [a, b, c]);
  const [first, second, third] = good.signatures;
  assert.deepEqual(judge(good, known([a, b])), [
    a.publicKey.keyId,
    b.publicKey.keyId,
    "ENVELOPE_KEY_UNKNOWN",
  ]);
  const again = signatureOf(a, payload, "ieee-p1363").toString("base64");
  const repeated = { ...good, signatures: [first, { sig: again }, third, { ...second, sig: third?.sig }] };
  assert.deepEqual(judge(repeated, known([a, c])), [
    a.publicKey.keyId,
    "ENVELOPE_SIGNER_REPEATED",
    c.publicKey.keyId,
    "ENVELOPE_KEY_UNKNOWN",
  ]);
});

test("a key id is only a hint: another signer's id does not carry a signature", () => {
  const [a, b] = [envelopeKey("P-256"), envelopeKey("P-256")];
  const value = envelope(payload, [a]);
  const renamed = { ...value, signatures: [{ ...value.signatures[0], keyid: b.publicKey.keyId }] };
  assert.deepEqual(judge(renamed, known([a, b])), ["ENVELOPE_SIGNATURE_INVALID"]);
  for (const keyid of ["__proto__", "constructor", "toString", "x".repeat(10_000)]) {
    const odd = { ...value, signatures: [{ ...value.signatures[0], keyid }] };
    assert.deepEqual(judge(odd, known([a, b])), ["ENVELOPE_KEY_UNKNOWN"]);
  }
});

test("a certificate beside the signature is named as what is missing", () => {
  const key = envelopeKey("P-256");
  const value = envelope(payload, [key]);
  const cert = "-----BEGIN CERTIFICATE-----";
  const withCertificate = { ...value, signatures: [{ ...value.signatures[0], cert }] };
  assert.deepEqual(
    judge(withCertificate, () => []),
    ["ENVELOPE_CERTIFICATE"],
  );
  assert.deepEqual(judge(withCertificate, known([key])), [key.publicKey.keyId], "a known key still counts");
});

test("work is bounded", () => {
  const key = envelopeKey("P-256");
  const value = envelope(payload, [key]);
  const many = Array.from({ length: limits.maxKeysPerSignature + 1 }, () => key.publicKey);
  assert.deepEqual(
    judge(value, () => many),
    ["ENVELOPE_KEYS_TOO_MANY"],
  );
  const signatures = Array.from({ length: limits.maxEnvelopeSignatures + 1 }, () => value.signatures[0]);
  assert.equal(
    codeOf(() => parseDsseEnvelope({ ...value, signatures } as JsonObject)),
    "ENVELOPE_SIGNATURE_COUNT",
  );
});

const value = envelope(payload, [keys.get("P-256") as EnvelopeKey]);
const [signature] = value.signatures;
const malformed: [string, unknown, string][] = [
  ["payload is a number", { ...value, payload: 1 }, "/payload"],
  ["payload is empty", { ...value, payload: "" }, "/payload"],
  ["payload has white space", { ...value, payload: `${value.payload}\n` }, "/payload"],
  ["payload lacks its padding", { ...value, payload: "YQ" }, "/payload"],
  ["payload has trailing bits", { ...value, payload: "YR==" }, "/payload"],
  ["payload mixes alphabets", { ...value, payload: "_-+/" }, "/payload"],
  ["no payload type", { ...value, payloadType: null }, "/payloadType"],
  ["signatures are an object", { ...value, signatures: {} }, "/signatures"],
  ["a signature is null", { ...value, signatures: [null] }, "/signatures/0"],
  ["sig is absent", { ...value, signatures: [{ keyid: "a" }] }, "/signatures/0/sig"],
  ["sig is not base64", { ...value, signatures: [{ sig: "*" }] }, "/signatures/0/sig"],
  ["keyid is a list", { ...value, signatures: [{ ...signature, keyid: [] }] }, "/signatures/0/keyid"],
  ["a stray field", { ...value, signatures: [{ ...signature, "a/b~c": 1 }] }, "/signatures/0/a~1b~0c"],
];
for (const [what, broken, pointer] of malformed) {
  test(`malformed: ${what}`, () => {
    assert.equal(
      codeOf(() => parseDsseEnvelope(broken as JsonObject)),
      `ENVELOPE_MALFORMED ${pointer}`,
    );
  });
}

test("URL-safe base64 is read, as DSSE allows", () => {
  const bytes = Buffer.from([0xff, 0xef, 0xbe, 0xfb]);
  const text = bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
  assert.notEqual(text, bytes.toString("base64"));
  const parsed = parseDsseEnvelope({ ...value, payload: text } as JsonObject);
  assert.deepEqual(Buffer.from(parsed.payload), bytes);
});

test("signatures of random bytes never verify and never throw", () => {
  const next = seeded(5);
  const finder = () => [...keys.values()].map((key) => key.publicKey);
  const seen = new Set<string>();
  for (let round = 0; round < 300; round += 1) {
    const length = [1, 8, 63, 64, 65, 70, 71, 72, 96, 132, 139, 3309][next(12)] as number;
    const random = Buffer.from(Array.from({ length }, () => next(256)));
    const value = { ...envelope(payload, []), signatures: [{ sig: random.toString("base64") }] };
    for (const code of judge(value, finder)) {
      seen.add(code);
    }
  }
  assert.deepEqual([...seen], ["ENVELOPE_SIGNATURE_INVALID"]);
});
