// SPDX-License-Identifier: Apache-2.0
// The key that a signature carries: a JWK (RFC 7517, the members of JSF 0.82) or a certificate. It only says
// which trusted key to look up, and must then be equal to it. A certificate's chain is not verified here.

import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { decodeBase64Url } from "../../bytes/base64url.ts";
import type { JsonObject } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { publicKeyId } from "../../trust/public-key.ts";

/** The members of each type of key: all needed, no others allowed (a private part among them). */
const jwkMembers: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["EC", ["kty", "crv", "x", "y"]],
  ["OKP", ["kty", "crv", "x"]],
  ["RSA", ["kty", "n", "e"]],
]);

/** Bytes of a coordinate; of the numbers of an RSA key, the longest that OpenSSL computes with. */
const coordinateBytes: ReadonlyMap<unknown, number> = new Map([
  ["P-256", 32],
  ["P-384", 48],
  ["P-521", 66],
  ["Ed25519", 32],
  ["Ed448", 57],
]);
const maxRsaBytes = 2048;

/**
 * The key id (SHA-256 of the SubjectPublicKeyInfo) of an embedded JWK.
 * @throws {AibomError} JSF_KEY_MALFORMED
 */
export function jwkKeyId(jwk: JsonObject): string {
  const members = jwkMembers.get(jwk["kty"]);
  const names = Object.keys(jwk);
  if (
    members === undefined ||
    names.length !== members.length ||
    !members.every((each) => names.includes(each))
  ) {
    throw malformed("publicKey", "its members are not those of an EC, OKP or RSA key");
  }
  for (const name of members.filter((each) => each.length === 1)) {
    checkNumber(jwk, name);
  }
  return keyIdOf("publicKey", () => createPublicKey({ key: { ...jwk }, format: "jwk" }));
}

function checkNumber(jwk: JsonObject, name: string): void {
  const text = jwk[name];
  const isShort = typeof text === "string" && text.length <= 2 * maxRsaBytes;
  const bytes = isShort ? decodeBase64Url(text) : undefined;
  const isGood =
    jwk["kty"] === "RSA"
      ? bytes !== undefined && bytes.length <= maxRsaBytes && (bytes[0] ?? 0) !== 0
      : bytes?.length === coordinateBytes.get(jwk["crv"]);
  if (bytes === undefined || !isGood) {
    throw malformed("publicKey", `${name} is not a number of the right length in canonical base64url`);
  }
}

/**
 * The certificates of a path in DER, leaf first.
 * @throws {AibomError} JSF_KEY_MALFORMED
 */
export function decodeCertificatePath(path: readonly string[]): readonly Uint8Array[] {
  return path.map((text) => {
    const der = decodeBase64Url(text);
    if (der === undefined) {
      throw malformed("certificatePath", "a certificate is not in canonical base64url");
    }
    return der;
  });
}

/**
 * The key id of a certificate.
 * @throws {AibomError} JSF_KEY_MALFORMED
 */
export function certificateKeyId(der: Uint8Array): string {
  return keyIdOf("certificatePath", () => {
    const certificate = new X509Certificate(der);
    // OpenSSL also reads PEM, and ignores what follows a certificate.
    if (!certificate.raw.equals(der)) {
      throw malformed("certificatePath", "the first entry is not exactly one certificate in DER");
    }
    return certificate.publicKey;
  });
}

function keyIdOf(member: string, decode: () => KeyObject): string {
  try {
    return publicKeyId(decode());
  } catch (cause) {
    throw cause instanceof AibomError ? cause : malformed(member, "the key cannot be decoded", cause);
  }
}

function malformed(member: string, reason: string, cause?: unknown): AibomError {
  return AibomError.of("JSF_KEY_MALFORMED", { member, reason }, { cause });
}
