// SPDX-License-Identifier: Apache-2.0
// Proofs that an entry is in the log, made and verified. A proof is checked before it is handed out.

import { join } from "node:path";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { cosignedAt } from "../tlog/cosignature.ts";
import { isQuorum, type LogPolicy } from "../tlog/log-policy.ts";
import { isSameHash, leafHash, rootOfInclusion } from "../tlog/merkle.ts";
import type { SignedNote } from "../tlog/note.ts";
import { tileWidth, widthOf } from "../tlog/tile.ts";
import { formatTlogProof, parseTlogProof } from "../tlog/tlog-proof.ts";
import type { NoteKey } from "../tlog/verifier-key.ts";
import { keptCheckpoints } from "./kept-checkpoints.ts";
import { readEntries } from "./log-files.ts";
import { type CustodyLog, type SignedCheckpoint, signedCheckpoint, treeOf, wrongRoot } from "./open-log.ts";

/** A witness that cosigned, and when. */
export interface Cosigner {
  /** Name in the policy. */
  readonly name: string;
  readonly at: Date;
}

/** A proof that holds. */
export interface VerifiedProof {
  readonly index: number;
  readonly origin: string;
  /** Entries of the log that the proof's checkpoint is for. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly cosigners: readonly Cosigner[];
  /** The log's key that signed it. */
  readonly key: NoteKey;
}

/**
 * The bytes of entry `index`: its DSSE envelope, as its leaf hash covers it.
 * @throws {AibomError} CUSTODY_ENTRY_MISSING, CUSTODY_LOG_DAMAGED, SOURCE_*
 */
export function readEntry({ directory, checkpoint: { size } }: CustodyLog, index: number): Uint8Array {
  const bundle = Math.floor(index / tileWidth);
  const entry =
    index >= 0 && index < size
      ? readEntries(directory, bundle, widthOf(bundle, size))[index % tileWidth]
      : undefined;
  if (entry === undefined) {
    throw AibomError.of("CUSTODY_ENTRY_MISSING", { index, size }, { where: { path: directory } });
  }
  return entry;
}

/**
 * The proof (tlog-proof) that entry `index` is in the log: under the newest checkpoint that enough witnesses cosigned, if the
 * policy asks for witnesses and one of those has the entry, else under the log's newest.
 * @throws {AibomError} CUSTODY_ENTRY_MISSING, CUSTODY_LOG_DAMAGED, SOURCE_*
 */
export function proofOfEntry(log: CustodyLog, index: number): string {
  const entry = readEntry(log, index);
  const checkpoint = checkpointFor(log, index);
  const hashes = treeOf(log, checkpoint.size).inclusionProof(index);
  const root = rootOfInclusion(leafHash(entry), index, checkpoint.size, hashes);
  if (root === undefined || !isSameHash(root, checkpoint.root)) {
    throw wrongRoot(log);
  }
  return formatTlogProof(index, hashes, checkpoint.note);
}

function checkpointFor(log: CustodyLog, index: number): SignedCheckpoint {
  if (log.policy.quorum === undefined) {
    return log.checkpoint;
  }
  const witnessed = keptCheckpoints(log).find(
    (each) => each.size > index && isWitnessed(log.policy, each.note),
  );
  return witnessed ?? log.checkpoint;
}

/**
 * Checks a proof for an entry.
 * @param entry the bytes of the entry
 * @param policy the logs that are believed, and the witnesses that must have cosigned
 * @throws {AibomError} CUSTODY_PROOF_INVALID, CUSTODY_QUORUM
 */
export function verifyTlogProof(text: string, entry: Uint8Array, policy: LogPolicy): VerifiedProof {
  const invalid = (reason: string): AibomError => AibomError.of("CUSTODY_PROOF_INVALID", { reason });
  if (text.length > limits.maxTlogProofBytes) {
    throw invalid("it is longer than a proof can be");
  }
  const proof = parseTlogProof(text, invalid);
  const { origin, size, root, note, key } = signedCheckpoint(proof.checkpoint, policy.logs, invalid);
  const found = rootOfInclusion(leafHash(entry), proof.index, size, proof.hashes);
  if (found === undefined || !isSameHash(found, root)) {
    throw invalid(`it does not lead from the entry to the root at ${size} entries`);
  }
  const cosigners = cosignersOf(policy, note);
  requireQuorum(policy, cosigners);
  return { index: proof.index, origin, size, root, cosigners, key };
}

/** The witnesses of the policy that cosigned the checkpoint. */
export function cosignersOf({ witnesses }: LogPolicy, note: SignedNote): readonly Cosigner[] {
  return witnesses.flatMap(({ name, key }) => {
    const seconds = cosignedAt(key, note);
    return seconds === undefined ? [] : [{ name, at: new Date(seconds * 1000) }];
  });
}

/** True if enough witnesses cosigned the checkpoint. */
export function isWitnessed(policy: LogPolicy, note: SignedNote): boolean {
  return isQuorum(policy, new Set(cosignersOf(policy, note).map(({ name }) => name)));
}

function requireQuorum(policy: LogPolicy, cosigners: readonly Cosigner[]): void {
  const names = cosigners.map(({ name }) => name);
  if (!isQuorum(policy, new Set(names))) {
    const shown = names.length === 0 ? "none of the policy's" : names.join(", ");
    throw AibomError.of("CUSTODY_QUORUM", { cosigners: shown });
  }
}

/** Where a log's files lie, for errors. */
export function placeOfEntry({ directory }: CustodyLog, index: number): string {
  return join(directory, `entry ${index}`);
}
