// SPDX-License-Identifier: Apache-2.0
// Gets an RFC 3161 token over a signature, so that the signature outlives the certificate or key that made it, or over a
// file. What comes back is checked for being about it; whether its authority is trusted is for who verifies.

import { randomBytes } from "node:crypto";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FetchOptions } from "../net/fetch-bytes.ts";
import { postBytes } from "../net/post-bytes.ts";
import { inspectTimestamp } from "../verifiers/timestamp/inspect-timestamp.ts";
import { createTimestampRequest } from "../verifiers/timestamp/timestamp-request.ts";
import { isAbout, type Stamped } from "../verifiers/timestamp/token.ts";
import type { Signer } from "./signer.ts";

/** An answer that was checked for being about a signature. */
export interface CheckedTimestamp {
  /** As it came: that is what Sigstore bundles hold (sigstore_common.proto, RFC3161SignedTimestamp). */
  readonly answer: Uint8Array;
  /** The time that it says. */
  readonly genTime: Date;
}

/**
 * The signer, which also asks the authority at `url` for a time stamp over each signature.
 * @throws {AibomError} FETCH_*; when signing TIMESTAMP_*, DER_*
 */
export function timestampedSigner(signer: Signer, url: string, fetch: FetchOptions): Signer {
  return {
    ...signer,
    timestamp: async (signature) => (await requestTimestamp(signature, url, fetch)).answer,
  };
}

/** A request for a time stamp, and the random number that the answer must repeat. */
export function newRequest(stamped: Stamped): { readonly body: Uint8Array; readonly nonce: bigint } {
  const nonce = randomBytes(8).readBigUInt64BE();
  const hashAlgorithm = stamped instanceof Uint8Array ? "sha256" : stamped.hash;
  return { body: createTimestampRequest({ hashAlgorithm, signed: stamped, nonce, certReq: true }), nonce };
}

/**
 * Asks the authority at `url` for a time stamp.
 * @throws {AibomError} FETCH_*, SIGNER_TIMESTAMP, TIMESTAMP_*, DER_*
 */
export async function requestTimestamp(
  stamped: Stamped,
  url: string,
  fetch: FetchOptions,
): Promise<CheckedTimestamp> {
  const { body, nonce } = newRequest(stamped);
  const answer = await postBytes(fetch, {
    url,
    body,
    contentType: "application/timestamp-query",
    accept: "application/timestamp-reply",
    maxLength: limits.maxTimestampBytes,
  });
  return checkTimestamp(answer, stamped, nonce);
}

/**
 * Checks that an answer is granted and about what was to be stamped.
 * @throws {AibomError} SIGNER_TIMESTAMP, TIMESTAMP_*, DER_*
 */
export function checkTimestamp(
  answer: Uint8Array,
  stamped: Stamped,
  nonce: bigint | undefined,
): CheckedTimestamp {
  const said = inspectTimestamp(answer);
  const { hashAlgorithm } = said;
  if (hashAlgorithm !== "sha256" && hashAlgorithm !== "sha384" && hashAlgorithm !== "sha512") {
    throw AibomError.of("SIGNER_TIMESTAMP", { reason: `its hash function is ${hashAlgorithm}` });
  }
  if (!isAbout(stamped, hashAlgorithm, Buffer.from(said.imprint, "hex"))) {
    throw AibomError.of("SIGNER_TIMESTAMP", { reason: "it is about something else" });
  }
  if (nonce !== undefined && said.nonce !== nonce.toString(16)) {
    throw AibomError.of("SIGNER_TIMESTAMP", { reason: "it answers another request" });
  }
  return { answer, genTime: said.genTime };
}
