// SPDX-License-Identifier: Apache-2.0
// Which keys are strong enough to rely on: RSA from 2048 bits (NIST SP 800-131A), EC on named curves from 256 bits,
// Ed25519. Left out on purpose: DSA, Ed448 and post-quantum keys, for which no issuer of signing certificates exists.

import type { KeyObject } from "node:crypto";
import { AibomError } from "../errors.ts";
import type { Certificate } from "./certificate.ts";

/** OpenSSL's names of the curves that are accepted. */
const curves: ReadonlySet<string> = new Set([
  "prime256v1",
  "secp384r1",
  "secp521r1",
  "brainpoolP256r1",
  "brainpoolP384r1",
  "brainpoolP512r1",
]);

const minRsaBits = 2048;
/** OpenSSL's own limit; larger moduli keep a verifier busy. */
const maxRsaBits = 16_384;

/** @throws {AibomError} CERTIFICATE_KEY_WEAK, CERTIFICATE_KEY_UNSUPPORTED */
export function requireStrongKey({ publicKey, title: subject }: Certificate): void {
  const type = publicKey.asymmetricKeyType;
  if (type === "rsa" || type === "rsa-pss") {
    requireStrongRsa(publicKey, subject);
    return;
  }
  const curve = publicKey.asymmetricKeyDetails?.namedCurve;
  if (type !== "ed25519" && !(type === "ec" && curve !== undefined && curves.has(curve))) {
    const key = curve ?? type ?? "unknown";
    throw AibomError.of("CERTIFICATE_KEY_UNSUPPORTED", { subject, key });
  }
}

function requireStrongRsa(key: KeyObject, subject: string): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < minRsaBits || modulusLength > maxRsaBits) {
    const expected = `${minRsaBits} to ${maxRsaBits} bits`;
    throw AibomError.of("CERTIFICATE_KEY_WEAK", { subject, key: `RSA with ${modulusLength} bits`, expected });
  }
  // With exponent 1 every signature is its own message.
  if (publicExponent < 3n || publicExponent % 2n === 0n) {
    const got = `RSA with exponent ${publicExponent}`;
    throw AibomError.of("CERTIFICATE_KEY_WEAK", { subject, key: got, expected: "an odd exponent from 3" });
  }
}
