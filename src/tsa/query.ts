// SPDX-License-Identifier: Apache-2.0
// What a client asks of a time-stamp authority: TimeStampReq (RFC 3161, section 2.4.1). A query that cannot be answered is
// a refusal with the reason that the RFC has for it, never an error: whoever asks is told.

import { contextTag, type DerElement, DerReader, derTags, parseDer } from "../bytes/der.ts";
import { derBoolean, derInteger, derOctets, derOid } from "../bytes/der-values.ts";
import { AibomError } from "../errors.ts";
import { serverLimits } from "../server-limits.ts";
import { algorithmName, type HashName, parseHashAlgorithm } from "../x509/signature-algorithm.ts";
import type { FailureName } from "./response.ts";

export interface TimestampQuery {
  readonly kind: "query";
  /** The MessageImprint in DER: it goes into the answer as it came. */
  readonly imprint: Uint8Array;
  readonly hash: HashName;
  readonly digest: Uint8Array;
  /** The nonce in DER: it goes into the answer as it came. */
  readonly nonce: Uint8Array | undefined;
  /** The client wants the authority's certificates in the token. */
  readonly wantsCertificates: boolean;
}

export interface QueryRefusal {
  readonly kind: "refusal";
  readonly failure: FailureName;
  /** For people, in the answer. */
  readonly text: string;
}

const hashBytes: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** Reads a query. `policy` is the one that the authority stamps under. Never throws for what a client sent. */
export function readQuery(bytes: Uint8Array, policy: string): TimestampQuery | QueryRefusal {
  try {
    return parseQuery(bytes, policy);
  } catch (error) {
    if (error instanceof AibomError) {
      return refuse("badDataFormat", error.message);
    }
    throw error;
  }
}

function refuse(failure: FailureName, text: string): QueryRefusal {
  return { kind: "refusal", failure, text };
}

/** @throws {AibomError} DER_* */
function parseQuery(bytes: Uint8Array, policy: string): TimestampQuery | QueryRefusal {
  const what = "query";
  const reader = new DerReader(parseDer(bytes, what, serverLimits.maxTimestampQueryBytes), what);
  const version = derInteger(reader.next("version"), "version of query");
  const imprint = reader.next("imprint", derTags.sequence);
  const asked = reader.optional(derTags.objectIdentifier);
  const nonce = reader.optional(derTags.integer);
  const certReq = reader.optional(derTags.boolean);
  const extensions = reader.optional(contextTag(0));
  reader.end();
  if (version !== 1n) {
    return refuse("badRequest", `its version is ${version}, expected 1`);
  }
  const { hash, algorithm, digest } = parseImprint(imprint);
  if (hash === undefined) {
    return refuse("badAlg", `${algorithm} is not accepted; use SHA-256, SHA-384 or SHA-512`);
  }
  if (digest.length !== hashBytes[hash]) {
    return refuse("badDataFormat", `a digest of ${digest.length} bytes is not one of ${hash}`);
  }
  if (asked !== undefined && derOid(asked, "policy of query") !== policy) {
    return refuse("unacceptedPolicy", `this authority stamps under ${policy}`);
  }
  // Section 2.4.1: not one extension may be passed over, critical or not.
  if (extensions !== undefined) {
    return refuse("unacceptedExtension", "no extension is known here");
  }
  // Read for its form; the value is the client's business.
  if (nonce !== undefined) {
    derInteger(nonce, "nonce of query");
  }
  return {
    kind: "query",
    imprint: imprint.bytes,
    hash,
    digest,
    nonce: nonce?.bytes,
    wantsCertificates: certReq !== undefined && derBoolean(certReq, "certReq of query"),
  };
}

function parseImprint(element: DerElement) {
  const reader = new DerReader(element, "imprint");
  const algorithm = reader.next("algorithm", derTags.sequence);
  const digest = derOctets(reader.next("hash"), "hash of imprint");
  reader.end();
  return {
    hash: parseHashAlgorithm(algorithm, "algorithm of imprint"),
    algorithm: algorithmName(algorithm, "algorithm of imprint"),
    digest,
  };
}
