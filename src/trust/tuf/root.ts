// SPDX-License-Identifier: Apache-2.0
// Root metadata: which keys sign for which role, and how many of them. Its own keys are kept offline and belong to
// several people, so a root is made as a draft without signatures, carried from machine to machine, signed, and
// published only when it is complete.

import { type Key, Metadata, MetadataKind, type Root } from "@tufjs/models";
import { fileError } from "../../bytes/file-error.ts";
import { AibomError } from "../../errors.ts";
import { readBounded } from "../../sources/read-bounded.ts";
import { replaceFile } from "../durable-write.ts";
import { type TufKey, tufKey } from "./keys.ts";
import {
  formatInstant,
  maxMetadataBytes,
  parseMetadata,
  type Role,
  requireDate,
  roles,
  specVersion,
} from "./metadata.ts";
import { addSignature, keysOfSigner, type MetadataSigner, serializeMetadata } from "./sign.ts";
import { countSignatures, type SignatureCount } from "./signatures.ts";

/** Who signs for a role. */
export interface RoleKeys {
  /** PEM texts. */
  readonly publicKeys: readonly string[];
  /** How many different keys must sign. */
  readonly threshold: number;
}

export interface RootDraft {
  readonly roles: Readonly<Record<Role, RoleKeys>>;
  readonly expires: Date;
  readonly at: Date;
  /** The root that is published now: its successor is made. Without it, version 1. */
  readonly previous?: Uint8Array;
}

/** How complete a root is. */
export interface RootCompleteness {
  readonly version: number;
  readonly own: SignatureCount;
  /** What the keys of the root before it have signed; absent for version 1 or if that root is not at hand. */
  readonly previous?: SignatureCount;
  /** True if every threshold that could be looked at is met. */
  readonly isComplete: boolean;
}

/**
 * A root without signatures.
 * @throws {AibomError} TUF_ROLE_INVALID, TUF_KEY_UNSUPPORTED, TUF_EXPIRY_INVALID, TUF_METADATA_INVALID, TRUST_KEY_*
 */
export function draftRoot({ roles: wanted, expires, at, previous }: RootDraft): Uint8Array {
  requireFuture("root", expires, at);
  const before = previous === undefined ? undefined : parseMetadata("root", previous, "previous root");
  const keys = new Map<string, Key>();
  const roleKeyIds = new Map<Role, { keyids: string[]; threshold: number }>();
  for (const role of roles) {
    const listed = roleKeys(role, wanted[role]);
    for (const { key } of listed) {
      keys.set(key.keyID, key);
    }
    roleKeyIds.set(role, { keyids: listed.map(({ key }) => key.keyID), threshold: wanted[role].threshold });
  }
  const draft = Metadata.fromJSON(MetadataKind.Root, {
    signatures: [],
    signed: {
      _type: "root",
      spec_version: specVersion,
      version: (before?.signed.version ?? 0) + 1,
      expires: formatInstant(expires),
      consistent_snapshot: true,
      keys: Object.fromEntries([...keys].map(([id, key]) => [id, key.toJSON()])),
      roles: Object.fromEntries(roleKeyIds),
    },
  });
  return serializeMetadata(draft);
}

function roleKeys(role: Role, { publicKeys, threshold }: RoleKeys): readonly TufKey[] {
  const listed = publicKeys.map(tufKey);
  const invalid = (reason: string): AibomError => AibomError.of("TUF_ROLE_INVALID", { role, reason });
  if (listed.length === 0) {
    throw invalid("it has no key");
  }
  if (new Set(listed.map(({ material }) => material)).size !== listed.length) {
    throw invalid("one key is listed twice");
  }
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > listed.length) {
    throw invalid(
      `the threshold is ${threshold}, there ${listed.length === 1 ? "is 1 key" : `are ${listed.length} keys`}`,
    );
  }
  return listed;
}

/**
 * Refuses an expiry that is not after `at`.
 * @throws {AibomError} TUF_EXPIRY_INVALID, TUF_TIME_INVALID
 */
export function requireFuture(role: Role, expires: Date, at: Date): void {
  if (requireDate(expires).getTime() <= requireDate(at).getTime()) {
    const args = { role, expires: formatInstant(expires), at: formatInstant(at) };
    throw AibomError.of("TUF_EXPIRY_INVALID", args);
  }
}

/**
 * The root with one more signature. A key that leaves signs under the id that the root before gives it.
 * @throws {AibomError} TUF_METADATA_INVALID, TUF_SIGNER_UNKNOWN, TUF_SIGNATURE_WRONG, TUF_KEY_UNSUPPORTED
 */
export async function signRoot(
  draft: Uint8Array,
  signer: MetadataSigner,
  previous?: Uint8Array,
): Promise<Uint8Array> {
  const root = parseMetadata("root", draft, "root");
  const before = previous === undefined ? undefined : parseMetadata("root", previous, "previous root");
  const ids = new Set<string>();
  for (const each of [root, before]) {
    const keys = each === undefined ? [] : rootKeys(each);
    for (const key of keysOfSigner(signer, keys)) {
      if (!ids.has(key.keyID)) {
        ids.add(key.keyID);
        await addSignature(root, key, signer);
      }
    }
  }
  if (ids.size === 0) {
    throw AibomError.of("TUF_SIGNER_UNKNOWN", { keyId: signer.keyId });
  }
  return serializeMetadata(root);
}

/** The keys that may sign roots. */
function rootKeys(root: Metadata<Root>): readonly Key[] {
  const ids = new Set(root.signed.roles["root"]?.keyIDs);
  return Object.values(root.signed.keys).filter((key) => ids.has(key.keyID));
}

/**
 * Signs a root file in place, in one step: a crash leaves it with or without the signature.
 * @throws {AibomError} as `signRoot`, and SOURCE_*
 */
export async function signMetadata(
  file: string,
  signer: MetadataSigner,
  previous?: Uint8Array,
): Promise<RootCompleteness> {
  const signed = await signRoot(readBounded(file, maxMetadataBytes.root), signer, previous);
  try {
    replaceFile(file, signed);
  } catch (cause) {
    throw fileError(cause, file);
  }
  return rootCompleteness(signed, previous);
}

/**
 * How many signatures a root has and needs.
 * @throws {AibomError} TUF_METADATA_INVALID
 */
export function rootCompleteness(bytes: Uint8Array, previous?: Uint8Array): RootCompleteness {
  const root = parseMetadata("root", bytes, "root");
  const own = countSignatures(root, "root", root);
  const isOwnMet = own.got >= own.threshold;
  const { version } = root.signed;
  if (previous === undefined) {
    return { version, own, isComplete: isOwnMet };
  }
  const before = countSignatures(parseMetadata("root", previous, "previous root"), "root", root);
  return { version, own, previous: before, isComplete: isOwnMet && before.got >= before.threshold };
}
