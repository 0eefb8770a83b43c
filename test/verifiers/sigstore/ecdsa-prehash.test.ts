// SPDX-License-Identifier: Apache-2.0
// ECDSA over a digest agrees with OpenSSL over the bytes: for good signatures, for each kind of bad one, and for
// values at the edges. The special cases that are refused are the ones that the code names.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { test } from "node:test";
import { integer, sequence } from "../../../fixtures/der-writer.ts";
import { keyPair } from "../../../fixtures/pki.ts";
import { AibomError } from "../../../src/errors.ts";
import { verifyEcdsaDigest } from "../../../src/verifiers/sigstore/ecdsa-prehash.ts";

const curves = [
  ["p256", "sha256", 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
  [
    "p384",
    "sha384",
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ],
  ["p521", "sha512", 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n],
] as const;

test("the same answer as OpenSSL, good and bad, with any hash", () => {
  for (const [kind, own] of curves) {
    const { privateKey, publicKey } = keyPair(kind, "prehash");
    for (const hash of new Set([own, "sha256", "sha512"])) {
      for (let round = 0; round < 12; round++) {
        const message = randomBytes(round * 7);
        const digest = createHash(hash).update(message).digest();
        const signature = sign(hash, message, privateKey);
        assert.equal(verifyEcdsaDigest(digest, publicKey, signature), true);
        const flipped = Buffer.from(digest);
        flipped[0] = (flipped[0] ?? 0) ^ 1;
        assert.equal(verifyEcdsaDigest(flipped, publicKey, signature), false);
        assert.equal(verifyEcdsaDigest(digest, keyPair(kind, "other").publicKey, signature), false);
      }
    }
  }
});

test("flipped bits in the signature", () => {
  const { privateKey, publicKey } = keyPair("p256", "prehash");
  const message = Buffer.from("message");
  const digest = createHash("sha256").update(message).digest();
  const signature = sign("sha256", message, privateKey);
  for (let bit = 0; bit < signature.length * 8; bit++) {
    const changed = Buffer.from(signature);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    let verdict = false;
    try {
      verdict = verifyEcdsaDigest(digest, publicKey, changed);
    } catch (error) {
      assert.ok(error instanceof AibomError && error.code.startsWith("DER_"));
    }
    assert.equal(verdict, false);
    assert.equal(verify("sha256", message, publicKey, changed), false);
  }
});

test("numbers at the edges: none verifies, as with OpenSSL", () => {
  for (const [kind, hash, n] of curves) {
    const { publicKey, privateKey } = keyPair(kind, "prehash");
    const message = Buffer.from("message");
    const digest = createHash(hash).update(message).digest();
    const edges = [0n, 1n, 2n, -1n, n - 1n, n, n + 1n, (n + 1n) / 2n, 2n * n];
    for (const r of edges) {
      for (const s of edges) {
        const signature = sequence(integer(r), integer(s));
        assert.equal(verifyEcdsaDigest(digest, publicKey, signature), false, `${kind} ${r} ${s}`);
        assert.equal(verify(hash, message, publicKey, signature), false);
      }
    }
    // The other valid signature of the same message: not refused, as everywhere (signers do not normalise s).
    const [r = 0n, s = 0n] = numbersOf(sign(hash, message, privateKey));
    for (const [first, second] of [
      [r, n - s],
      [r + n, s],
      [r, s + n],
      [s, r],
    ] as const) {
      const signature = sequence(integer(first), integer(second));
      const expected = verify(hash, message, publicKey, signature);
      assert.equal(expected, first === r && second === n - s);
      assert.equal(verifyEcdsaDigest(digest, publicKey, signature), expected);
    }
  }
});

test("signatures whose points coincide are refused, not misread", () => {
  const { publicKey } = keyPair("p256", "prehash");
  const n = curves[0][2];
  // r = s makes the second factor 1, so that the key's point is added to itself on the way.
  const same = sequence(integer(7n), integer(7n));
  assert.equal(verifyEcdsaDigest(createHash("sha256").update("x").digest(), publicKey, same), false);
  // A digest of zero has no first point; s = r and s = n - r give the factors 1 and -1.
  for (const s of [7n, n - 7n, 8n]) {
    assert.equal(verifyEcdsaDigest(Buffer.alloc(32), publicKey, sequence(integer(7n), integer(s))), false);
  }
});

test("keys of other kinds do not verify", () => {
  const digest = Buffer.alloc(32, 1);
  const signature = sequence(integer(5), integer(6));
  for (const publicKey of [
    generateKeyPairSync("ed25519").publicKey,
    generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey,
    keyPair("rsa2048", "prehash").publicKey,
  ]) {
    assert.equal(verifyEcdsaDigest(digest, publicKey, signature), false);
  }
});

/** The two numbers of a signature that OpenSSL wrote. */
function numbersOf(signature: Uint8Array): readonly bigint[] {
  const start = signature[1] === 0x81 ? 3 : 2;
  const length = signature[start + 1] ?? 0;
  const part = (from: number, to: number): bigint =>
    BigInt(`0x${Buffer.from(signature.subarray(from, to)).toString("hex")}`);
  return [part(start + 2, start + 2 + length), part(start + 4 + length, signature.length)];
}
