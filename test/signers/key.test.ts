// SPDX-License-Identifier: Apache-2.0
// Private keys: made, encrypted, loaded, refused. OpenSSL reads what is written.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { generateKey, keyTypes } from "../../src/signers/generate-key.ts";
import { isEncryptedKey, loadPrivateKey } from "../../src/signers/key.ts";
import { keyAlgorithms } from "../../src/trust/public-key.ts";

const scratch = mkdtempSync(join(tmpdir(), "aibom-key-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const code = (expected: string) => (error: unknown) => error instanceof AibomError && error.code === expected;

function write(name: string, text: string, mode = 0o600): string {
  const path = join(scratch, name);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

for (const type of keyTypes) {
  test(`${type}: plain and encrypted keys load and sign`, async () => {
    for (const passphrase of [undefined, "correct horse ü"]) {
      const key = generateKey(type, passphrase);
      const path = write(`${type}-${passphrase === undefined ? "plain" : "encrypted"}`, key.privatePem);
      assert.equal(isEncryptedKey(path), passphrase !== undefined);
      const signer = loadPrivateKey(path, passphrase);
      assert.equal(signer.keyId, key.keyId);
      assert.equal(signer.publicKeyPem, key.publicPem);
      const data = Buffer.from("data");
      const hash = keyAlgorithms[signer.algorithm].hash ?? null;
      assert.ok(verify(hash, data, createPublicKey(key.publicPem), await signer.sign(data)));
    }
  });
}

test("a key that others may read is refused; the mode behind a link counts", () => {
  const { privatePem } = generateKey("ed25519");
  for (const mode of [0o640, 0o604, 0o644, 0o620]) {
    assert.throws(() => loadPrivateKey(write("open", privatePem, mode)), code("KEY_PERMISSIONS"));
  }
  const publicPem = "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n";
  assert.throws(() => loadPrivateKey(write("open.pub", publicPem, 0o644)), code("KEY_INVALID"));
  symlinkSync(write("target", privatePem, 0o644), join(scratch, "link"));
  assert.throws(() => loadPrivateKey(join(scratch, "link")), code("KEY_PERMISSIONS"));
  chmodSync(join(scratch, "target"), 0o400);
  assert.equal(loadPrivateKey(join(scratch, "link")).algorithm, "ed25519");
});

test("passphrases: needed, empty, wrong; extra ones do no harm", () => {
  const path = write("locked", generateKey("ecdsa-p384", "right").privatePem);
  assert.throws(() => loadPrivateKey(path), code("KEY_PASSPHRASE_NEEDED"));
  assert.throws(() => loadPrivateKey(path, ""), code("KEY_PASSPHRASE_NEEDED"));
  assert.throws(() => loadPrivateKey(path, "wrong"), code("KEY_PASSPHRASE_WRONG"));
  const plain = write("plain", generateKey("ed25519").privatePem);
  assert.equal(loadPrivateKey(plain, "unused").algorithm, "ed25519");
});

test("other keys and other files are refused without showing them", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const k1 = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey;
  const unsupported = [rsa, k1].map((key) => key.export({ type: "pkcs8", format: "pem" }).toString());
  for (const pem of unsupported) {
    assert.throws(() => loadPrivateKey(write("unsupported", pem)), code("KEY_UNSUPPORTED"));
  }
  const sec1 = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    type: "sec1",
    format: "pem",
  });
  const invalid = [
    "",
    "secret",
    String(sec1),
    generateKey("ed25519").publicPem,
    "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
  ];
  for (const text of invalid) {
    assert.throws(
      () => loadPrivateKey(write("invalid", text)),
      (error) => code("KEY_INVALID")(error) && !String((error as Error).stack).includes("c2VjcmV0"),
    );
  }
  assert.throws(() => loadPrivateKey(write("large", "x".repeat(65 * 1024))), code("SOURCE_TOO_LARGE"));
  assert.throws(() => loadPrivateKey(join(scratch, "absent")), code("SOURCE_NOT_FOUND"));
});

test("openssl opens an encrypted key", (t) => {
  try {
    execFileSync("openssl", ["version"]);
  } catch {
    t.skip("openssl is not installed");
    return;
  }
  const key = generateKey("ecdsa-p256", "right");
  const path = write("for-openssl", key.privatePem);
  const pub = execFileSync("openssl", ["pkey", "-in", path, "-passin", "pass:right", "-pubout"]).toString();
  assert.equal(pub, key.publicPem);
  const structure = execFileSync("openssl", ["asn1parse", "-in", path]).toString();
  assert.match(structure, /PBKDF2[\s\S]*:0927C0[\s\S]*hmacWithSHA256[\s\S]*aes-256-cbc/);
});
