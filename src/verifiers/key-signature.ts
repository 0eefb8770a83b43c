// SPDX-License-Identifier: Apache-2.0
// From a bundle to a payload that an identity of the trust root signed. Order matters: who may sign is
// settled before the cryptography, and nothing of the payload is read before the signature is good.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import type { Signer, Usage } from "../model/evidence.ts";
import { determinesAlgorithm, type KeyAlgorithm, type PublicKeyAlgorithm } from "../trust/public-key.ts";
import type { TrustedKey, TrustRoot } from "../trust/trust-root.ts";
import { type BundleKey, type KeyBundle, parseKeyBundle } from "./bundle.ts";
import { inTotoPayloadType, verifyEnvelope } from "./dsse.ts";

/** What every verification needs to know besides the document that was signed. */
export interface SignatureContext {
  /** Bytes of the signature file. */
  readonly bundle: Uint8Array;
  /** Path of the signature file, for reports. */
  readonly signature: string;
  readonly trustRoot: TrustRoot;
  /** The instant to verify for. */
  readonly at: Date;
}

/** A payload with its proven signer. */
export interface SignedPayload {
  readonly payload: Uint8Array;
  readonly signer: Signer;
  /** The bundle carried its key (model-signing before 1.1). */
  readonly isOldBundle: boolean;
}

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
 * @throws {AibomError} BUNDLE_*, JSON_*, DSSE_PAYLOAD_TYPE, TRUST_KEY_*, TRUST_USAGE_NOT_ALLOWED,
 *   OMS_ALGORITHM_UNSUPPORTED, SIGNATURE_*
 */
export function openKeySignature(
  context: SignatureContext,
  usage: Usage,
  rules: { readonly maxBytes: number; readonly isAlgorithmAllowed?: (algorithm: KeyAlgorithm) => boolean },
): SignedPayload {
  const bundle = parseKeyBundle(context.bundle, context.signature, rules.maxBytes);
  const { envelope } = bundle;
  if (envelope.payloadType !== inTotoPayloadType) {
    throw AibomError.of("DSSE_PAYLOAD_TYPE", { got: envelope.payloadType.slice(0, 100) });
  }
  const trusted = findKey(bundle, context.trustRoot);
  const { identity, key } = trusted;
  const decision = context.trustRoot.check(identity, usage, context.at);
  if (!decision.trusted) {
    throw AibomError.of(decision.code, decision.args as never);
  }
  if (!determinesAlgorithm(key)) {
    throw AibomError.of("BUNDLE_KEY_TYPE", { algorithm: key.algorithm });
  }
  if (rules.isAlgorithmAllowed?.(key.algorithm) === false) {
    throw AibomError.of("OMS_ALGORITHM_UNSUPPORTED", { algorithm: key.algorithm });
  }
  if (!verifyEnvelope(envelope.payloadType, envelope.payload, envelope.signature, key)) {
    throw AibomError.of("SIGNATURE_INVALID", { identity: identity.name });
  }
  return {
    payload: envelope.payload,
    signer: { identity: identity.name, keyId: identity.keyId, algorithm: key.algorithm },
    isOldBundle: bundle.key.rawBytes !== undefined,
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
  if (bundle.envelope.keyid !== "" && !means(bundle.envelope.keyid)) {
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
