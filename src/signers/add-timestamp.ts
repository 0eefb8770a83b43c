// SPDX-License-Identifier: Apache-2.0
// Adds an RFC 3161 time stamp to a bundle that a key or a certificate signed: from an authority, or for a machine
// without a network in two steps, request and answer as files. Nothing of the bundle changes but the list of time
// stamps. Left out on purpose: keyless bundles, which have theirs from the day they were made.

import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FetchOptions } from "../net/fetch-bytes.ts";
import { type ChainBundle, type KeyBundle, parseBundle } from "../verifiers/bundle.ts";
import { nonceOfRequest } from "../verifiers/timestamp/timestamp-request.ts";
import { type CheckedTimestamp, checkTimestamp, newRequest, requestTimestamp } from "./timestamp.ts";

export interface StampedBundle {
  /** The bundle with the time stamp. */
  readonly bundle: Uint8Array;
  /** What the time stamp says; its authority is for who verifies. */
  readonly time: Date;
  /** How many time stamps the bundle has now. */
  readonly count: number;
}

/**
 * A request (TimeStampReq, DER) for the signature of a bundle, with a random nonce.
 * @throws {AibomError} BUNDLE_*, JSON_*, SIGNER_TIMESTAMP
 */
export function requestForBundle(bundle: Uint8Array, path: string): Uint8Array {
  return newRequest(signatureOf(parseStampable(bundle, path))).body;
}

/**
 * Puts an answer into the bundle. With the request its nonce is compared too.
 * @throws {AibomError} BUNDLE_*, JSON_*, SIGNER_TIMESTAMP, TIMESTAMP_*, DER_*
 */
export function addTimestamp(
  bundle: Uint8Array,
  path: string,
  answer: Uint8Array,
  request?: Uint8Array,
): StampedBundle {
  const signature = signatureOf(parseStampable(bundle, path));
  const nonce = request === undefined ? undefined : nonceOfRequest(request, signature);
  return stampedBundle(bundle, path, checkTimestamp(answer, signature, nonce));
}

/**
 * Asks the authority at `url`, and puts its answer into the bundle.
 * @throws {AibomError} FETCH_*, and those of `addTimestamp`
 */
export async function stampBundle(
  bundle: Uint8Array,
  path: string,
  url: string,
  fetch: FetchOptions,
): Promise<StampedBundle> {
  const signature = signatureOf(parseStampable(bundle, path));
  return stampedBundle(bundle, path, await requestTimestamp(signature, url, fetch));
}

function stampedBundle(
  earlier: Uint8Array,
  path: string,
  { answer, genTime }: CheckedTimestamp,
): StampedBundle {
  const bundle = appendToken(earlier, path, answer);
  // Read back as a verifier will.
  const { timestamps } = parseStampable(bundle, path);
  return { bundle, time: genTime, count: timestamps.length };
}

function parseStampable(bytes: Uint8Array, path: string): KeyBundle | ChainBundle {
  const bundle = parseBundle(bytes, path, limits.maxBomBundleBytes);
  if (bundle.method === "sigstore") {
    const reason = "a keyless bundle has its time stamps from when it was made";
    throw AibomError.of("SIGNER_TIMESTAMP", { reason }, { where: { path } });
  }
  return bundle;
}

function signatureOf({ content }: KeyBundle | ChainBundle): Uint8Array {
  return content.kind === "dsse" ? content.envelope.signature : content.message.signature;
}

function appendToken(bytes: Uint8Array, path: string, token: Uint8Array): Uint8Array {
  const maxBytes = limits.maxBomBundleBytes;
  const root = objectOf(parseJson(bytes, { path, maxBytes, maxDepth: 16 }));
  const material = objectOf(root["verificationMaterial"]);
  const data = objectOf(material["timestampVerificationData"] ?? {});
  const earlier = data["rfc3161Timestamps"] ?? [];
  const signedTimestamp = Buffer.from(token).toString("base64");
  const stamped = {
    ...root,
    verificationMaterial: {
      ...material,
      timestampVerificationData: {
        rfc3161Timestamps: [...(Array.isArray(earlier) ? earlier : []), { signedTimestamp }],
      },
    },
  };
  return Buffer.from(`${JSON.stringify(stamped, null, 2)}\n`);
}

/** The bundle was parsed strictly before: what is no object here is not there. */
function objectOf(value: Parameters<typeof isJsonObject>[0]): JsonObject {
  return isJsonObject(value) ? value : {};
}
