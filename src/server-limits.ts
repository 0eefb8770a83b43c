// SPDX-License-Identifier: Apache-2.0
// Ceilings of the one server that aibom can be, the time-stamp authority, with unit and reason. Whoever can reach it may
// send anything, and nobody watches it for years.

export const serverLimits = {
  /** Bytes of one query. Real ones have 60 to 120; an extension could make it more. */
  maxTimestampQueryBytes: 16 * 1024,
  /** Connections at one time. Each costs a socket and at most one query in memory. */
  maxServerConnections: 128,
  /** Milliseconds for the headers of a request, and for the whole request: 100 bytes need no more on any line. */
  maxServerHeaderMilliseconds: 5_000,
  maxServerRequestMilliseconds: 10_000,
  /** Milliseconds that a connection may idle between two requests. */
  maxServerIdleMilliseconds: 5_000,
  /** Milliseconds between looks for connections that are too slow. */
  serverCheckMilliseconds: 1_000,
  /** Bytes of the headers of a request; the sum of usual ones is 300. */
  maxServerHeaderBytes: 8 * 1024,
  /** Milliseconds that requests which are being answered get when the server is stopped. */
  maxServerFarewellMilliseconds: 2_000,
  /** Bytes at the end of an authority's journal that are read for its latest line. A line has 130 to 200, and each of several
   * processes can have left one that it gave up. */
  maxJournalTailBytes: 16 * 1024,
  /** Tries to be the next in a journal that others write, too. */
  maxJournalAttempts: 16,
  /** Milliseconds that an authority's clock may be off by its own account: a minute is more than any clock that is set. */
  maxAuthorityAccuracyMilliseconds: 60_000,
} as const;
