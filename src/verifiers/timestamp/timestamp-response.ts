// SPDX-License-Identifier: Apache-2.0
// Answers of time-stamp authorities (RFC 3161, section 2.4.2): a status, and if it is a good one a token. Stored time
// stamps are either the whole answer (Sigstore bundles) or the token alone (CMS attributes); both are taken.

import { DerReader, derTags, parseDer } from "../../bytes/der.ts";
import { derNamedBits, derSmallInteger, derText } from "../../bytes/der-values.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** PKIStatus (RFC 3161, section 2.4.2), by number. */
const statusNames = [
  "granted",
  "grantedWithMods",
  "rejection",
  "waiting",
  "revocationWarning",
  "revocationNotification",
] as const;

/** PKIFailureInfo, by bit. */
const failureNames = new Map<number, string>([
  [0, "badAlg"],
  [2, "badRequest"],
  [5, "badDataFormat"],
  [14, "timeNotAvailable"],
  [15, "unacceptedPolicy"],
  [16, "unacceptedExtension"],
  [17, "addInfoNotAvailable"],
  [25, "systemFailure"],
]);

export interface TimestampResponse {
  /** PKIStatus. */
  readonly status: number;
  /** Its name in RFC 3161, or `unknown`. */
  readonly statusName: string;
  /** What the authority says about it: free text, not signed. */
  readonly statusText: readonly string[];
  /** Names of RFC 3161, `badAlg` …, or `bit 7`. */
  readonly failures: readonly string[];
  /** The TimeStampToken in DER. */
  readonly token?: Uint8Array;
}

/**
 * Parses a TimeStampResp.
 * @throws {AibomError} TIMESTAMP_TOO_LARGE, DER_*
 */
export function parseTimestampResponse(bytes: Uint8Array): TimestampResponse {
  const what = "time-stamp response";
  requireSize(bytes);
  const reader = new DerReader(parseDer(bytes, what), what);
  const info = reader.nested("status");
  const status = derSmallInteger(info.next("number"), `status of ${what}`);
  const texts = info.optional(derTags.sequence);
  const failure = info.optional(derTags.bitString);
  info.end();
  const token = reader.hasMore ? reader.next("token", derTags.sequence).bytes : undefined;
  reader.end();
  const statusText = texts ? new DerReader(texts, what).rest() : [];
  return {
    status,
    statusName: statusNames[status] ?? "unknown",
    statusText: statusText.map((text) => derText(text, `text of ${what}`) ?? "not a text"),
    failures: failure
      ? [...derNamedBits(failure, what)].map((bit) => failureNames.get(bit) ?? `bit ${bit}`)
      : [],
    ...(token === undefined ? {} : { token }),
  };
}

/**
 * The token of a TimeStampResp whose status is granted or grantedWithMods, or the bytes themselves if they are a
 * TimeStampToken.
 * @throws {AibomError} TIMESTAMP_TOO_LARGE, TIMESTAMP_NOT_GRANTED, TIMESTAMP_MALFORMED, DER_*
 */
export function tokenOf(bytes: Uint8Array): Uint8Array {
  requireSize(bytes);
  const reader = new DerReader(parseDer(bytes, "time stamp"), "time stamp");
  // A ContentInfo begins with its type, a response with its status.
  if (reader.optional(derTags.objectIdentifier) !== undefined) {
    return bytes;
  }
  const { status, statusName, statusText, failures, token } = parseTimestampResponse(bytes);
  if (status > 1) {
    const reason = [statusName, ...failures, ...statusText].join(", ");
    throw AibomError.of("TIMESTAMP_NOT_GRANTED", { status, reason });
  }
  if (token === undefined) {
    throw AibomError.of("TIMESTAMP_MALFORMED", { reason: "the response is granted and has no token" });
  }
  return token;
}

function requireSize(bytes: Uint8Array): void {
  if (bytes.length > limits.maxTimestampBytes) {
    throw AibomError.of("TIMESTAMP_TOO_LARGE", { size: bytes.length, limit: limits.maxTimestampBytes });
  }
}
