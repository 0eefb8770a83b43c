// SPDX-License-Identifier: Apache-2.0
// Makes a log, and appends to it. Everything is done under the lock: read the edge, sign the entries in their place, write
// them, sign the checkpoint, move it into place.

import { createPublicKey } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { AibomError } from "../errors.ts";
import type { Signer } from "../signers/signer.ts";
import { checkpointText } from "../tlog/checkpoint.ts";
import { formatNote, isKeyName, noteSignature } from "../tlog/note.ts";
import { formatVerifierKey, type NoteKey, noteKey, rawEd25519 } from "../tlog/verifier-key.ts";
import { writeFlushed } from "../trust/durable-write.ts";
import { type CustodyEvent, draftEntries } from "./entry.ts";
import { logKey, sealEntry } from "./envelope.ts";
import { Frontier } from "./frontier.ts";
import { policyName } from "./log-files.ts";
import { withLock } from "./log-lock.ts";
import { type OnStep, publish, removeReplaced, replaceText } from "./log-writer.ts";
import { logExists, openLog } from "./open-log.ts";
import { claimedActor, type OsUser } from "./people.ts";
import { type LogSettings, privateFolder, serializeSettings, settingsName } from "./private-folder.ts";

/** A log and the key that it signs with. */
export interface LogWriter {
  readonly directory: string;
  /** Ed25519. */
  readonly signer: Signer;
  /** Signs entries of events whose actor has no key of their own. */
  readonly actorSigner?: Signer;
}

/** Who acted. */
export interface EventActor {
  /** The actor's own key. */
  readonly signer?: Signer;
  /** Whom the operating system names; the log gets a pseudonym. */
  readonly claimed?: OsUser;
}

export interface AppendOptions {
  readonly onStep?: OnStep;
  /** How often a lock that is held is tried again. */
  readonly lockAttempts?: number;
}

/** Where events came to stand. */
export interface Appended {
  /** Index of each entry, in order. */
  readonly indexes: readonly number[];
  /** Entries of the log. */
  readonly size: number;
  /** The signed checkpoint that has them. */
  readonly checkpoint: string;
}

/**
 * Makes a log without entries.
 * @param name its origin: the name that checkpoints carry
 * @throws {AibomError} CUSTODY_LOG_EXISTS, CUSTODY_NAME, CUSTODY_KEY, CUSTODY_LOG_NOT_WRITABLE
 */
export async function createLog(
  { directory, signer }: LogWriter,
  name: string,
  settings: LogSettings,
  onStep: OnStep = () => {},
): Promise<NoteKey> {
  if (logExists(directory)) {
    throw AibomError.of("CUSTODY_LOG_EXISTS", {}, { where: { path: directory } });
  }
  const key = noteKeyOf(name, signer);
  await writing(directory, async () => {
    const folder = privateFolder(directory);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceText(folder, settingsName, serializeSettings(relativePaths(folder, settings)), onStep);
    mkdirSync(directory, { recursive: true });
    const policy = `# The key of this log, and the witnesses that must cosign it: docs/custody.md.\nlog ${formatVerifierKey(key)}\nquorum none\n`;
    writeFlushed(join(directory, policyName), Buffer.from(policy));
    await publish(directory, [], await signCheckpoint(key, signer, Frontier.empty()), onStep);
  });
  return key;
}

/** Settings move with their folder. */
function relativePaths(folder: string, { key, actorKey }: LogSettings): LogSettings {
  const place = (path: string): string => relative(folder, resolve(path));
  return { key: place(key), ...(actorKey === undefined ? {} : { actorKey: place(actorKey) }) };
}

/**
 * The key that `signer` is in notes.
 * @throws {AibomError} CUSTODY_NAME, CUSTODY_KEY
 */
export function noteKeyOf(name: string, signer: Signer, role: NoteKey["role"] = "log"): NoteKey {
  if (!isKeyName(name)) {
    throw AibomError.of("CUSTODY_NAME", { name: JSON.stringify(name) });
  }
  const raw = rawEd25519(createPublicKey(signer.publicKeyPem));
  if (raw === undefined) {
    throw AibomError.of("CUSTODY_KEY", { reason: `it is of type ${signer.algorithm}` });
  }
  return noteKey(name, role, raw);
}

/**
 * Appends events, all or none of them.
 * @throws {AibomError} CUSTODY_LOG_*, CUSTODY_KEY, CUSTODY_ENTRY_*, and those of the signers
 */
export async function appendEvents(
  writer: LogWriter,
  events: readonly CustodyEvent[],
  actor: EventActor,
  { onStep = () => {}, lockAttempts }: AppendOptions = {},
): Promise<Appended> {
  const { directory, signer } = writer;
  if (!logExists(directory)) {
    throw AibomError.of("CUSTODY_LOG_MISSING", {}, { where: { path: directory } });
  }
  const append = async (): Promise<Appended> => {
    const log = openLog(directory);
    const { key } = log.checkpoint;
    if (logKey(key).keyId !== signer.keyId) {
      throw AibomError.of("CUSTODY_KEY", { reason: "it is not the key of this log" });
    }
    const frontier = Frontier.read(log);
    const first = frontier.size;
    await addEntries(frontier, writer, events, actor, onStep);
    const full = frontier.takeFull();
    const partial = frontier.partial();
    const checkpoint = await signCheckpoint(key, signer, frontier);
    await publish(directory, [...full, ...partial], checkpoint, onStep);
    removeReplaced(directory, full, partial, onStep);
    const { size } = frontier;
    return { indexes: Array.from({ length: size - first }, (_, each) => first + each), size, checkpoint };
  };
  return writing(directory, () => withLock(privateFolder(directory), append, lockAttempts));
}

/** One event. @throws as `appendEvents` */
export function appendEvent(
  writer: LogWriter,
  event: CustodyEvent,
  actor: EventActor,
  options?: AppendOptions,
): Promise<Appended> {
  return appendEvents(writer, [event], actor, options);
}

async function addEntries(
  frontier: Frontier,
  { directory, signer: recorder, actorSigner }: LogWriter,
  events: readonly CustodyEvent[],
  { signer = actorSigner, claimed }: EventActor,
  onStep: OnStep,
): Promise<void> {
  const actor = {
    ...(signer === undefined ? {} : { signer }),
    ...(claimed === undefined ? {} : { claimed: claimedActor(directory, claimed, onStep) }),
  };
  for (const draft of events.flatMap(draftEntries)) {
    const { lastLeaf } = frontier;
    const placed = { ...draft, ...(lastLeaf === undefined ? {} : { prev: lastLeaf }) };
    frontier.append(await sealEntry(placed, actor, recorder));
  }
}

async function signCheckpoint(key: NoteKey, signer: Signer, frontier: Frontier): Promise<string> {
  const text = checkpointText(key.name, frontier.size, frontier.root());
  const signature = await signer.sign(Buffer.from(text));
  return formatNote({ text, signatures: [noteSignature(key.name, key.id, signature)] });
}

/** Errors of the file system, as what they mean for whoever wanted to log. */
export async function writing<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause && "code" in cause) {
      const reason = String(cause.code);
      throw AibomError.of("CUSTODY_LOG_NOT_WRITABLE", { reason }, { where: { path: directory }, cause });
    }
    throw cause;
  }
}
