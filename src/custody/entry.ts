// SPDX-License-Identifier: Apache-2.0
// An entry: one event, as canonical JSON (RFC 8785). Who acted is said in two ways that never mix: `authenticated` is the
// key that signed the entry, `claimed` is whom the operating system named.

import { canonicalizeJson } from "../bytes/jcs.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { firstProblem } from "../schemas/first-problem.ts";
import { loadValidator } from "../schemas/validators.ts";
import type { KeyAlgorithm } from "../trust/public-key.ts";

/** What aibom's own commands record. `aibom log append` takes any word. */
export const eventTypes = [
  "import",
  "inventory",
  "sign",
  "verify",
  "gate-decision",
  "waiver",
  "trust-root-change",
  "report",
  "timestamp",
  "time-authority",
] as const;
export type EventType = (typeof eventTypes)[number];

/** Bytes that an event is about. */
export interface Resource {
  readonly name: string;
  /** By algorithm, hexadecimal. */
  readonly digest: Readonly<Record<string, string>>;
}

/** A key that signed the entry. Whose key it is, a trust root says. */
export interface AuthenticatedActor {
  readonly algorithm: KeyAlgorithm;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in DER, base64. */
  readonly publicKey: string;
}

/** Whom the operating system named, under a pseudonym. */
export interface ClaimedActor {
  readonly by: "operating-system";
  readonly person: string;
}

export interface Actor {
  readonly authenticated?: AuthenticatedActor;
  readonly claimed?: ClaimedActor;
}

export interface Tool {
  readonly name: string;
  readonly version: string;
  readonly digest?: Readonly<Record<string, string>>;
}

/** What somebody did, before it has a place in a log. */
export interface CustodyEvent {
  readonly type: EventType | (string & {});
  readonly time: Date;
  readonly subject: readonly Resource[];
  readonly inputs?: readonly Resource[];
  readonly outputs?: readonly Resource[];
  readonly policy?: Resource;
  /** Of a gate decision or a verification. */
  readonly outcome?: "allow" | "deny" | "undecided";
  readonly tool: Tool;
  readonly reason?: string;
}

/** An entry as it stands in the log; schemas/custody-entry.schema.json. */
export interface CustodyEntry {
  readonly v: 1;
  readonly type: string;
  readonly time: string;
  readonly actor: Actor;
  readonly subject: readonly Resource[];
  readonly inputs: readonly Resource[];
  readonly outputs: readonly Resource[];
  readonly policy?: Resource;
  readonly outcome?: "allow" | "deny" | "undecided";
  readonly tool: Tool;
  readonly reason?: string;
  readonly part?: { readonly number: number; readonly of: number };
  /** Hash of the leaf before this one, hexadecimal. */
  readonly prev?: string;
}

/** An entry that does not know its place yet. */
export type EntryDraft = Omit<CustodyEntry, "actor" | "prev">;

/** Of the schema. */
const maxNameCharacters = 512;

const lists = ["subject", "inputs", "outputs"] as const;
type Lists = { [List in (typeof lists)[number]]: Resource[] };

/** The entries of an event: one, or several if it is about more than one can hold. */
export function draftEntries(event: CustodyEvent): readonly EntryDraft[] {
  const parts: Lists[] = [{ subject: [], inputs: [], outputs: [] }];
  let bytes = 0;
  for (const list of lists) {
    for (const { name, digest } of event[list] ?? []) {
      const resource = { name: tidyName(name), digest };
      const size = Buffer.byteLength(JSON.stringify(resource)) + 1;
      if (bytes > 0 && bytes + size > limits.maxEntryResourceBytes) {
        parts.push({ subject: [], inputs: [], outputs: [] });
        bytes = 0;
      }
      bytes += size;
      parts.at(-1)?.[list].push(resource);
    }
  }
  return parts.map((part, index) => ({
    v: 1,
    type: event.type,
    time: `${event.time.toISOString().slice(0, 19)}Z`,
    ...part,
    ...(event.policy === undefined
      ? {}
      : { policy: { name: tidyName(event.policy.name), digest: event.policy.digest } }),
    ...(event.outcome === undefined ? {} : { outcome: event.outcome }),
    tool: event.tool,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(parts.length === 1 ? {} : { part: { number: index + 1, of: parts.length } }),
  }));
}

/** Names may be those of files, which hold anything and may be long; what identifies is the digest. */
function tidyName(name: string): string {
  return name.slice(0, maxNameCharacters).toWellFormed() || "unnamed";
}

/**
 * The bytes of an entry.
 * @throws {AibomError} CUSTODY_ENTRY_INVALID
 */
export async function serializeEntry(entry: CustodyEntry): Promise<Uint8Array> {
  await checkEntry(entry);
  // Interfaces have no index signature; the validator has just shown that this is plain JSON.
  return canonicalizeJson(entry as unknown as JsonValue, limits.maxEntryDepth);
}

/**
 * Reads an entry.
 * @param path for errors
 * @throws {AibomError} CUSTODY_ENTRY_INVALID, JSON_*
 */
export async function parseEntry(bytes: Uint8Array, path: string): Promise<CustodyEntry> {
  const value = parseCanonical(bytes, path);
  await checkEntry(value);
  return value as unknown as CustodyEntry;
}

/**
 * A JSON object that is written in its canonical form and in no other.
 * @throws {AibomError} CUSTODY_ENTRY_INVALID, JSON_*
 */
export function parseCanonical(bytes: Uint8Array, path: string): JsonObject {
  const { maxEntryDepth: maxDepth } = limits;
  const value = parseJson(bytes, { path, maxBytes: bytes.length, maxDepth });
  if (!isJsonObject(value) || Buffer.compare(canonicalizeJson(value, maxDepth), bytes) !== 0) {
    throw AibomError.of("CUSTODY_ENTRY_INVALID", { reason: "it is not canonical JSON" }, { where: { path } });
  }
  return value;
}

async function checkEntry(entry: object): Promise<void> {
  const validate = await loadValidator("custody-entry");
  if (!validate(entry)) {
    const { problem, keys } = firstProblem(validate.errors ?? []);
    const reason = `${keys.join(".") || "it"} ${problem?.message ?? "does not fit the schema"}`;
    throw AibomError.of("CUSTODY_ENTRY_INVALID", { reason: reason.slice(0, 200) });
  }
}
