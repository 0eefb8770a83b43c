// SPDX-License-Identifier: Apache-2.0
// The algorithms of JSF 0.82 (JWA, RFC 7518; Ed25519 and Ed448, RFC 8037), each with the one type of key that it
// goes with. HMAC is refused by name: a verifier that takes a public key for the secret accepts forgeries.

import { constants, type KeyObject, verify } from "node:crypto";
import { AibomError } from "../../errors.ts";
import { isStrongRsa, keyTypeName } from "../../trust/public-key.ts";

interface KeyRule {
  readonly keyType: "ec" | "ed25519" | "ed448" | "rsa";
  /** Curve of an EC key, as OpenSSL calls it. */
  readonly curve?: string;
  /** Bytes of a signature; of RSA, the key decides. */
  readonly valueBytes?: number;
}

/** How one algorithm is verified. */
export interface JsfAlgorithm extends KeyRule {
  /** The name in JSF. */
  readonly name: string;
  /** The same algorithm in the names of the trust root: curve, padding and hash, for example `rsa-pss-sha256`. */
  readonly signatureAlgorithm: string;
  /** Undefined if the algorithm hashes by itself. */
  readonly hash?: string;
  readonly padding?: number;
}

const ecdsa = (
  name: string,
  curve: string,
  label: string,
  hash: string,
  valueBytes: number,
): JsfAlgorithm => ({
  name,
  signatureAlgorithm: `ecdsa-${label}-${hash}`,
  keyType: "ec",
  curve,
  hash,
  valueBytes,
});

const rsa = (family: "RS" | "PS", bits: number): JsfAlgorithm => ({
  name: `${family}${bits}`,
  signatureAlgorithm: `${family === "RS" ? "rsa-pkcs1v15" : "rsa-pss"}-sha${bits}`,
  keyType: "rsa",
  hash: `sha${bits}`,
  padding: family === "RS" ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING,
});

const algorithms: ReadonlyMap<string, JsfAlgorithm> = new Map(
  [
    ecdsa("ES256", "prime256v1", "p256", "sha256", 64),
    ecdsa("ES384", "secp384r1", "p384", "sha384", 96),
    ecdsa("ES512", "secp521r1", "p521", "sha512", 132),
    { name: "Ed25519", signatureAlgorithm: "ed25519", keyType: "ed25519", valueBytes: 64 } as const,
    { name: "Ed448", signatureAlgorithm: "ed448", keyType: "ed448", valueBytes: 114 } as const,
    ...[256, 384, 512].flatMap((bits) => [rsa("RS", bits), rsa("PS", bits)]),
  ].map((algorithm) => [algorithm.name, algorithm]),
);

const symmetric: ReadonlySet<string> = new Set(["HS256", "HS384", "HS512"]);

/**
 * The algorithm with this name.
 * @throws {AibomError} JSF_ALGORITHM_SYMMETRIC, JSF_ALGORITHM_UNKNOWN
 */
export function findJsfAlgorithm(name: string): JsfAlgorithm {
  const algorithm = algorithms.get(name);
  if (algorithm !== undefined) {
    return algorithm;
  }
  throw symmetric.has(name)
    ? AibomError.of("JSF_ALGORITHM_SYMMETRIC", { algorithm: name })
    : AibomError.of("JSF_ALGORITHM_UNKNOWN", { algorithm: name.slice(0, 100) });
}

/** The name in JSF of an algorithm of the trust root; undefined if JSF has none. */
export function jsfNameOf(signatureAlgorithm: string): string | undefined {
  return [...algorithms.values()].find((each) => each.signatureAlgorithm === signatureAlgorithm)?.name;
}

/**
 * Checks that a trusted key is of the type that the algorithm needs.
 * @throws {AibomError} JSF_ALGORITHM_KEY
 */
export function checkKeyFits(algorithm: JsfAlgorithm, key: KeyObject): void {
  const isFit =
    key.type === "public" &&
    key.asymmetricKeyType === algorithm.keyType &&
    (algorithm.curve === undefined || key.asymmetricKeyDetails?.namedCurve === algorithm.curve) &&
    (algorithm.keyType !== "rsa" || isStrongRsa(key));
  if (!isFit) {
    throw AibomError.of("JSF_ALGORITHM_KEY", { algorithm: algorithm.name, key: keyTypeName(key) });
  }
}

/**
 * Checks one signature with a key that fits; false means that it does not verify.
 * @throws {AibomError} JSF_VALUE_ENCODING if the signature has not the exact length
 */
export function verifyJsfValue(
  algorithm: JsfAlgorithm,
  key: KeyObject,
  data: Uint8Array,
  value: Uint8Array,
): boolean {
  const expected = algorithm.valueBytes ?? Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  if (value.length !== expected) {
    const reason = `it has ${value.length} bytes, expected ${expected}`;
    throw AibomError.of("JSF_VALUE_ENCODING", { reason });
  }
  const { hash, padding } = algorithm;
  const parameters = {
    key,
    dsaEncoding: "ieee-p1363" as const,
    ...(padding === undefined ? {} : { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  };
  return verify(hash ?? null, data, parameters, value);
}
