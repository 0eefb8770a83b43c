// SPDX-License-Identifier: Apache-2.0
// Whether a log continues what somebody saw of it before: the check that finds rewriting, truncation and forks.

import { AibomError } from "../errors.ts";
import { isConsistent } from "../tlog/merkle.ts";
import { type CustodyLog, type SignedCheckpoint, treeOf } from "./open-log.ts";

/**
 * Checks that `log` has the whole history of `older` at its beginning.
 * @param path where `older` is from, for errors
 * @throws {AibomError} CUSTODY_LOG_ROLLED_BACK, CUSTODY_LOG_FORKED, CUSTODY_CHECKPOINT_INVALID, CUSTODY_LOG_DAMAGED
 */
export function requireContinuation(log: CustodyLog, older: SignedCheckpoint, path: string): void {
  const { checkpoint } = log;
  const where = { path };
  if (older.origin !== checkpoint.origin) {
    const reason = `it is of the log ${older.origin}`;
    throw AibomError.of("CUSTODY_CHECKPOINT_INVALID", { reason }, { where });
  }
  const [size, seen] = [checkpoint.size, older.size];
  if (seen > size) {
    throw AibomError.of("CUSTODY_LOG_ROLLED_BACK", { size, seen }, { where });
  }
  const proof = seen === 0 || seen === size ? [] : treeOf(log).consistencyProof(seen);
  if (!isConsistent(older, checkpoint, proof)) {
    throw AibomError.of("CUSTODY_LOG_FORKED", { size, seen }, { where });
  }
}
