// SPDX-License-Identifier: Apache-2.0
// Whether a leaf certificate may sign artifacts. Two rules, because two ecosystems have two: OpenSSF Model Signing's
// certificate method takes either extension, Sigstore's Fulcio writes both and so both are required.

import { AibomError } from "../errors.ts";
import type { Certificate } from "./certificate.ts";
import { extendedKeyUsages } from "./extensions.ts";

/**
 * The rule of OpenSSF Model Signing's certificate method: key usage digitalSignature or extended key usage codeSigning.
 * A CA certificate is not refused: the method allows a leaf that is one.
 * @throws {AibomError} CERTIFICATE_USAGE
 */
export function requireModelSigningUsage(leaf: Certificate): void {
  if (
    !leaf.keyUsages.has("digitalSignature") &&
    !leaf.extendedKeyUsages.includes(extendedKeyUsages.codeSigning)
  ) {
    const expected = "key usage digitalSignature or extended key usage codeSigning";
    throw AibomError.of("CERTIFICATE_USAGE", { subject: leaf.title, expected });
  }
}

/**
 * The strict rule, for Sigstore: key usage digitalSignature and extended key usage codeSigning.
 * @throws {AibomError} CERTIFICATE_USAGE
 */
export function requireCodeSigningUsage(leaf: Certificate): void {
  if (
    !leaf.keyUsages.has("digitalSignature") ||
    !leaf.extendedKeyUsages.includes(extendedKeyUsages.codeSigning)
  ) {
    const expected = "key usage digitalSignature and extended key usage codeSigning";
    throw AibomError.of("CERTIFICATE_USAGE", { subject: leaf.title, expected });
  }
}
