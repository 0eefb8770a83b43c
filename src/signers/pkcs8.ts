// SPDX-License-Identifier: Apache-2.0
// Encrypts a PKCS#8 key (RFC 5958, section 3) with PBES2 (RFC 8018): PBKDF2-HMAC-SHA256 and AES-256-CBC.
// Written here because Node's own export fixes the iterations at 2,048, a 300th of what is advised today.
// OpenSSL, Node and Python's cryptography read the result. Decryption is left to OpenSSL.

import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/** Rounds of PBKDF2-HMAC-SHA256, as OWASP advises (Password Storage Cheat Sheet, 2023). */
const iterations = 600_000;

// Object identifiers, DER with tag and length.
const oidPbes2 = Buffer.from("06092a864886f70d01050d", "hex");
const oidPbkdf2 = Buffer.from("06092a864886f70d01050c", "hex");
const oidHmacSha256 = Buffer.from("06082a864886f70d0209", "hex");
const oidAes256Cbc = Buffer.from("060960864801650304012a", "hex");
const asn1Null = Buffer.from("0500", "hex");

/** The encrypted key as PEM text with a final newline. `pkcs8` is a PrivateKeyInfo in DER. */
export function encryptPkcs8(pkcs8: Uint8Array, passphrase: string): string {
  const salt = randomBytes(16);
  const initialVector = randomBytes(16);
  const key = pbkdf2Sync(Buffer.from(passphrase, "utf8"), salt, iterations, 32, "sha256");
  const cipher = createCipheriv("aes-256-cbc", key, initialVector);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  key.fill(0);
  const derivation = sequence(
    oidPbkdf2,
    sequence(octets(salt), integer(iterations), sequence(oidHmacSha256, asn1Null)),
  );
  const encryption = sequence(oidAes256Cbc, octets(initialVector));
  const der = sequence(sequence(oidPbes2, sequence(derivation, encryption)), octets(encrypted));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join("\n")}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function octets(content: Uint8Array): Buffer {
  return tagged(0x04, content);
}

/** A positive INTEGER below 2^31. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  const first = bytes.findIndex((byte, index) => byte !== 0 && index > 0);
  // A set top bit would make the integer negative, so one zero byte stays in front of it.
  return tagged(0x02, bytes.subarray((bytes[first] ?? 0) >= 0x80 ? first - 1 : first));
}

function tagged(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  if (length >= 0x80 && length < 0x100) {
    return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  }
  return Buffer.concat([Buffer.from(head), content]);
}
