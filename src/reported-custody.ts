// SPDX-License-Identifier: Apache-2.0
// The custody log of a report: a copy as its checkpoint spans it, what happened when, who did it, and for each artifact the
// proof that its newest event is in the log. The event of the report itself comes later and is part of the seal.

import { csvFile } from "./audit/csv-file.ts";
import { type FolderFile, textFile } from "./audit/folder-file.ts";
import { optional } from "./audit/optional.ts";
import { auditPaths, type RecordedCustody, type RecordedPerson } from "./audit/record.ts";
import type { Pseudonym } from "./audit/redaction.ts";
import { cosignersOf } from "./custody/prove.ts";
import {
  type CustodyLog,
  logFiles,
  openLog,
  proofOfEntry,
  readEntries,
  readEntry,
  readPeople,
} from "./custody-log.ts";
import { limits } from "./limits.ts";
import { compareText } from "./policy/finding-order.ts";
import type { TrustRoot } from "./trust/trust-root.ts";

export interface ReportedCustody {
  readonly files: readonly FolderFile[];
  readonly recorded: RecordedCustody;
  readonly people: readonly RecordedPerson[];
  /** Whom this machine knows behind the pseudonyms of the log. */
  readonly pseudonyms: readonly Pseudonym[];
  /** Entries that were copied and not read. */
  readonly unread: number;
  /** The proof of the newest event about an artifact, by the digest of its manifest. */
  readonly proofOf: (manifest: string) => string | undefined;
}

/** What one person did. */
interface Deeds {
  readonly name: string;
  readonly keyId: string;
  readonly events: Map<string, number>;
  first: string;
  last: string;
}

/**
 * Reads the log in `directory`. Every entry's signature is verified, up to a limit from the newest backwards.
 * @throws {AibomError} CUSTODY_*, SOURCE_*
 */
export async function custodyOf(directory: string, trustRoot: TrustRoot): Promise<ReportedCustody> {
  const log = openLog(directory);
  const { origin, size, root, note } = log.checkpoint;
  const unread = Math.max(0, size - limits.maxReportedEvents);
  const entries = await readEntries(log, unread, size);
  const deeds = new Map<string, Deeds>();
  const events = new Map<string, number>();
  const newest = new Map<string, number>();
  for (const { index, entry } of entries) {
    events.set(entry.type, (events.get(entry.type) ?? 0) + 1);
    for (const { digest } of entry.subject) {
      newest.set(digest["sha256"] ?? "", index);
    }
    for (const { name, keyId } of actorsOf(entry.actor, trustRoot)) {
      const known = deeds.get(name) ?? {
        name,
        keyId,
        events: new Map(),
        first: entry.time,
        last: entry.time,
      };
      known.events.set(entry.type, (known.events.get(entry.type) ?? 0) + 1);
      known.last = entry.time;
      deeds.set(name, known);
    }
  }
  return {
    files: [...copyOf(log), peopleFile([...deeds.values()])],
    recorded: {
      origin,
      entries: size,
      rootHash: Buffer.from(root).toString("base64"),
      ...optional("firstAt", entries[0]?.entry.time),
      ...optional("lastAt", entries.at(-1)?.entry.time),
      witnesses: cosignersOf(log.policy, note)
        .map(({ name }) => name)
        .sort(compareText),
      events: Object.fromEntries([...events].sort(([a], [b]) => compareText(a, b))),
      path: auditPaths.custody,
    },
    people: [...deeds.values()].map(personOf).sort((a, b) => compareText(a.name, b.name)),
    pseudonyms: readPeople(directory).map(({ person: name, user, host }) => ({
      name,
      value: `${user}@${host}`,
    })),
    unread,
    proofOf: (manifest) => {
      const index = newest.get(manifest);
      return index === undefined ? undefined : proofOfEntry(log, index);
    },
  };
}

/** The key's owner by the trust root, and whom the operating system named. */
function actorsOf(
  { authenticated, claimed }: Awaited<ReturnType<typeof readEntries>>[number]["entry"]["actor"],
  { byKeyId }: TrustRoot,
): readonly { readonly name: string; readonly keyId: string }[] {
  const keyId = authenticated?.keyId ?? "";
  const known = byKeyId.get(keyId)?.identity.name ?? `key-${keyId.slice(0, 16)}`;
  return [
    ...(authenticated === undefined ? [] : [{ name: known, keyId }]),
    ...(claimed === undefined ? [] : [{ name: claimed.person, keyId: "" }]),
  ];
}

function personOf({ name, keyId, events }: Deeds): RecordedPerson {
  return { name, isAuthenticated: keyId !== "", roles: [...events.keys()].sort(compareText) };
}

function* copyOf(log: CustodyLog): Generator<FolderFile> {
  for (const { path, bytes } of logFiles(log)) {
    yield { path: `${auditPaths.custody}/${path}`, pieces: [bytes] };
  }
}

/** Everybody who touched the artifacts, a line each. */
function peopleFile(deeds: readonly Deeds[]): FolderFile {
  const rows = [...deeds]
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ name, keyId, events, first, last }) => [
      name,
      keyId === "" ? "claimed" : "authenticated",
      keyId,
      [...events]
        .sort(([a], [b]) => compareText(a, b))
        .map(([type, count]) => `${type} ${count}`)
        .join("; "),
      first,
      last,
    ]);
  return csvFile(
    `${auditPaths.custody}/people.csv`,
    ["person", "known by", "key", "events", "first", "last"],
    rows,
  );
}

/**
 * The event of the report, as its entry and the proof of it. Both lie in the seal.
 * @throws {AibomError} CUSTODY_*, SOURCE_*
 */
export function sealEvent(directory: string, index: number): readonly FolderFile[] {
  const log = openLog(directory);
  return [
    { path: auditPaths.sealEvent, pieces: [readEntry(log, index)] },
    textFile(auditPaths.sealProof, proofOfEntry(log, index)),
  ];
}
