// SPDX-License-Identifier: Apache-2.0
// The custody-log use-case: opens a log for reading or writing, and says what others need of it. The names here are the
// ones that reports and commands use; src/custody/ has the parts, src/tlog/ the formats.

import {
  type Appended,
  type AppendOptions,
  appendEvents,
  type EventActor,
  type LogWriter,
} from "./custody/append.ts";
import type { CustodyEvent } from "./custody/entry.ts";
import { readSettings } from "./custody/private-folder.ts";
import { AibomError } from "./errors.ts";
import { isEncryptedKey, loadPrivateKey } from "./signers/key.ts";
import type { Signer } from "./signers/signer.ts";

export {
  type Appended,
  appendEvent,
  appendEvents,
  createLog,
  type EventActor,
  type LogWriter,
} from "./custody/append.ts";
export { copyLog, logFiles } from "./custody/copy-log.ts";
export type { CustodyEntry, CustodyEvent, EventType, Resource } from "./custody/entry.ts";
export { openEntry } from "./custody/envelope.ts";
export { type CustodyLog, loadLogPolicy, logExists, openLog } from "./custody/open-log.ts";
export { type OsUser, type Person, readPeople } from "./custody/people.ts";
export { proofOfEntry, readEntry, type VerifiedProof, verifyTlogProof } from "./custody/prove.ts";

/** Where the keys of a writer come from. */
export interface WriterOptions {
  /** The log's private key; default: the one that its settings name. */
  readonly key?: string;
  /** Asked for the passphrase of an encrypted key. */
  readonly passphrase?: (path: string) => Promise<string>;
}

/**
 * A log with the keys to write it, as its settings name them.
 * @throws {AibomError} CUSTODY_LOG_MISSING, CUSTODY_SETTINGS, KEY_*, SOURCE_*
 */
export async function openWriter(directory: string, options: WriterOptions = {}): Promise<LogWriter> {
  const { logExists } = await import("./custody/open-log.ts");
  if (!logExists(directory)) {
    throw AibomError.of("CUSTODY_LOG_MISSING", {}, { where: { path: directory } });
  }
  const settings = readSettings(directory);
  const { actorKey } = settings;
  return {
    directory,
    signer: await loadKey(options.key ?? settings.key, options),
    ...(actorKey === undefined ? {} : { actorSigner: await loadKey(actorKey, options) }),
  };
}

/**
 * Appends one event to the log in `directory`.
 * @throws {AibomError} those of `openWriter` and `appendEvents`
 */
export async function recordEvent(
  directory: string,
  event: CustodyEvent,
  actor: EventActor,
  options: WriterOptions & AppendOptions = {},
): Promise<Appended> {
  return appendEvents(await openWriter(directory, options), [event], actor, options);
}

async function loadKey(path: string, { passphrase }: WriterOptions): Promise<Signer> {
  return loadPrivateKey(path, isEncryptedKey(path) ? await passphrase?.(path) : undefined);
}
