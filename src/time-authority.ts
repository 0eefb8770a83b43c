// SPDX-License-Identifier: Apache-2.0
// A time-stamp authority of one's own (RFC 3161), opened from files and asked: over loopback http, or by file for a site whose
// machines share nothing but a stick. The clock is the caller's.

import { limits } from "./limits.ts";
import { type PostServer, startPostServer } from "./net/answer-posts.ts";
import { serverLimits } from "./server-limits.ts";
import { type KeyFileChoice, loadPlainSigner, type ProgramChoice } from "./signers/load-signer.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { answerQuery, type TimestampAnswer } from "./tsa/answer.ts";
import { openAuthority } from "./tsa/authority.ts";
import { openJournal } from "./tsa/journal.ts";
import { readAuthorityChain } from "./tsa/read-chain.ts";

export interface TimeAuthorityOptions {
  readonly signer: KeyFileChoice | ProgramChoice;
  /** PEM file, the authority's certificate first, its root last. */
  readonly certificateChain: string;
  /** File of the journal; made if it is absent. */
  readonly journal: string;
  /** Object identifier of the policy to stamp under. */
  readonly policy: string;
  readonly accuracyMilliseconds: number;
  readonly clock: () => Date;
}

export interface OpenTimeAuthority {
  /** Subject of its certificate. */
  readonly name: string;
  /** Last instant at which it stamps. */
  readonly validUntil: Date;
  /** Answers one TimeStampReq. */
  answer(query: Uint8Array): Promise<TimestampAnswer>;
  close(): void;
}

/**
 * Opens an authority. Close it when done.
 * @throws {AibomError} TSA_*, KEY_*, SIGNER_*, SOURCE_*
 */
export async function openTimeAuthority(options: TimeAuthorityOptions): Promise<OpenTimeAuthority> {
  const { policy, accuracyMilliseconds, clock } = options;
  const chain = readAuthorityChain(
    readBounded(options.certificateChain, limits.maxCertificateFileBytes),
    options.certificateChain,
  );
  const signer = await loadPlainSigner(options.signer, chain[0]);
  const authority = openAuthority({ signer, chain, policy, accuracyMilliseconds }, clock());
  const journal = openJournal(options.journal, accuracyMilliseconds);
  return {
    name: authority.certificate.subject,
    validUntil: authority.certificate.notAfter,
    answer: (query) => answerQuery(authority, journal, clock, query),
    close: () => journal.close(),
  };
}

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly allowRemote: boolean;
  /** Told of each answer, for a log. */
  readonly answered: (answer: TimestampAnswer) => void;
  /** Told of a fault of this program; the client got status 500. */
  readonly failed: (error: unknown) => void;
}

/**
 * Answers over http (RFC 3161, section 3.4) until the server is stopped.
 * @throws {AibomError} SERVER_ADDRESS, SERVER_LISTEN
 */
export function serveTimestamps(authority: OpenTimeAuthority, options: ServeOptions): Promise<PostServer> {
  const { answered, ...address } = options;
  return startPostServer({
    ...address,
    accepts: "application/timestamp-query",
    answers: "application/timestamp-reply",
    maxBodyBytes: serverLimits.maxTimestampQueryBytes,
    answer: async (body) => {
      const answer = await authority.answer(body);
      answered(answer);
      return answer.response;
    },
  });
}
