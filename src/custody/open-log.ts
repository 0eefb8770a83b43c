// SPDX-License-Identifier: Apache-2.0
// Opens a log to read it: its policy file says by which key it signs, its checkpoint how long it is.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Checkpoint, parseCheckpoint } from "../tlog/checkpoint.ts";
import { type LogPolicy, parseLogPolicy } from "../tlog/log-policy.ts";
import { TileTree } from "../tlog/tile-tree.ts";
import { isSignedByLog, type NoteKey } from "../tlog/verifier-key.ts";
import { checkpointName, damaged, policyName, readText, readTile } from "./log-files.ts";

/** A checkpoint that a known log signed. */
export interface SignedCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** With all its signatures. */
  readonly note: Checkpoint;
  readonly key: NoteKey;
}

/** A log at one moment. */
export interface CustodyLog {
  readonly directory: string;
  /** What believes in the log: its own policy file, unless another was named. */
  readonly policy: LogPolicy;
  /** True if the policy is the log's own: whoever can rewrite the log can rewrite it, too. */
  readonly isOwnPolicy: boolean;
  readonly checkpoint: SignedCheckpoint;
}

/** True if there is something at `directory`, whether or not it is a log. */
export function logExists(directory: string): boolean {
  return existsSync(directory);
}

/**
 * Opens a log.
 * @param policy file of a policy from elsewhere; default: the log's own
 * @throws {AibomError} CUSTODY_LOG_MISSING, CUSTODY_LOG_DAMAGED, CUSTODY_CHECKPOINT_INVALID, CUSTODY_POLICY_INVALID, SOURCE_*
 */
export function openLog(directory: string, policy?: string): CustodyLog {
  const path = join(directory, checkpointName);
  if (!existsSync(path)) {
    throw AibomError.of("CUSTODY_LOG_MISSING", {}, { where: { path: directory } });
  }
  const loaded = loadLogPolicy(policy ?? join(directory, policyName));
  const text = readText(path, limits.maxCheckpointBytes);
  const checkpoint = verifyCheckpoint(text, loaded.logs, path);
  return { directory, policy: loaded, isOwnPolicy: policy === undefined, checkpoint };
}

/**
 * Reads a policy file.
 * @throws {AibomError} CUSTODY_POLICY_INVALID, SOURCE_*
 */
export function loadLogPolicy(path: string): LogPolicy {
  return parseLogPolicy(readText(path, limits.maxLogPolicyBytes), (reason) =>
    AibomError.of("CUSTODY_POLICY_INVALID", { reason }, { where: { path } }),
  );
}

/**
 * A checkpoint that is signed by the log of its name.
 * @param logs keys that are believed
 * @param path for errors
 * @throws {AibomError} CUSTODY_CHECKPOINT_INVALID
 */
export function verifyCheckpoint(text: string, logs: readonly NoteKey[], path: string): SignedCheckpoint {
  const invalid = (reason: string): AibomError =>
    AibomError.of("CUSTODY_CHECKPOINT_INVALID", { reason }, { where: { path } });
  return signedCheckpoint(parseCheckpoint(text, invalid), logs, invalid);
}

/**
 * The same of a checkpoint that is read already.
 * @throws what `invalid` makes
 */
export function signedCheckpoint(
  note: Checkpoint,
  logs: readonly NoteKey[],
  invalid: (reason: string) => Error,
): SignedCheckpoint {
  const keys = logs.filter(({ name }) => name === note.origin);
  const key = keys.find((each) => isSignedByLog(each, note));
  if (key === undefined) {
    const reason = keys.length === 0 ? `no key is known for ${note.origin}` : "the log's key did not sign it";
    throw invalid(reason);
  }
  if (note.size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalid("it is for more entries than can be counted");
  }
  return { origin: note.origin, size: Number(note.size), root: note.root, note, key };
}

/** The tree of a log, or of its first `size` entries. Its tiles are believed: compare what it says with a signed root. */
export function treeOf({ directory, checkpoint }: CustodyLog, size = checkpoint.size): TileTree {
  return new TileTree(size, (tile) => readTile(directory, tile));
}

/** The error for a tree that has another root than its checkpoint. */
export function wrongRoot({ directory }: CustodyLog): AibomError {
  return damaged("its tiles have another root hash", join(directory, checkpointName));
}
