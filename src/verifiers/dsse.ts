// SPDX-License-Identifier: Apache-2.0
// DSSE v1.0 (secure-systems-lab/dsse, protocol.md): the pre-authentication encoding, and the check of one
// signature over it. P1363 signatures are left out here, since bundles v0.3 carry DER; bare envelopes may hold
// them (attestation/envelope.ts).

import { verify } from "node:crypto";
import { keyAlgorithms, type SignatureKey } from "../trust/public-key.ts";
import { checkEcdsaDer } from "./ecdsa-encoding.ts";

/** The payload type of in-toto statements. */
export const inTotoPayloadType = "application/vnd.in-toto+json";

/**
 * in-toto's media type, also in its form for one kind of predicate (in-toto/attestation, spec/v1/envelope.md): it is
 * signed, and the kind is read from the statement in any case.
 */
export function isInTotoPayloadType(payloadType: string): boolean {
  return (
    payloadType === inTotoPayloadType ||
    /^application\/vnd\.in-toto\.[a-z0-9_-]{1,50}\+json$/.test(payloadType)
  );
}

/** The bytes that a DSSE signature covers; lengths are in bytes. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/**
 * Checks the signature of an envelope.
 * @throws {AibomError} SIGNATURE_ENCODING; false means that it does not verify.
 */
export function verifyEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signature: Uint8Array,
  key: Pick<SignatureKey, "algorithm" | "key">,
): boolean {
  const { hash, curve } = keyAlgorithms[key.algorithm];
  if (curve !== undefined) {
    checkEcdsaDer(signature);
  }
  return verify(hash ?? null, preAuthenticationEncoding(payloadType, payload), key.key, signature);
}
