// SPDX-License-Identifier: Apache-2.0
// Requests for time stamps (RFC 3161, section 2.4.1). Pure: who sends them, and where the nonce comes from, is the
// caller's business. Left out on purpose: extensions.

import { DerReader, derTags, parseDer } from "../../bytes/der.ts";
import { encodeDer, encodeInteger, encodeOid } from "../../bytes/der-encode.ts";
import { derInteger } from "../../bytes/der-values.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { digestOf, type HashName } from "../../x509/signature-algorithm.ts";
import { hashOids } from "./oids.ts";
import { isAbout, type Stamped } from "./token.ts";

export interface TimestampRequest {
  readonly hashAlgorithm: HashName;
  /** What gets a time; only its hash leaves the machine. A digest must be one by `hashAlgorithm`. */
  readonly signed: Uint8Array | { readonly digest: Uint8Array };
  /** A random number of 64 bits or more, which must come back; see `verifyTimestamp`. Not negative. */
  readonly nonce?: bigint;
  /** Asks the authority to embed its certificates. */
  readonly certReq: boolean;
  /** Object identifier of the policy under which the authority is to answer. */
  readonly policy?: string;
}

/** A TimeStampReq in DER, as the body of `application/timestamp-query`. */
export function createTimestampRequest(request: TimestampRequest): Uint8Array {
  const { hashAlgorithm, signed, nonce, certReq, policy } = request;
  const algorithm = encodeDer(derTags.sequence, encodeOid(hashOids[hashAlgorithm]), encodeDer(derTags.null));
  const digest = signed instanceof Uint8Array ? digestOf(hashAlgorithm, signed) : signed.digest;
  const imprint = encodeDer(derTags.octetString, digest);
  return encodeDer(
    derTags.sequence,
    encodeInteger(1n),
    encodeDer(derTags.sequence, algorithm, imprint),
    ...(policy === undefined ? [] : [encodeOid(policy)]),
    ...(nonce === undefined ? [] : [encodeInteger(nonce)]),
    // False is the default, which DER leaves out.
    ...(certReq ? [encodeDer(derTags.boolean, Uint8Array.of(0xff))] : []),
  );
}

/**
 * The nonce of a request for just this; undefined if it has none.
 * @throws {AibomError} TIMESTAMP_TOO_LARGE, SIGNER_TIMESTAMP, DER_*
 */
export function nonceOfRequest(request: Uint8Array, stamped: Stamped): bigint | undefined {
  const what = "time-stamp request";
  if (request.length > limits.maxTimestampBytes) {
    throw AibomError.of("TIMESTAMP_TOO_LARGE", { size: request.length, limit: limits.maxTimestampBytes });
  }
  const reader = new DerReader(parseDer(request, what), what);
  reader.next("version", derTags.integer);
  const imprint = reader.nested("imprint");
  imprint.next("algorithm", derTags.sequence);
  const digest = imprint.next("hash", derTags.octetString).content;
  if (!(["sha256", "sha384", "sha512"] as const).some((hash) => isAbout(stamped, hash, digest))) {
    throw AibomError.of("SIGNER_TIMESTAMP", { reason: "the request is about something else" });
  }
  reader.optional(derTags.objectIdentifier);
  const nonce = reader.optional(derTags.integer);
  return nonce === undefined ? undefined : derInteger(nonce, what);
}
