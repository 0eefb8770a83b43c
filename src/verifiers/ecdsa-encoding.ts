// SPDX-License-Identifier: Apache-2.0
// The two encodings of an ECDSA signature: DER (RFC 3279, section 2.2.3), as OpenSSL and Sigstore write it, and
// r || s with fixed lengths (IEEE P1363, as in JWA, RFC 7518, section 3.4).

import { AibomError } from "../errors.ts";

/**
 * Checks `SEQUENCE { INTEGER r, INTEGER s }` in DER: shortest lengths, shortest positive integers, nothing
 * behind. The negated `s` is another valid signature by mathematics and stays accepted: common signers do not
 * normalise it.
 * @throws {AibomError} SIGNATURE_ENCODING
 */
export function checkEcdsaDer(signature: Uint8Array): void {
  parseEcdsaDer(signature);
}

/**
 * The same signature as r || s.
 * @param coordinateBytes length of each half: that of the curve's order.
 * @throws {AibomError} SIGNATURE_ENCODING if the DER is not strict or an integer is too long for the curve
 */
export function p1363FromDer(signature: Uint8Array, coordinateBytes: number): Uint8Array {
  const raw = Buffer.alloc(2 * coordinateBytes);
  for (const [index, integer] of parseEcdsaDer(signature).entries()) {
    if (integer.length > coordinateBytes) {
      throw AibomError.of("SIGNATURE_ENCODING", { reason: "an integer is too long for the curve" });
    }
    raw.set(integer, (index + 1) * coordinateBytes - integer.length);
  }
  return raw;
}

/** The magnitudes of r and s, without leading zeros. */
function parseEcdsaDer(signature: Uint8Array): [Uint8Array, Uint8Array] {
  const longForm = signature[1] === 0x81;
  const start = longForm ? 3 : 2;
  const length = signature[longForm ? 2 : 1] ?? 0;
  if (signature[0] !== 0x30 || length !== signature.length - start || longForm !== length > 0x7f) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: "not one DER sequence of exact length" });
  }
  const r = parseInteger(signature, start);
  const s = parseInteger(signature, r.end);
  if (s.end !== signature.length) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: "bytes behind the second integer" });
  }
  return [r.magnitude, s.magnitude];
}

/** One positive INTEGER at `offset`, and the offset behind it. */
function parseInteger(bytes: Uint8Array, offset: number): { magnitude: Uint8Array; end: number } {
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
  return { magnitude: bytes.subarray(first === 0 ? offset + 3 : offset + 2, end), end };
}

/**
 * r || s as `SEQUENCE { INTEGER r, INTEGER s }` in DER.
 * @throws {AibomError} SIGNATURE_ENCODING if r or s is zero or the halves are of no known curve
 */
export function derFromP1363(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  if (![32, 48, 66].includes(half)) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: `${raw.length} bytes are no r || s` });
  }
  const content = Buffer.concat([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))]);
  const head = content.length > 0x7f ? [0x30, 0x81, content.length] : [0x30, content.length];
  return Buffer.concat([Buffer.from(head), content]);
}

/** Without leading zeros, with one if the first bit would make it negative. */
function derInteger(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((byte) => byte !== 0);
  if (first < 0) {
    throw AibomError.of("SIGNATURE_ENCODING", { reason: "an integer is zero" });
  }
  const bytes = magnitude.subarray(first);
  const isPadded = (bytes[0] ?? 0) >= 0x80;
  return Buffer.concat([
    Buffer.from([0x02, bytes.length + Number(isPadded), ...(isPadded ? [0] : [])]),
    bytes,
  ]);
}
