// SPDX-License-Identifier: Apache-2.0
// DSSE v1.0 (secure-systems-lab/dsse, protocol.md): the pre-authentication encoding, and the check of one
// signature over it. P1363 signatures are left out here, since bundles v0.3 carry DER; bare envelopes may hold
// them (attestation/envelope.ts).

import { verify } from "node:crypto";
import { AibomError } from "../errors.ts";
import { keyAlgorithms, type PublicKey } from "../trust/public-key.ts";

/** The payload type of in-toto statements. */
export const inTotoPayloadType = "application/vnd.in-toto+json";

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
  key: PublicKey,
): boolean {
  const { hash, curve } = keyAlgorithms[key.algorithm];
  if (curve !== undefined) {
    checkDer(signature);
  }
  return verify(hash ?? null, preAuthenticationEncoding(payloadType, payload), key.key, signature);
}

/**
 * `SEQUENCE { INTEGER r, INTEGER s }` in DER (RFC 3279, section 2.2.3): shortest lengths, shortest positive
 * integers, nothing behind. The negated `s` is another valid signature by mathematics and stays accepted:
 * common signers do not normalise it.
 */
function checkDer(signature: Uint8Array): void {
  const longForm = signature[1] === 0x81;
  const start = longForm ? 3 : 2;
  const length = signature[longForm ? 2 : 1] ?? 0;
  if (signature[0] !== 0x30 || length !== signature.length - start || longForm !== length > 0x7f) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: "not one DER sequence of exact length" });
  }
  const end = derInteger(signature, derInteger(signature, start));
  if (end !== signature.length) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: "bytes behind the second integer" });
  }
}

/** Checks one positive INTEGER at `offset` and returns the offset behind it. */
function derInteger(bytes: Uint8Array, offset: number): number {
  const length = bytes[offset + 1] ?? 0;
  const first = bytes[offset + 2] ?? 0;
  const end = offset + 2 + length;
  if (bytes[offset] !== 0x02 || length === 0 || length > 0x7f || end > bytes.length) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: "not two DER integers" });
  }
  const isPadded = first === 0 && length > 1 && (bytes[offset + 3] ?? 0) < 0x80;
  if (first >= 0x80 || isPadded || (first === 0 && length === 1)) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: "an integer is negative, zero or padded" });
  }
  return end;
}
