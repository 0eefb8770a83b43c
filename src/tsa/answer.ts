// SPDX-License-Identifier: Apache-2.0
// One query in, one answer out (RFC 3161, section 2.4). Whatever goes wrong, whoever asks gets an answer that says so, and no token.

import { AibomError } from "../errors.ts";
import { verifyTimestamp } from "../verifiers/timestamp/verify-timestamp.ts";
import { isValidAt, type TimeAuthority } from "./authority.ts";
import type { Journal } from "./journal.ts";
import { type QueryRefusal, readQuery, type TimestampQuery } from "./query.ts";
import { type FailureName, grantedResponse, refusalResponse } from "./response.ts";
import { type TokenPlace, writeToken } from "./token.ts";

/** A token, with its number and time. */
export interface GrantedAnswer extends TokenPlace {
  readonly kind: "granted";
  /** TimeStampResp in DER. */
  readonly response: Uint8Array;
  readonly hash: string;
  readonly digest: Uint8Array;
}

/** No token, and why. */
export interface RefusedAnswer {
  readonly kind: "refused";
  /** TimeStampResp in DER. */
  readonly response: Uint8Array;
  readonly failure: FailureName;
  readonly text: string;
  /** Why the authority itself could not; not told to whoever asks. */
  readonly fault?: AibomError;
}

export type TimestampAnswer = GrantedAnswer | RefusedAnswer;

/**
 * Answers a query. `clock` is read once the query is known to be a good one.
 * @throws nothing but faults of this program
 */
export async function answerQuery(
  authority: TimeAuthority,
  journal: Journal,
  clock: () => Date,
  bytes: Uint8Array,
): Promise<TimestampAnswer> {
  const query = readQuery(bytes, authority.policy);
  if (query.kind === "refusal") {
    return refused(query);
  }
  try {
    return await granted(authority, journal, clock(), query);
  } catch (error) {
    if (!(error instanceof AibomError)) {
      throw error;
    }
    const isClock = error.code === "TSA_CLOCK";
    const refusal = isClock
      ? refusedAs("timeNotAvailable", "the clock of this authority cannot be relied upon")
      : refusedAs("systemFailure", "the authority cannot stamp at present");
    return { ...refusal, fault: error };
  }
}

async function granted(
  authority: TimeAuthority,
  journal: Journal,
  now: Date,
  query: TimestampQuery,
): Promise<GrantedAnswer> {
  const { hash, digest } = query;
  if (!isValidAt(authority, now)) {
    throw AibomError.of("TSA_UNUSABLE", { reason: `its certificate is not valid at ${now.toISOString()}` });
  }
  const place = journal.take(now, { hash, digest });
  const token = await writeToken(authority, query, place);
  // A key in a device may sign something else: nothing leaves that those who verify would refuse.
  verifyTimestamp(token, { hash, digest }, [authority.verifier], { policy: authority.policy });
  return { kind: "granted", response: grantedResponse(token), hash, digest, ...place };
}

function refused({ failure, text }: QueryRefusal): RefusedAnswer {
  return refusedAs(failure, text);
}

function refusedAs(failure: FailureName, text: string): RefusedAnswer {
  return { kind: "refused", failure, text, response: refusalResponse(failure, text) };
}
