// SPDX-License-Identifier: Apache-2.0
// Signatures by a key that the trust root names: the one identity that all names of the key in the bundle mean.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import { type PublicKeyAlgorithm, requireSignatureKey } from "../trust/public-key.ts";
import { requireTrusted, type TrustedKey, type TrustRoot } from "../trust/trust-root.ts";
import type { BundleKey, KeyBundle } from "./bundle.ts";
import { type ContentCheck, stampedBytes } from "./content.ts";
import type { ProvenSigner, SignatureContext, SignatureRules } from "./signature.ts";
import { verifySignatureTimes } from "./signature-times.ts";

/** Names in sigstore_common.proto, PublicKeyDetails. */
const keyDetailNames: Partial<Record<PublicKeyAlgorithm, string>> = {
  "ecdsa-p256-sha256": "PKIX_ECDSA_P256_SHA_256",
  "ecdsa-p384-sha384": "PKIX_ECDSA_P384_SHA_384",
  "ecdsa-p521-sha512": "PKIX_ECDSA_P521_SHA_512",
  ed25519: "PKIX_ED25519",
  "ml-dsa-65": "ML_DSA_65",
};

/**
 * Verifies the signature of a bundle by a key of the trust root.
 * @throws {AibomError} BUNDLE_KEY_INCONSISTENT, TIMESTAMP_*, TRUST_*, OMS_ALGORITHM_UNSUPPORTED, SIGNATURE_*
 */
export function openKeySignature(
  bundle: KeyBundle,
  context: SignatureContext,
  rules: SignatureRules,
  verifyContent: ContentCheck,
): ProvenSigner {
  const { trustRoot, at } = context;
  const { identity, key: trusted } = findKey(bundle, trustRoot);
  const times = verifySignatureTimes(bundle.timestamps, stampedBytes(bundle), trustRoot, at);
  requireTrusted(trustRoot.check(identity, rules.usage, { at, times }));
  const key = requireSignatureKey(trusted);
  if (rules.isAlgorithmAllowed?.(key.algorithm) === false) {
    throw AibomError.of("OMS_ALGORITHM_UNSUPPORTED", { algorithm: key.algorithm });
  }
  if (!verifyContent(bundle.content, key)) {
    throw AibomError.of("SIGNATURE_INVALID", { identity: identity.name });
  }
  return {
    signer: { identity: identity.name, keyId: identity.keyId, algorithm: key.algorithm, method: "key" },
    times,
    logEntries: 0,
  };
}

/** The one identity that all names of the key in the bundle mean. */
function findKey(bundle: KeyBundle, trustRoot: TrustRoot): TrustedKey {
  const name = lookUpName(bundle.key);
  const trusted = trustRoot.byHint.get(name);
  if (trusted === undefined) {
    throw AibomError.of("TRUST_KEY_UNKNOWN", { hint: name.slice(0, 100) });
  }
  const { keyId, name: identity } = trusted.identity;
  const means = (hint: string): boolean => trustRoot.byHint.get(hint)?.identity.keyId === keyId;
  const inconsistent = (field: string): AibomError =>
    AibomError.of("BUNDLE_KEY_INCONSISTENT", { field, identity });
  const { hint, keyDetails } = bundle.key;
  if (hint !== undefined && !means(hint)) {
    throw inconsistent("publicKey.hint");
  }
  if (keyDetails !== undefined && keyDetails !== keyDetailNames[trusted.key.algorithm]) {
    throw inconsistent("publicKey.keyDetails");
  }
  const keyid = bundle.content.kind === "dsse" ? bundle.content.envelope.keyid : "";
  if (keyid !== "" && !means(keyid)) {
    throw inconsistent("keyid");
  }
  return trusted;
}

/** A carried key is hashed and looked up like a hint: it is never used itself. */
function lookUpName(key: BundleKey): string {
  return key.rawBytes === undefined
    ? (key.hint ?? "")
    : createHash("sha256").update(key.rawBytes).digest("hex");
}
