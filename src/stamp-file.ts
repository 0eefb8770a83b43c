// SPDX-License-Identifier: Apache-2.0
// Gets time stamps of files (RFC 3161), each in a file of its own: any file, of any size. Asked of an authority, or carried over an
// air gap as request and answer. Whose they are is for verify-file-stamp.ts.

import type { Digest } from "./model/digest.ts";
import type { FetchOptions } from "./net/fetch-bytes.ts";
import { type CheckedTimestamp, checkTimestamp, newRequest, requestTimestamp } from "./signers/timestamp.ts";
import { nonceOfRequest } from "./verifiers/timestamp/timestamp-request.ts";
import { digestOfFile, hashOfToken } from "./verify-file-stamp.ts";

/** A time stamp and the digest that it is over. */
export interface FileStamp extends CheckedTimestamp {
  readonly stamped: Digest;
}

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
export async function stampFile(path: string, url: string, fetch: FetchOptions): Promise<FileStamp> {
  const stamped = await digestOfFile(path, "sha256", fetch.signal);
  return { ...(await requestTimestamp(stamped, url, fetch)), stamped: asDigest(stamped) };
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
): Promise<FileStamp> {
  const stamped = await digestOfFile(path, hashOfToken(answer), signal);
  const nonce = request === undefined ? undefined : nonceOfRequest(request, stamped);
  return { ...checkTimestamp(answer, stamped, nonce), stamped: asDigest(stamped) };
}

function asDigest({ hash, digest }: Awaited<ReturnType<typeof digestOfFile>>): Digest {
  return { algorithm: hash, hex: Buffer.from(digest).toString("hex") };
}
