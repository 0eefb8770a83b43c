// SPDX-License-Identifier: Apache-2.0
// DER to r || s: agreement with OpenSSL for every curve, and every spelling that is not the canonical one.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { checkEcdsaDer, p1363FromDer } from "../../src/verifiers/ecdsa-encoding.ts";

const data = Buffer.from("signed");

for (const [namedCurve, hash, coordinateBytes] of [
  ["P-256", "sha256", 32],
  ["P-384", "sha384", 48],
  ["P-521", "sha512", 66],
] as const) {
  test(`${namedCurve}: what OpenSSL signs in DER verifies as r || s`, () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
    // Enough for integers with and without a padding byte, and for a short one now and then.
    for (let count = 0; count < 300; count++) {
      const der = sign(hash, data, privateKey);
      checkEcdsaDer(der);
      const raw = p1363FromDer(der, coordinateBytes);
      assert.equal(raw.length, 2 * coordinateBytes);
      assert.ok(verify(hash, data, { key: publicKey, dsaEncoding: "ieee-p1363" }, raw));
    }
  });
}

function refuses(bytes: readonly number[], coordinateBytes = 32): void {
  assert.throws(
    () => p1363FromDer(Uint8Array.from(bytes), coordinateBytes),
    (error: unknown) => error instanceof AibomError && error.code === "SIGNATURE_ENCODING",
    Buffer.from(bytes).toString("hex"),
  );
}

test("short integers are padded on the left", () => {
  const raw = p1363FromDer(Uint8Array.of(0x30, 0x07, 0x02, 0x01, 0x05, 0x02, 0x02, 0x00, 0x80), 4);
  assert.deepEqual([...raw], [0, 0, 0, 5, 0, 0, 0, 0x80]);
});

test("other spellings of the same integers are refused", () => {
  const good = [0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07];
  assert.equal(p1363FromDer(Uint8Array.from(good), 1).length, 2);
  for (let length = 0; length < good.length; length++) {
    refuses(good.slice(0, length));
  }
  refuses([...good, 0]);
  refuses([0x31, ...good.slice(1)]);
  refuses([0x30, 0x81, 0x06, ...good.slice(2)]);
  refuses([0x30, 0x80, ...good.slice(2), 0, 0]);
  refuses([0x30, 0x07, 0x02, 0x02, 0x00, 0x05, 0x02, 0x01, 0x07]);
  refuses([0x30, 0x06, 0x02, 0x01, 0x85, 0x02, 0x01, 0x07]);
  refuses([0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x07]);
  refuses([0x30, 0x05, 0x02, 0x00, 0x02, 0x01, 0x07]);
  refuses([0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x02, 0x07]);
  refuses([0x30, 0x07, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07, 0x00]);
});

test("an integer that is too long for the curve is refused", () => {
  refuses([0x30, 0x07, 0x02, 0x02, 0x01, 0x00, 0x02, 0x01, 0x07], 1);
});
