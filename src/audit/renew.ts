// SPDX-License-Identifier: Apache-2.0
// Renews the time stamp of a seal before its authority's certificate ends or its algorithms grow weak: a new time stamp
// over the statement's bundle and the last time stamp, so that each proves that the one before was good when it was
// renewed (the idea of RFC 4998). Nothing of the folder changes but seal/renewal-N.tsr.

import { join } from "node:path";
import { isJsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { FetchOptions } from "../net/fetch-bytes.ts";
import { checkTimestamp, newRequest, requestTimestamp } from "../signers/timestamp.ts";
import { isDirectory, readCompanion } from "../sources/companions.ts";
import { nonceOfRequest } from "../verifiers/timestamp/timestamp-request.ts";
import { readTagManifest } from "./open-folder.ts";
import { auditPaths } from "./record.ts";
import { tokensOf } from "./seal.ts";

/** A seal with the time stamps that it has. */
export interface RenewableSeal {
  /** Path of the next time stamp, in the folder. */
  readonly next: string;
  /** What the next one covers: the bundle, then the last time stamp. */
  readonly covered: Uint8Array;
}

export interface Renewal {
  readonly token: Uint8Array;
  readonly time: Date;
}

/**
 * Opens the seal of a folder. Each time stamp that is there must be about the one before it.
 * @throws {AibomError} REPORT_*, SIGNER_TIMESTAMP, TIMESTAMP_*, SOURCE_*, JSON_*
 */
export function openSeal(directory: string): RenewableSeal {
  if (!isDirectory(directory)) {
    const reason = "it is a file, and nothing can be added to it";
    throw AibomError.of("REPORT_NOT_A_FOLDER", { reason }, { where: { path: directory } });
  }
  const bundle = readSealFile(directory, auditPaths.sealStatement);
  if (bundle === undefined) {
    throw refused(directory, "there is no seal");
  }
  requireAbout(bundle, directory);
  const [first] = tokensOf(bundle);
  if (first === undefined) {
    const reason = `it has no time stamp yet: give it one with \`aibom timestamp ${directory}/${auditPaths.sealStatement}\``;
    throw refused(directory, reason);
  }
  let last = first;
  for (let number = 1; number <= limits.maxSealFiles; number++) {
    const next = `${auditPaths.seal}/renewal-${number}.tsr`;
    const covered = Buffer.concat([bundle, last]);
    const token = readSealFile(directory, next);
    if (token === undefined) {
      return { next, covered };
    }
    checkTimestamp(token, covered, undefined);
    last = token;
  }
  throw AibomError.of("REPORT_SEAL_FULL", { count: limits.maxSealFiles, limit: limits.maxSealFiles });
}

/** A request for the next time stamp (TimeStampReq, DER), to be carried to an authority. */
export function renewalRequest({ covered }: RenewableSeal): Uint8Array {
  return newRequest(covered).body;
}

/**
 * Checks an answer that was carried back. With the request its nonce is compared, too.
 * @throws {AibomError} SIGNER_TIMESTAMP, TIMESTAMP_*, DER_*
 */
export function renewalFrom(
  { covered }: RenewableSeal,
  answer: Uint8Array,
  request: Uint8Array | undefined,
): Renewal {
  const nonce = request === undefined ? undefined : nonceOfRequest(request, covered);
  const { answer: token, genTime: time } = checkTimestamp(answer, covered, nonce);
  return { token, time };
}

/**
 * Asks the authority at `url`.
 * @throws {AibomError} FETCH_*, and those of `renewalFrom`
 */
export async function requestRenewal(
  { covered }: RenewableSeal,
  url: string,
  fetch: FetchOptions,
): Promise<Renewal> {
  const { answer: token, genTime: time } = await requestTimestamp(covered, url, fetch);
  return { token, time };
}

function readSealFile(directory: string, name: string): Uint8Array | undefined {
  return readCompanion(undefined, join(directory, name), limits.maxSealFileBytes)?.bytes;
}

/** A seal of another folder, or of this one before somebody changed it, is not made to last. */
function requireAbout(bundle: Uint8Array, directory: string): void {
  const envelope = objectOf(parsed(bundle), "dsseEnvelope");
  const payload = parsed(Buffer.from(textOf(envelope, "payload") ?? "", "base64"));
  const [subject] = listOf(payload, "subject");
  const { sha256 } = readTagManifest(directory);
  if (textOf(objectOf(subject, "digest"), "sha256") !== sha256) {
    throw refused(directory, "it is about another state of the folder");
  }
}

function parsed(bytes: Uint8Array) {
  const value = parseJson(bytes, {
    path: auditPaths.sealStatement,
    maxBytes: limits.maxSealFileBytes,
    maxDepth: 16,
  });
  return isJsonObject(value) ? value : undefined;
}

function refused(directory: string, reason: string): AibomError {
  return AibomError.of("REPORT_RENEWAL_REFUSED", { reason }, { where: { path: directory } });
}
