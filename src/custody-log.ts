// SPDX-License-Identifier: Apache-2.0
// The custody-log use-case: a log is made, written, read, verified and witnessed here, with keys and files as a user names
// them. src/custody/ has the parts, src/tlog/ the formats.

import { join } from "node:path";
import { createLog, type LogWriter, noteKeyOf } from "./custody/append.ts";
import type { CustodyEntry, Resource } from "./custody/entry.ts";
import { openEntry } from "./custody/envelope.ts";
import { readText } from "./custody/log-files.ts";
import {
  type CustodyLog,
  loadLogPolicy,
  logExists,
  type SignedCheckpoint,
  verifyCheckpoint,
} from "./custody/open-log.ts";
import { logKeyName, privateFolder, readSettings, writePrivateFile } from "./custody/private-folder.ts";
import { placeOfEntry, readEntry, type VerifiedProof, verifyTlogProof } from "./custody/prove.ts";
import { cosign } from "./custody/witness.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { generateKey } from "./signers/generate-key.ts";
import { isEncryptedKey, keySigner, loadPrivateKey, parsePrivateKey } from "./signers/key.ts";
import type { Signer } from "./signers/signer.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { maxEntryBytes } from "./tlog/entry-bundle.ts";
import { formatNote } from "./tlog/note.ts";
import { formatVerifierKey } from "./tlog/verifier-key.ts";

export { type Appended, appendEvent, appendEvents, createLog, type LogWriter } from "./custody/append.ts";
export { copyLog, logFiles } from "./custody/copy-log.ts";
export type { Actor, CustodyEntry, CustodyEvent, Resource } from "./custody/entry.ts";
export { openEntry } from "./custody/envelope.ts";
export { type CustodyLog, loadLogPolicy, openLog } from "./custody/open-log.ts";
export { type Person, readPeople } from "./custody/people.ts";
export { proofOfEntry, readEntry, type VerifiedProof, verifyTlogProof } from "./custody/prove.ts";
export { type LogReport, verifyLog } from "./custody/verify-log.ts";
export { addCosignatures, lastWitnessedSize, requestWitness } from "./custody/witness.ts";

/** How the passphrase of an encrypted key is asked for. */
interface KeyOptions {
  readonly passphrase?: (path: string) => Promise<string>;
}

/** What a new log is made with. */
export interface NewLogOptions extends KeyOptions {
  /** Its name for life; default: `aibom.local/` and the first 16 hexadecimal digits of its key's id, which no other log has. */
  readonly name?: string;
  /** The log's private key; default: a new one in the private folder. */
  readonly key?: string;
  /** Signs entries of commands that have no key of their own. */
  readonly actorKey?: string;
}

/**
 * Makes a log, and its key if none is given.
 * @returns the key as checkers write it, and where its private half lies
 * @throws {AibomError} CUSTODY_LOG_EXISTS, CUSTODY_NAME, CUSTODY_KEY, KEY_*, SOURCE_*
 */
export async function createLogWithKey(
  directory: string,
  options: NewLogOptions,
): Promise<{ readonly key: string; readonly keyFile: string }> {
  const folder = privateFolder(directory);
  if (logExists(directory) || logExists(folder)) {
    const path = logExists(directory) ? directory : folder;
    throw AibomError.of("CUSTODY_LOG_EXISTS", {}, { where: { path } });
  }
  const { actorKey } = options;
  if (actorKey !== undefined) {
    // Now, and not when the first event comes.
    await loadKey(actorKey, options);
  }
  const keyFile = options.key ?? join(folder, logKeyName);
  const given = options.key === undefined ? undefined : await loadKey(options.key, options);
  const { signer, privatePem } = given === undefined ? newLogKey() : { signer: given, privatePem: undefined };
  const name = options.name ?? `aibom.local/${signer.keyId.slice(0, 16)}`;
  noteKeyOf(name, signer);
  if (privatePem !== undefined) {
    writePrivateFile(folder, keyFile, privatePem);
  }
  const key = await createLog({ directory, signer }, name, {
    key: keyFile,
    ...(actorKey === undefined ? {} : { actorKey }),
  });
  return { key: formatVerifierKey(key), keyFile };
}

/** Without a passphrase, as the key of a machine: every command that logs needs it. */
function newLogKey(): { readonly signer: Signer; readonly privatePem: string } {
  const { privatePem } = generateKey("ed25519");
  return { signer: keySigner(parsePrivateKey(privatePem)), privatePem };
}

/**
 * A log with the keys to write it, as its settings name them.
 * @throws {AibomError} CUSTODY_LOG_MISSING, CUSTODY_SETTINGS, KEY_*, SOURCE_*
 */
export async function openWriter(directory: string, options: KeyOptions = {}): Promise<LogWriter> {
  if (!logExists(directory)) {
    throw AibomError.of("CUSTODY_LOG_MISSING", {}, { where: { path: directory } });
  }
  const { key, actorKey } = readSettings(directory);
  return {
    directory,
    signer: await loadKey(key, options),
    ...(actorKey === undefined ? {} : { actorSigner: await loadKey(actorKey, options) }),
  };
}

async function loadKey(path: string, { passphrase }: KeyOptions): Promise<Signer> {
  return loadPrivateKey(path, isEncryptedKey(path) ? await passphrase?.(path) : undefined);
}

/** An entry and its place. */
export interface ShownEntry {
  readonly index: number;
  readonly entry: CustodyEntry;
}

/** Which entries are wanted. */
export interface EntryFilter {
  readonly type?: string;
  /** Hexadecimal: of a subject, an input or an output. */
  readonly digest?: string;
}

/**
 * The entries from `from` to before `end`, each with its signature verified.
 * @throws {AibomError} CUSTODY_ENTRY_*, CUSTODY_LOG_DAMAGED, SOURCE_*
 */
export async function readEntries(
  log: CustodyLog,
  from: number,
  end: number,
  { type, digest }: EntryFilter = {},
): Promise<readonly ShownEntry[]> {
  const shown: ShownEntry[] = [];
  for (let index = from; index < end; index += 1) {
    const entry = await openEntry(readEntry(log, index), log.checkpoint.key, placeOfEntry(log, index));
    const isOfDigest = (each: Resource): boolean =>
      Object.values(each.digest).some((hex) => hex.startsWith(digest ?? ""));
    if (
      (type === undefined || entry.type === type) &&
      (digest === undefined || [...entry.subject, ...entry.inputs, ...entry.outputs].some(isOfDigest))
    ) {
      shown.push({ index, entry });
    }
  }
  return shown;
}

/** The newest checkpoint of a log with all its signatures, to be remembered somewhere else. */
export function checkpointNote({ checkpoint }: CustodyLog): string {
  return formatNote(checkpoint.note);
}

/**
 * A checkpoint that somebody remembered.
 * @throws {AibomError} CUSTODY_CHECKPOINT_INVALID, SOURCE_*
 */
export function readRemembered(
  { policy }: CustodyLog,
  path: string,
): { readonly path: string; readonly checkpoint: SignedCheckpoint } {
  return { path, checkpoint: verifyCheckpoint(readText(path, limits.maxCheckpointBytes), policy.logs, path) };
}

/** The text of a proof. @throws {AibomError} SOURCE_*, TEXT_NOT_UTF8 */
export function readProof(path: string): string {
  return readText(path, limits.maxTlogProofBytes);
}

/**
 * Checks an exported proof for an exported entry, and the entry's own signature.
 * @throws {AibomError} CUSTODY_PROOF_INVALID, CUSTODY_QUORUM, CUSTODY_ENTRY_*, CUSTODY_POLICY_INVALID, SOURCE_*
 */
export async function checkEntryProof(
  proofPath: string,
  entryPath: string,
  policyPath: string,
): Promise<{ readonly entry: CustodyEntry; readonly proof: VerifiedProof }> {
  const policy = loadLogPolicy(policyPath);
  const bytes = readBounded(entryPath, maxEntryBytes);
  const proof = verifyTlogProof(readProof(proofPath), bytes, policy);
  return { entry: await openEntry(bytes, proof.key, entryPath), proof };
}

/** What a witness on the command line is. */
export interface WitnessFile extends KeyOptions {
  readonly name: string;
  readonly key: string;
  readonly policy: string;
  readonly memory: string;
  readonly at: Date;
}

/**
 * Checks the request in a file and cosigns it.
 * @throws {AibomError} those of `cosign`, KEY_*, SOURCE_*
 */
export async function cosignFile(path: string, { name, key, policy, memory, at, passphrase }: WitnessFile) {
  const request = readText(path, limits.maxTlogProofBytes);
  const signer = await loadKey(key, passphrase === undefined ? {} : { passphrase });
  const signed = await cosign({ name, signer, memory, policy: loadLogPolicy(policy) }, request, path, at);
  return { ...signed, witnessKey: formatVerifierKey(noteKeyOf(name, signer, "witness")) };
}

/** The answer of a witness. @throws {AibomError} SOURCE_*, TEXT_NOT_UTF8 */
export function readCosignature(path: string): string {
  return readText(path, limits.maxCosignatureBytes);
}
