// SPDX-License-Identifier: Apache-2.0
// From a signature file to what an identity of the trust root signed, whichever way it signed: by a key, by a
// certificate of a private CA, or by a Sigstore identity. A new method is one case here.

import { AibomError } from "../errors.ts";
import { type Bundle, parseBundle } from "./bundle.ts";
import { openCertificateSignature } from "./certificate-signature.ts";
import { verifyStatementEnvelope } from "./content.ts";
import { openKeySignature } from "./key-signature.ts";
import type { ProvenSigner, SignatureContext, SignatureRules, SignedPayload } from "./signature.ts";

/**
 * Verifies the signature over a statement. Nothing of the payload is read before the signature is good.
 * @throws {AibomError} BUNDLE_*, JSON_*, DSSE_*, TRUST_*, CERTIFICATE_*, TIMESTAMP_*, SIGSTORE_*, SIGNATURE_*,
 *   OMS_ALGORITHM_UNSUPPORTED
 */
export async function openSignature(
  context: SignatureContext,
  rules: SignatureRules,
): Promise<SignedPayload> {
  const bundle = parseBundle(context.bundle, context.signature, rules.maxBytes);
  if (bundle.method === "sigstore") {
    const { openSigstoreStatement } = await import("./sigstore-signature.ts");
    return openSigstoreStatement(context, rules);
  }
  const proven = openOwnSignature(bundle, context, rules);
  if (bundle.content.kind !== "dsse") {
    throw AibomError.of("BUNDLE_CONTENT_UNSUPPORTED", { content: "messageSignature" });
  }
  return {
    ...proven,
    payload: bundle.content.envelope.payload,
    isOldBundle: bundle.method === "key" && bundle.key.rawBytes !== undefined,
  };
}

/**
 * Verifies the signature of a bundle by a key or a certificate of the trust root.
 * @throws {AibomError} BUNDLE_*, DSSE_*, TRUST_*, CERTIFICATE_*, TIMESTAMP_*, SIGNATURE_*, OMS_ALGORITHM_UNSUPPORTED
 */
export function openOwnSignature(
  bundle: Exclude<Bundle, { readonly method: "sigstore" }>,
  context: SignatureContext,
  rules: SignatureRules,
): ProvenSigner {
  const { verifyContent = verifyStatementEnvelope } = rules;
  switch (bundle.method) {
    case "key":
      return openKeySignature(bundle, context, rules, verifyContent);
    case "certificate":
      return openCertificateSignature(bundle, context, rules, verifyContent);
  }
}
