// SPDX-License-Identifier: Apache-2.0
// Witnessing by files (C2SP tlog-witness without its server): the log writes a request, a witness on another machine checks
// it against what it remembers and answers a cosignature, and the log keeps that. A witness remembers the checkpoint that it
// signed last, and signs only what continues it; it writes that down before it answers.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Signer } from "../signers/signer.ts";
import { cosignature, cosignedAt, cosignedMessage } from "../tlog/cosignature.ts";
import type { LogPolicy } from "../tlog/log-policy.ts";
import { emptyRoot, isConsistent, type TreeHead } from "../tlog/merkle.ts";
import { formatNote, type NoteSignature, parseSignatureLines, type SignedNote } from "../tlog/note.ts";
import type { NoteKey } from "../tlog/verifier-key.ts";
import { formatWitnessRequest, parseWitnessRequest } from "../tlog/witness-request.ts";
import { noteKeyOf, writing } from "./append.ts";
import { requireContinuation } from "./continuation.ts";
import { keptCheckpoints } from "./kept-checkpoints.ts";
import { checkpointsName, readText } from "./log-files.ts";
import { withLock } from "./log-lock.ts";
import { keepCheckpoint, type OnStep, publishCheckpoint, replaceText } from "./log-writer.ts";
import {
  type CustodyLog,
  openLog,
  type SignedCheckpoint,
  signedCheckpoint,
  treeOf,
  verifyCheckpoint,
} from "./open-log.ts";
import { privateFolder } from "./private-folder.ts";
import { cosignersOf } from "./prove.ts";

/**
 * Writes what a witness needs to cosign the log's newest checkpoint, and keeps that checkpoint for the answer.
 * @param oldSize entries that the witness signed last; 0 for none
 * @throws {AibomError} CUSTODY_LOG_*, SOURCE_*
 */
export async function requestWitness(
  directory: string,
  oldSize: (log: CustodyLog) => number,
  onStep: OnStep = () => {},
): Promise<{ readonly request: string; readonly oldSize: number; readonly size: number }> {
  const work = async () => {
    const log = openLog(directory);
    const { size, note } = log.checkpoint;
    const old = oldSize(log);
    if (old > size) {
      throw AibomError.of("CUSTODY_LOG_ROLLED_BACK", { size, seen: old }, { where: { path: directory } });
    }
    const hashes = old === 0 || old === size ? [] : treeOf(log).consistencyProof(old);
    const all = keptCheckpoints(log);
    // What was handed out before is the proof that the log was rewritten, if it was: it must not be written over.
    for (const each of all) {
      requireContinuation(log, each, join(directory, checkpointsName, String(each.size)));
    }
    const kept = all.find((each) => each.note.text === note.text);
    keepCheckpoint(directory, size, formatNote(kept?.note ?? note), onStep);
    return { request: formatWitnessRequest(old, hashes, note), oldSize: old, size };
  };
  return writing(directory, () => withLock(privateFolder(directory), work));
}

/**
 * Entries that a witness of the policy cosigned last, as far as the log knows.
 * @param name in the policy; without it the witnesses of the policy must agree
 * @throws {AibomError} CUSTODY_POLICY_INVALID, CUSTODY_CHECKPOINT_INVALID
 */
export function lastWitnessedSize(log: CustodyLog, name?: string): number {
  const fail = (reason: string): AibomError =>
    AibomError.of("CUSTODY_POLICY_INVALID", { reason }, { where: { path: log.directory } });
  const { witnesses } = log.policy;
  const wanted = witnesses.filter((each) => name === undefined || each.name === name);
  if (wanted.length === 0) {
    throw fail(name === undefined ? "it names no witness" : `it names no witness ${name}`);
  }
  const kept = keptCheckpoints(log);
  const sizes = wanted.map(
    ({ key }) => kept.find(({ note }) => cosignedAt(key, note) !== undefined)?.size ?? 0,
  );
  const [first = 0] = sizes;
  if (sizes.some((size) => size !== first)) {
    throw fail("its witnesses signed different sizes last: say for which the request is");
  }
  return first;
}

/** A witness. */
export interface Witness {
  /** Its name in signature lines and policies. */
  readonly name: string;
  /** Ed25519. */
  readonly signer: Signer;
  /** Folder in which it remembers. It must be there: a witness that lost its memory must not start anew by itself. */
  readonly memory: string;
  /** The logs that it witnesses. */
  readonly policy: LogPolicy;
}

/**
 * Checks a request and cosigns its checkpoint.
 * @param path of the request, for errors
 * @throws {AibomError} CUSTODY_REQUEST_*, CUSTODY_LOG_ROLLED_BACK, CUSTODY_LOG_FORKED, CUSTODY_WITNESS_STATE, CUSTODY_KEY
 */
export async function cosign(
  { name, signer, memory, policy }: Witness,
  request: string,
  path: string,
  at: Date,
  onStep: OnStep = () => {},
): Promise<{ readonly cosignature: string; readonly checkpoint: SignedCheckpoint; readonly before: number }> {
  const invalid = (reason: string): AibomError =>
    AibomError.of("CUSTODY_REQUEST_INVALID", { reason }, { where: { path } });
  const { oldSize, hashes, checkpoint: note } = parseWitnessRequest(request, invalid);
  const checkpoint = signedCheckpoint(note, policy.logs, invalid);
  const key = noteKeyOf(name, signer, "witness");
  if (!existsSync(memory)) {
    const reason = "there is no such folder; make it before the first time, with mkdir";
    throw AibomError.of("CUSTODY_WITNESS_STATE", { reason }, { where: { path: memory } });
  }
  const work = async () => {
    const last = recall(memory, key, checkpoint);
    requireNext(last, checkpoint, { oldSize, hashes, path });
    const time = Math.floor(at.getTime() / 1000);
    const signature = await signer.sign(cosignedMessage(note.text, time));
    const line = cosignature(key, time, signature);
    remember(memory, note, line, onStep);
    return { cosignature: line.line, checkpoint, before: last.size };
  };
  return writing(memory, () => withLock(memory, work));
}

function requireNext(
  last: TreeHead,
  { size, root }: TreeHead,
  given: { readonly oldSize: number; readonly hashes: readonly Uint8Array[]; readonly path: string },
): void {
  const where = { path: given.path };
  if (size < last.size) {
    throw AibomError.of("CUSTODY_LOG_ROLLED_BACK", { size, seen: last.size }, { where });
  }
  if (given.oldSize !== last.size) {
    const args = { old: given.oldSize, signed: last.size };
    throw AibomError.of("CUSTODY_REQUEST_STALE", args, { where });
  }
  if (!isConsistent(last, { size, root }, given.hashes)) {
    throw AibomError.of("CUSTODY_LOG_FORKED", { size, seen: last.size }, { where });
  }
}

/** What this witness signed last of the log. Its own cosignature must be on it: nobody else may say what it remembers. */
function recall(memory: string, key: NoteKey, { origin, key: logKey }: SignedCheckpoint): TreeHead {
  const path = join(memory, memoryName(origin));
  if (!existsSync(path)) {
    return { size: 0, root: emptyRoot() };
  }
  try {
    const known = verifyCheckpoint(readText(path, limits.maxCheckpointBytes), [logKey], path);
    if (cosignedAt(key, known.note) !== undefined) {
      return known;
    }
  } catch (cause) {
    const reason = cause instanceof AibomError ? cause.message : "it cannot be read";
    throw AibomError.of("CUSTODY_WITNESS_STATE", { reason }, { where: { path }, cause });
  }
  const reason = "it does not carry the cosignature of this witness";
  throw AibomError.of("CUSTODY_WITNESS_STATE", { reason }, { where: { path } });
}

function remember(
  memory: string,
  { text, signatures }: SignedNote,
  own: NoteSignature,
  onStep: OnStep,
): void {
  const kept = signatures.filter(({ name, keyId }) => name !== own.name || keyId !== own.keyId);
  const origin = text.slice(0, text.indexOf("\n"));
  replaceText(memory, memoryName(origin), formatNote({ text, signatures: [...kept, own] }), onStep);
}

/** A log's name may hold anything; the file's name must not. */
function memoryName(origin: string): string {
  return createHash("sha256").update(origin).digest("hex");
}

/**
 * Adds cosignatures to the checkpoint that they are for.
 * @param path of the answer, for errors
 * @throws {AibomError} CUSTODY_COSIGNATURE_INVALID, CUSTODY_LOG_*, SOURCE_*
 */
export async function addCosignatures(
  directory: string,
  answer: string,
  path: string,
  onStep: OnStep = () => {},
): Promise<{ readonly size: number; readonly witnesses: readonly string[] }> {
  const invalid = (reason: string): AibomError =>
    AibomError.of("CUSTODY_COSIGNATURE_INVALID", { reason }, { where: { path } });
  const lines = parseSignatureLines(answer, invalid);
  const work = async () => {
    const log = openLog(directory);
    const fitting = [log.checkpoint, ...keptCheckpoints(log)]
      .map((each) => ({ ...each, added: linesFor(log.policy, each.note, lines) }))
      .find(({ added }) => added.length > 0);
    if (fitting === undefined) {
      throw invalid("no witness of the policy signed it for a checkpoint that this log handed out");
    }
    const { size, note, added } = fitting;
    const kept = keptCheckpoints(log).find((each) => each.note.text === note.text)?.note ?? note;
    const known = new Set(kept.signatures.map(({ line }) => line));
    const signatures = [...kept.signatures, ...added.filter(({ line }) => !known.has(line))];
    const text = formatNote({ text: note.text, signatures });
    keepCheckpoint(directory, size, text, onStep);
    if (note.text === log.checkpoint.note.text) {
      publishCheckpoint(directory, text, onStep);
    }
    const cosigners = cosignersOf(log.policy, { text: note.text, signatures: added });
    return { size, witnesses: cosigners.map(({ name }) => name) };
  };
  return writing(directory, () => withLock(privateFolder(directory), work));
}

/** The lines by witnesses of the policy that hold for this checkpoint. */
function linesFor(
  { witnesses }: LogPolicy,
  note: SignedNote,
  lines: readonly NoteSignature[],
): readonly NoteSignature[] {
  return lines.filter((line) =>
    witnesses.some(({ key }) => cosignedAt(key, { text: note.text, signatures: [line] }) !== undefined),
  );
}
