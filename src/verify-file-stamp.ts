// SPDX-License-Identifier: Apache-2.0
// Verifies time stamps of files (RFC 3161) against the time-stamp authorities of a trust root, and nothing else. Offline: nothing
// here imports the network.

import { createHash } from "node:crypto";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { isDirectory } from "./sources/companions.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { readChunks } from "./sources/read-chunks.ts";
import { loadTrustRoot } from "./trust/load.ts";
import { verifySignatureTimes } from "./verifiers/signature-times.ts";
import { inspectTimestamp } from "./verifiers/timestamp/inspect-timestamp.ts";
import { nonceOfRequest } from "./verifiers/timestamp/timestamp-request.ts";
import type { VerifiedTimestamp } from "./verifiers/timestamp/verify-timestamp.ts";
import type { HashName } from "./x509/signature-algorithm.ts";

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
  const stamped = await digestOfFile(path, hashOfToken(token), signal);
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
export function hashOfToken(token: Uint8Array): HashName {
  const { hashAlgorithm } = inspectTimestamp(token);
  const known = (["sha256", "sha384", "sha512"] as const).find((each) => each === hashAlgorithm);
  if (known === undefined) {
    throw AibomError.of("TIMESTAMP_HASH", { algorithm: hashAlgorithm, what: "the stamped bytes" });
  }
  return known;
}

/**
 * The digest of a file of any size.
 * @throws {AibomError} SOURCE_*
 */
export async function digestOfFile(path: string, hash: HashName, signal?: AbortSignal) {
  if (isDirectory(path)) {
    throw AibomError.of("SOURCE_NOT_REGULAR", { kind: "directory" }, { where: { path } });
  }
  const hashing = createHash(hash);
  for await (const chunk of readChunks(path, signal)) {
    hashing.update(chunk);
  }
  return { hash, digest: new Uint8Array(hashing.digest()) };
}
