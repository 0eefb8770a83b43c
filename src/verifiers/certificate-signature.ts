// SPDX-License-Identifier: Apache-2.0
// Signatures by a certificate of a private CA (OMS v1.0, method `certificate`). The chain must be valid at
// every trusted time of the signature, else now: an expired certificate proves nothing about when it signed.
// Only certificates of the trust root are anchors; a root that the bundle carries is ignored.

import { AibomError } from "../errors.ts";
import { describePublicKey, requireSignatureKey } from "../trust/public-key.ts";
import { parseCertificate } from "../x509/certificate.ts";
import { requireModelSigningUsage } from "../x509/signing-usage.ts";
import type { ChainBundle } from "./bundle.ts";
import { certificateSigner } from "./certificate-signer.ts";
import { type ContentCheck, stampedBytes } from "./content.ts";
import type { ProvenSigner, SignatureContext, SignatureRules } from "./signature.ts";
import { verifySignatureTimes } from "./signature-times.ts";

/**
 * Verifies the signature of a bundle by a certificate that a CA of the trust root issued to one of its identities.
 * @throws {AibomError} CERTIFICATE_*, TIMESTAMP_*, TRUST_*, SIGNATURE_*, OMS_ALGORITHM_UNSUPPORTED
 */
export function openCertificateSignature(
  bundle: ChainBundle,
  context: SignatureContext,
  rules: SignatureRules,
  verifyContent: ContentCheck,
): ProvenSigner {
  const [leaf, ...intermediates] = bundle.certificates.map((der) => parseCertificate(der));
  if (leaf === undefined) {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: "the chain is empty" });
  }
  const { trustRoot, at } = context;
  const key = requireSignatureKey(describePublicKey(leaf.publicKey));
  if (rules.isAlgorithmAllowed?.(key.algorithm) === false) {
    throw AibomError.of("OMS_ALGORITHM_UNSUPPORTED", { algorithm: key.algorithm });
  }
  requireModelSigningUsage(leaf);
  const times = verifySignatureTimes(bundle.timestamps, stampedBytes(bundle), trustRoot, at);
  const signer = certificateSigner(
    { leaf, intermediates, algorithm: key.algorithm, times, authorities: trustRoot.authorities.ca },
    context,
    rules.usage,
  );
  if (!verifyContent(bundle.content, key)) {
    throw AibomError.of("SIGNATURE_INVALID", { identity: signer.identity });
  }
  return { signer, times, logEntries: 0 };
}
