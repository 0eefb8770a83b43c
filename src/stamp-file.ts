// SPDX-License-Identifier: Apache-2.0
// Time stamps of files (RFC 3161), each in a file of its own: any file, of any size. Asked of an authority, or carried over an air
// gap as request and answer; verified against the time-stamp authorities of a trust root, and nothing else.

import { createHash } from "node:crypto";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { FetchOptions } from "./net/fetch-bytes.ts";
import {
  type CheckedTimestamp,
  checkTimestamp,
  newRequest,
  nonceOfRequest,
  requestTimestamp,
} from "./signers/timestamp.ts";
import { isDirectory } from "./sources/companions.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { readChunks } from "./sources/read-chunks.ts";
import { loadTrustRoot } from "./trust/load.ts";
import { verifySignatureTimes } from "./verifiers/signature-times.ts";
import { inspectTimestamp } from "./verifiers/timestamp/inspect-timestamp.ts";
import type { VerifiedTimestamp } from "./verifiers/timestamp/verify-timestamp.ts";
import type { HashName } from "./x509/signature-algorithm.ts";

/**
 * A request (TimeStampReq, DER) for a file, by SHA-256 and with a random nonce.
 * @throws {AibomError} SOURCE_*
 */
export async function requestForFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return newRequest(await digestOfFile(path, "sha256", signal)).body;
}

/**
 * Asks the authority at `url` for a time stamp over a file.
 * @throws {AibomError} SOURCE_*, FETCH_*, SIGNER_TIMESTAMP, TIMESTAMP_*, DER_*
 */
export async function stampFile(path: string, url: string, fetch: FetchOptions): Promise<CheckedTimestamp> {
  return requestTimestamp(await digestOfFile(path, "sha256", fetch.signal), url, fetch);
}

/**
 * Checks that an answer is about a file and, if the request is given, answers it. Who answered is not looked at.
 * @throws {AibomError} SOURCE_*, SIGNER_TIMESTAMP, TIMESTAMP_*, DER_*
 */
export async function checkFileStamp(
  path: string,
  answer: Uint8Array,
  request?: Uint8Array,
  signal?: AbortSignal,
): Promise<CheckedTimestamp> {
  const stamped = await digestOfFile(path, hashOf(answer), signal);
  const nonce = request === undefined ? undefined : nonceOfRequest(request, stamped);
  return checkTimestamp(answer, stamped, nonce);
}

export interface FileStampOptions {
  readonly path: string;
  /** TimeStampResp or TimeStampToken in DER. */
  readonly token: Uint8Array;
  /** The request that it must answer; DER. */
  readonly request?: Uint8Array;
  /** Directory of the trust root. */
  readonly trustRoot: string;
  /** The instant to verify for: a later time stamp is refused. */
  readonly at: Date;
  readonly signal?: AbortSignal;
}

/**
 * Verifies that an authority of the trust root stamped a file.
 * @throws {AibomError} SOURCE_*, TRUST_*, TIMESTAMP_*, CERTIFICATE_*, SIGNER_TIMESTAMP, SIGNATURE_TIME_LATER, DER_*
 */
export async function verifyFileStamp(options: FileStampOptions): Promise<VerifiedTimestamp> {
  const { path, token, request, at, signal } = options;
  const trustRoot = loadTrustRoot(options.trustRoot);
  const stamped = await digestOfFile(path, hashOf(token), signal);
  const nonce = request === undefined ? undefined : nonceOfRequest(request, stamped);
  const [verified] = verifySignatureTimes(
    [token],
    stamped,
    trustRoot,
    at,
    nonce === undefined ? {} : { nonce },
  );
  if (verified === undefined) {
    throw new Error("one time stamp was verified and none came back");
  }
  return verified;
}

/** The token in a file. @throws {AibomError} SOURCE_* */
export function readToken(path: string): Uint8Array {
  return readBounded(path, limits.maxTimestampBytes);
}

/** The hash that a token was made with: the file is hashed with it. @throws {AibomError} TIMESTAMP_*, DER_* */
function hashOf(token: Uint8Array): HashName {
  const { hashAlgorithm } = inspectTimestamp(token);
  const known = (["sha256", "sha384", "sha512"] as const).find((each) => each === hashAlgorithm);
  if (known === undefined) {
    throw AibomError.of("TIMESTAMP_HASH", { algorithm: hashAlgorithm, what: "the stamped bytes" });
  }
  return known;
}

async function digestOfFile(path: string, hash: HashName, signal?: AbortSignal) {
  if (isDirectory(path)) {
    throw AibomError.of("SOURCE_NOT_REGULAR", { kind: "directory" }, { where: { path } });
  }
  const hashing = createHash(hash);
  for await (const chunk of readChunks(path, signal)) {
    hashing.update(chunk);
  }
  return { hash, digest: new Uint8Array(hashing.digest()) };
}
