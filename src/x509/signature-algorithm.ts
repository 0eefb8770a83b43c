// SPDX-License-Identifier: Apache-2.0
// Signature algorithms of certificates and CMS: AlgorithmIdentifier (RFC 5280, 4055, 5758, 8410) in, one call to
// node:crypto out. The list is closed; MD5, SHA-1 and DSA are left out on purpose.

import { constants, createHash, type KeyObject, verify } from "node:crypto";
import { contextTag, type DerElement, DerReader, derTags, explicitContent } from "../bytes/der.ts";
import { encodeOid, encodeSequence } from "../bytes/der-encode.ts";
import { derNull, derOid, derSmallInteger } from "../bytes/der-values.ts";

export type HashName = "sha256" | "sha384" | "sha512";

/** A signature algorithm that is accepted. */
export type SignatureAlgorithm =
  | { readonly family: "rsa" | "ecdsa"; readonly hash: HashName }
  | { readonly family: "rsa-pss"; readonly hash: HashName; readonly saltLength: number }
  | { readonly family: "ed25519" };

const hashes = new Map<string, HashName>([
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);

const combined = new Map<string, SignatureAlgorithm>([
  ["1.2.840.113549.1.1.11", { family: "rsa", hash: "sha256" }],
  ["1.2.840.113549.1.1.12", { family: "rsa", hash: "sha384" }],
  ["1.2.840.113549.1.1.13", { family: "rsa", hash: "sha512" }],
  ["1.2.840.10045.4.3.2", { family: "ecdsa", hash: "sha256" }],
  ["1.2.840.10045.4.3.3", { family: "ecdsa", hash: "sha384" }],
  ["1.2.840.10045.4.3.4", { family: "ecdsa", hash: "sha512" }],
  ["1.3.101.112", { family: "ed25519" }],
]);

const rsaPss = "1.2.840.113549.1.1.10";
const rsaEncryption = "1.2.840.113549.1.1.1";
const mgf1 = "1.2.840.113549.1.1.8";

/** Names of refused algorithms, for messages. */
const refusedNames = new Map<string, string>([
  ["1.2.840.113549.1.1.2", "RSA with MD2"],
  ["1.2.840.113549.1.1.4", "RSA with MD5"],
  ["1.2.840.113549.1.1.5", "RSA with SHA-1"],
  ["1.2.840.113549.1.1.14", "RSA with SHA-224"],
  ["1.2.840.113549.1.1.10", "RSA PSS with other parameters than SHA-2 throughout"],
  ["1.2.840.10040.4.3", "DSA with SHA-1"],
  ["1.2.840.10045.4.1", "ECDSA with SHA-1"],
  ["1.2.840.10045.4.3.1", "ECDSA with SHA-224"],
  ["1.3.14.3.2.26", "SHA-1"],
  ["1.2.840.113549.2.5", "MD5"],
]);

interface AlgorithmIdentifier {
  readonly oid: string;
  readonly parameters: DerElement | undefined;
}

/** @throws {AibomError} DER_* */
function parseAlgorithmIdentifier(element: DerElement, what: string): AlgorithmIdentifier {
  const reader = new DerReader(element, what);
  const oid = derOid(reader.next("object identifier"), `object identifier of ${what}`);
  const parameters = reader.hasMore ? reader.next("parameters") : undefined;
  reader.end();
  return { oid, parameters };
}

/** Absent or NULL: writers do both, and readers must take both (RFC 4055, section 2.1). */
function hasNoParameters({ parameters }: AlgorithmIdentifier, what: string): boolean {
  if (parameters?.tag === derTags.null) {
    derNull(parameters, what);
    return true;
  }
  return parameters === undefined;
}

/** The algorithm's name if it is known, else its object identifier, for messages. @throws {AibomError} DER_* */
export function algorithmName(element: DerElement, what: string): string {
  const { oid } = parseAlgorithmIdentifier(element, what);
  return hashes.get(oid) ?? refusedNames.get(oid) ?? oid;
}

/**
 * Reads a hash algorithm. Undefined: not accepted (`algorithmName` says which one it is).
 * @throws {AibomError} DER_* if it is not an AlgorithmIdentifier
 */
export function parseHashAlgorithm(element: DerElement, what: string): HashName | undefined {
  const identifier = parseAlgorithmIdentifier(element, what);
  return hasNoParameters(identifier, what) ? hashes.get(identifier.oid) : undefined;
}

/**
 * Reads a signature algorithm. Undefined: not accepted (`algorithmName` says which one it is). CMS may name the key's
 * algorithm alone, rsaEncryption; `digest` is then the hash that stands beside it (RFC 3370, section 3.2).
 * @throws {AibomError} DER_* if it is not an AlgorithmIdentifier
 */
export function parseSignatureAlgorithm(
  element: DerElement,
  what: string,
  digest?: HashName,
): SignatureAlgorithm | undefined {
  const identifier = parseAlgorithmIdentifier(element, what);
  if (identifier.oid === rsaPss) {
    return parsePss(identifier.parameters, what);
  }
  if (identifier.oid === rsaEncryption && digest !== undefined) {
    return hasNoParameters(identifier, what) ? { family: "rsa", hash: digest } : undefined;
  }
  const algorithm = combined.get(identifier.oid);
  const mayHaveNull = algorithm?.family === "rsa";
  const isPlain = mayHaveNull ? hasNoParameters(identifier, what) : identifier.parameters === undefined;
  return isPlain ? algorithm : undefined;
}

/**
 * RSASSA-PSS-params (RFC 4055, section 3.1). The defaults are SHA-1, so each hash must be named; both must be the same,
 * which is all that node:crypto can check.
 */
function parsePss(parameters: DerElement | undefined, what: string): SignatureAlgorithm | undefined {
  if (parameters === undefined) {
    return undefined;
  }
  const reader = new DerReader(parameters, `parameters of ${what}`);
  const field = (number: number): DerElement | undefined => {
    const element = reader.optional(contextTag(number));
    return element && explicitContent(element, `parameter ${number} of ${what}`);
  };
  const [hash, mask, salt, trailer] = [field(0), field(1), field(2), field(3)];
  reader.end();
  const hashName = hash && parseHashAlgorithm(hash, `hash of ${what}`);
  const maskHash = mask && parseMask(mask, `mask generation of ${what}`);
  const saltLength = salt ? derSmallInteger(salt, `salt length of ${what}`) : 20;
  const isStandardTrailer = trailer === undefined || derSmallInteger(trailer, `trailer of ${what}`) === 1;
  // OpenSSL takes the salt length as an int; no salt is longer than the largest modulus.
  const isAccepted =
    hashName !== undefined && maskHash === hashName && isStandardTrailer && saltLength <= 2048;
  return isAccepted ? { family: "rsa-pss", hash: hashName, saltLength } : undefined;
}

function parseMask(element: DerElement, what: string): HashName | undefined {
  const { oid, parameters } = parseAlgorithmIdentifier(element, what);
  return oid === mgf1 && parameters !== undefined
    ? parseHashAlgorithm(parameters, `hash of ${what}`)
    : undefined;
}

/** AlgorithmIdentifier of a hash; without parameters (RFC 5754, section 2). */
export function encodeHashAlgorithm(hash: HashName): Uint8Array {
  const [oid = ""] = [...hashes].find(([, name]) => name === hash) ?? [];
  return encodeSequence(encodeOid(oid));
}

/** AlgorithmIdentifier of ECDSA with a hash; it has no parameters (RFC 5758, section 3.2). */
export function encodeEcdsaAlgorithm(hash: HashName): Uint8Array {
  const [oid = ""] = [...combined].find(([, each]) => each.family === "ecdsa" && each.hash === hash) ?? [];
  return encodeSequence(encodeOid(oid));
}

/** Key types of node:crypto that each family works with. */
const keyTypes = {
  rsa: ["rsa"],
  "rsa-pss": ["rsa", "rsa-pss"],
  ecdsa: ["ec"],
  ed25519: ["ed25519"],
} as const satisfies Record<SignatureAlgorithm["family"], readonly string[]>;

/** True if `signature` over `data` was made with `algorithm` and the private key of `key`. Never throws. */
export function verifySignature(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const types: readonly string[] = keyTypes[algorithm.family];
  if (!types.includes(key.asymmetricKeyType ?? "")) {
    return false;
  }
  try {
    switch (algorithm.family) {
      case "ed25519":
        return verify(null, data, key, signature);
      case "ecdsa":
        return verify(algorithm.hash, data, { key, dsaEncoding: "der" }, signature);
      case "rsa":
        return verify(algorithm.hash, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
      case "rsa-pss": {
        const { hash, saltLength } = algorithm;
        return verify(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
      }
    }
  } catch {
    // OpenSSL throws where a signature cannot even be decoded.
    return false;
  }
}

/** The digest of `data`. */
export function digestOf(hash: HashName, data: Uint8Array): Uint8Array {
  return createHash(hash).update(data).digest();
}
