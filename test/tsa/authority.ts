// SPDX-License-Identifier: Apache-2.0
// A time-stamp authority for tests, with a clock that does as it is told.

import { join } from "node:path";
import type { TestContext } from "node:test";
import { keySigner, parsePrivateKey } from "../../src/signers/key.ts";
import { answerQuery, type GrantedAnswer, type TimestampAnswer } from "../../src/tsa/answer.ts";
import { type AuthorityOptions, defaultPolicy, openAuthority } from "../../src/tsa/authority.ts";
import { createAuthority, type NewAuthority } from "../../src/tsa/create-authority.ts";
import { openJournal } from "../../src/tsa/journal.ts";
import { readAuthorityChain } from "../../src/tsa/read-chain.ts";
import { createTimestampRequest } from "../../src/verifiers/timestamp/timestamp-request.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

export const start = new Date("2026-11-01T12:00:00.123Z");
export const signed = Buffer.from("what gets a time");

/** A new authority, valid for a day from an hour before `start`. */
export function newAuthority(): NewAuthority {
  return createAuthority({
    name: { commonName: "Test clock", organization: "Example" },
    notBefore: new Date(start.getTime() - 3_600_000),
    notAfter: new Date(start.getTime() + 86_400_000),
  });
}

/** The options of an authority that was just made, with changes. */
export function authorityOptions(
  made: NewAuthority,
  change: Partial<AuthorityOptions> = {},
): AuthorityOptions {
  return {
    signer: keySigner(parsePrivateKey(made.privateKey)),
    chain: readAuthorityChain(Buffer.from(made.chain), "chain.pem"),
    policy: defaultPolicy,
    accuracyMilliseconds: 1000,
    ...change,
  };
}

/** An authority that answers, its clock, and its journal's path. */
export function startAuthority(t: TestContext, change: Partial<AuthorityOptions> = {}) {
  const clock = { now: start };
  const authority = openAuthority(authorityOptions(newAuthority(), change), start);
  const path = join(temporaryDirectory(t), "journal.txt");
  const journal = openJournal(path, authority.accuracyMilliseconds);
  t.after(() => journal.close());
  const answer = (query: Uint8Array): Promise<TimestampAnswer> =>
    answerQuery(authority, journal, () => clock.now, query);
  return { authority, clock, path, answer };
}

/** An answer that must be a token. */
export function granted(answer: TimestampAnswer): GrantedAnswer {
  if (answer.kind !== "granted") {
    throw new Error(`${answer.failure}: ${answer.text} ${answer.fault?.message ?? ""}`);
  }
  return answer;
}

export const query = (change: Partial<Parameters<typeof createTimestampRequest>[0]> = {}): Uint8Array =>
  createTimestampRequest({ hashAlgorithm: "sha256", signed, nonce: 77n, certReq: true, ...change });
