// SPDX-License-Identifier: Apache-2.0
// Public keys: SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) in PEM (RFC 7468), and the closed list of
// algorithms. Certificates are not keys.

import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { AibomError } from "../errors.ts";

/**
 * Signature algorithms, each with the digest that goes with it (undefined: the algorithm hashes itself); of ECDSA the
 * curve, and how many bytes each integer of a signature has (RFC 5480; the order of P-521 has 521 bits).
 */
export const keyAlgorithms = {
  "ecdsa-p256-sha256": { hash: "sha256", curve: "prime256v1", integerBytes: 32 },
  "ecdsa-p384-sha384": { hash: "sha384", curve: "secp384r1", integerBytes: 48 },
  "ecdsa-p521-sha512": { hash: "sha512", curve: "secp521r1", integerBytes: 66 },
  ed25519: { hash: undefined, curve: undefined, integerBytes: undefined },
  "ml-dsa-65": { hash: undefined, curve: undefined, integerBytes: undefined },
} as const;

/** Algorithms that the key alone determines. */
export type KeyAlgorithm = keyof typeof keyAlgorithms;

/**
 * What a trusted key can be. An RSA key does not say with which padding and hash it signs, and Ed448 has no name
 * in bundles: these two verify only where the scheme names the algorithm (JSF), and bundles refuse them.
 */
export type PublicKeyAlgorithm = KeyAlgorithm | "ed448" | "rsa";

/** A public key in its one canonical form. */
export interface PublicKey<A extends PublicKeyAlgorithm = PublicKeyAlgorithm> {
  readonly algorithm: A;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  /** Canonical PEM text with its final newline. */
  readonly pem: string;
  readonly key: KeyObject;
}

/**
 * Reads the one public key of a PEM text; text around the block is ignored, as RFC 7468 allows.
 * @throws {AibomError} TRUST_KEY_PRIVATE, TRUST_KEY_INVALID, TRUST_KEY_WEAK
 */
export function parsePublicKey(text: string): PublicKey {
  if (text.includes("PRIVATE KEY-----")) {
    throw AibomError.of("TRUST_KEY_PRIVATE", {});
  }
  const block = onlyBlock(text);
  let key: KeyObject;
  try {
    key = createPublicKey({ key: block, format: "pem" });
  } catch (cause) {
    throw AibomError.of("TRUST_KEY_INVALID", { reason: "the PEM block cannot be decoded" }, { cause });
  }
  return describePublicKey(key);
}

const begin = "-----BEGIN PUBLIC KEY-----";
const end = "-----END PUBLIC KEY-----";

function onlyBlock(text: string): string {
  const start = text.indexOf(begin);
  const stop = text.indexOf(end, start);
  if (start < 0 || stop < 0) {
    const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1];
    const reason = label === undefined ? "there is no PEM block" : `the PEM block is a ${label}`;
    throw AibomError.of("TRUST_KEY_INVALID", { reason });
  }
  if (text.indexOf("-----BEGIN ", start + begin.length) >= 0) {
    throw AibomError.of("TRUST_KEY_INVALID", { reason: "there is more than one PEM block" });
  }
  return `${text.slice(start, stop + end.length)}\n`;
}

/**
 * The canonical form of a key object.
 * @throws {AibomError} TRUST_KEY_WEAK
 */
export function describePublicKey(key: KeyObject): PublicKey {
  const algorithm = algorithmOf(key) ?? schemeAlgorithmOf(key);
  if (algorithm === undefined) {
    throw AibomError.of("TRUST_KEY_WEAK", { found: keyTypeName(key) });
  }
  const canonical = canonicalPublicKey(key);
  return {
    algorithm,
    keyId: publicKeyId(canonical),
    pem: canonical.export({ type: "spki", format: "pem" }).toString(),
    key: canonical,
  };
}

/** A key that alone says how it signs: what schemes without an algorithm of their own need. */
export type SignatureKey = PublicKey<KeyAlgorithm>;

/** True if the key alone says how it signs. */
export function determinesAlgorithm(key: PublicKey): key is SignatureKey {
  return Object.hasOwn(keyAlgorithms, key.algorithm);
}

/** The same key, if it alone says how it signs. @throws {AibomError} BUNDLE_KEY_TYPE */
export function requireSignatureKey(key: PublicKey): SignatureKey {
  if (!determinesAlgorithm(key)) {
    throw AibomError.of("BUNDLE_KEY_TYPE", { algorithm: key.algorithm });
  }
  return key;
}

/** Bits; NIST SP 800-131A disallows shorter keys. */
const minRsaBits = 2048;
/** FIPS 186-5, section 5.4: with an exponent of 1 a signature is its own message. */
const minRsaExponent = 65_537n;

/** Keys with `rsa-pss` restrictions in them (RFC 4055) are left out: no scheme of this version has them. */
function schemeAlgorithmOf(key: KeyObject): "ed448" | "rsa" | undefined {
  if (key.asymmetricKeyType === "ed448") {
    return "ed448";
  }
  return isStrongRsa(key) ? "rsa" : undefined;
}

/** True for an RSA key of 2048 bits or more with an exponent of 65537 or more. */
export function isStrongRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === "rsa" && modulusLength >= minRsaBits && publicExponent >= minRsaExponent;
}

/** The algorithm of a public or private key, or undefined if the key does not determine one of the list. */
export function algorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  switch (key.asymmetricKeyType) {
    case "ed25519":
    case "ml-dsa-65":
      return key.asymmetricKeyType;
    case "ec":
      return ecAlgorithm(key.asymmetricKeyDetails?.namedCurve);
    default:
      return undefined;
  }
}

function ecAlgorithm(curve: string | undefined): KeyAlgorithm | undefined {
  const names = Object.keys(keyAlgorithms) as KeyAlgorithm[];
  return curve === undefined ? undefined : names.find((name) => keyAlgorithms[name].curve === curve);
}

/** The type of a key in words, for messages: `rsa-2048`, `ec secp256k1`. */
export function keyTypeName(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === "ec") {
    return `ec ${details?.namedCurve ?? "with explicit parameters"}`;
  }
  const bits = details?.modulusLength;
  return bits === undefined ? String(key.asymmetricKeyType) : `${key.asymmetricKeyType}-${bits}`;
}

/**
 * A point may be written compressed or not (SEC 1, section 2.3.3): two encodings, two key ids, and a
 * revocation of the one would miss the other. The round trip through JWK leaves one.
 */
function canonicalPublicKey(key: KeyObject): KeyObject {
  return key.asymmetricKeyType === "ec"
    ? createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" })
    : key;
}

/**
 * SHA-256 of the canonical SubjectPublicKeyInfo in DER, hexadecimal: the name of any public key, also of one
 * that is not on the list. Throws for curves that JWK has no name for.
 */
export function publicKeyId(key: KeyObject): string {
  return sha256Hex(canonicalPublicKey(key).export({ type: "spki", format: "der" }));
}

/**
 * The texts by which signature files name a key: SHA-256 of the PEM text (OMS reference implementation),
 * SHA-256 of the DER (ours), both hexadecimal, the latter in base64 (cosign), and that with a prefix and without
 * padding (npm's registry).
 */
export function keyHints(key: PublicKey): readonly string[] {
  const base64 = Buffer.from(key.keyId, "hex").toString("base64");
  return [sha256Hex(key.pem), key.keyId, base64, `SHA256:${base64.replace(/=+$/, "")}`];
}

function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
