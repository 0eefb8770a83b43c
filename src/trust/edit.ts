// SPDX-License-Identifier: Apache-2.0
// Edits a trust root. The editing functions are pure: document in, document out; every result is validated
// as if it had been loaded. Only `createTrustRoot` and `saveTrustRoot` touch the disk.

import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import type { Usage } from "../model/evidence.ts";
import type { AuthorityEntry, Thresholds } from "./authorities.ts";
import { parseTrustDocument, serializeTrustDocument } from "./document.ts";
import { flushDirectory, writeFlushed } from "./durable-write.ts";
import type { Identity, KeyIdentity, SigstoreIdentity, X509Identity } from "./identities.ts";
import { trustFileName } from "./load.ts";
import type { PolicyFloor } from "./policy-floors.ts";
import { parsePublicKey } from "./public-key.ts";
import type { Revocation } from "./revocations.ts";
import type { TrustDocument } from "./trust-root.ts";

/** What a user says about a key that becomes an identity; the rest is computed from the key. */
export interface NewKeyIdentity {
  readonly name: string;
  /** PEM text; text around the block is ignored. */
  readonly publicKey: string;
  readonly usages: readonly Usage[];
  /** RFC 3339, UTC, inclusive. */
  readonly validFrom?: string;
  /** RFC 3339, UTC, inclusive. */
  readonly validUntil?: string;
  readonly comment?: string;
}

/** An authority and the bytes of its file; name and hash of the file are computed. */
export type NewAuthority = {
  readonly name: string;
  /** trusted_root.json, or PEM certificates. */
  readonly bytes: Uint8Array;
  readonly comment?: string;
} & (
  | { readonly kind: "sigstore"; readonly thresholds: Thresholds }
  | { readonly kind: "tsa"; readonly validFrom?: string; readonly validUntil?: string }
  | {
      readonly kind: "ca";
      readonly signingAuthority?: true;
      readonly validFrom?: string;
      readonly validUntil?: string;
    }
);

/** A document with the files that it names and that are not on disk yet, by relative path. */
export interface TrustChange {
  readonly document: TrustDocument;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A trust root that trusts nobody yet. */
export const emptyTrustDocument: TrustDocument = {
  version: 1,
  identities: [],
  authorities: [],
  revocations: [],
};

/**
 * The document with one more identity that is a key.
 * @throws {AibomError} TRUST_KEY_*, TRUST_DUPLICATE, TRUST_ROOT_INVALID
 */
export function addIdentity(document: TrustDocument, added: NewKeyIdentity): TrustDocument {
  const key = parsePublicKey(added.publicKey);
  const { name, usages, validFrom, validUntil, comment } = added;
  const identity: KeyIdentity = {
    name,
    kind: "key",
    publicKey: key.pem,
    keyId: key.keyId,
    algorithm: key.algorithm,
    usages,
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(comment === undefined ? {} : { comment }),
  };
  return withIdentity(document, identity);
}

/**
 * The document with one more identity under one of its authorities.
 * @throws {AibomError} TRUST_DUPLICATE, TRUST_AUTHORITY_NOT_FOUND, TRUST_ROOT_INVALID
 */
export function addCertifiedIdentity(
  document: TrustDocument,
  identity: SigstoreIdentity | X509Identity,
): TrustDocument {
  return withIdentity(document, identity);
}

/** Sorted by name, so that a diff shows one place. */
function withIdentity(document: TrustDocument, identity: Identity): TrustDocument {
  return validated({ ...document, identities: [...document.identities, identity].sort(byName) });
}

/**
 * The document with one more authority, and the authority's file. The file's name holds its hash: a new
 * version never overwrites the bytes that the document on disk still names.
 * @throws {AibomError} TRUST_DUPLICATE, TRUST_ROOT_INVALID
 */
export function addAuthority(document: TrustDocument, added: NewAuthority): TrustChange {
  const { bytes, name, kind, ...rest } = added;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const extension = kind === "sigstore" ? "json" : "pem";
  const file = `authorities/${name}-${sha256.slice(0, 12)}.${extension}`;
  const entry = { name, kind, file, sha256, ...rest } as AuthorityEntry;
  const authorities = [...document.authorities, entry].sort(byName);
  return { document: validated({ ...document, authorities }), files: new Map([[file, bytes]]) };
}

/**
 * The document without the identity or authority of this name. Revocations stay.
 * @throws {AibomError} TRUST_IDENTITY_NOT_FOUND, TRUST_AUTHORITY_IN_USE
 */
export function removeIdentity(document: TrustDocument, name: string): TrustDocument {
  const isOther = (each: { readonly name: string }): boolean => each.name !== name;
  const identities = document.identities.filter(isOther);
  const authorities = document.authorities.filter(isOther);
  if (
    identities.length === document.identities.length &&
    authorities.length === document.authorities.length
  ) {
    throw AibomError.of("TRUST_IDENTITY_NOT_FOUND", { name });
  }
  const resting = identities.find((each) => each.kind !== "key" && each.authority === name);
  if (resting !== undefined) {
    throw AibomError.of("TRUST_AUTHORITY_IN_USE", { name, identity: resting.name });
  }
  return { ...document, identities, authorities };
}

/**
 * The document with an identity revoked: a key by its id, so that it counts wherever the key occurs; another
 * identity by its name. It stays in the list, so that a signature by it is refused as revoked and not as unknown.
 * @throws {AibomError} TRUST_IDENTITY_NOT_FOUND, TRUST_DUPLICATE, TRUST_ROOT_INVALID
 */
export function revokeIdentity(
  document: TrustDocument,
  name: string,
  revocation: { readonly revokedAt: string; readonly reason: string },
): TrustDocument {
  const identity = document.identities.find((each) => each.name === name);
  if (identity === undefined) {
    throw AibomError.of("TRUST_IDENTITY_NOT_FOUND", { name });
  }
  const target = identity.kind === "key" ? { keyId: identity.keyId } : { identity: name };
  return revoke(document, { ...target, ...revocation });
}

/**
 * The document with one more revocation.
 * @throws {AibomError} TRUST_DUPLICATE, TRUST_ROOT_INVALID
 */
export function revoke(document: TrustDocument, revocation: Revocation): TrustDocument {
  return validated({ ...document, revocations: [...document.revocations, revocation] });
}

/**
 * The document with the lowest version of one policy that counts.
 * @throws {AibomError} TRUST_ROOT_INVALID
 */
export function setPolicyFloor(document: TrustDocument, floor: PolicyFloor): TrustDocument {
  const others = (document.policies ?? []).filter((each) => each.name !== floor.name);
  return validated({ ...document, policies: [...others, floor].sort(byName) });
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function validated(document: TrustDocument): TrustDocument {
  return parseTrustDocument(serializeTrustDocument(document)).document;
}

/**
 * Creates the directory (mode 0755) with a trust root that trusts nobody.
 * @throws {AibomError} TRUST_ROOT_EXISTS, SOURCE_NOT_READABLE
 */
export function createTrustRoot(directory: string): void {
  const file = join(directory, trustFileName);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    writeFlushed(file, serializeTrustDocument(emptyTrustDocument));
  } catch (cause) {
    throw errnoOf(cause) === "EEXIST"
      ? AibomError.of("TRUST_ROOT_EXISTS", { directory }, { cause })
      : fileError(cause, file);
  }
}

/**
 * Replaces trust.json in one step (temporary file, fsync, rename): a crash leaves the old or the new one. New
 * authority files are written before it names them; files that it no longer names are left for an auditor.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, and those of `parseTrustDocument`
 */
export function saveTrustRoot(
  directory: string,
  document: TrustDocument,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): void {
  const bytes = serializeTrustDocument(document);
  parseTrustDocument(bytes);
  for (const [path, content] of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    replaceFile(dirname(file), file, content);
  }
  replaceFile(directory, join(directory, trustFileName), bytes);
}

function replaceFile(directory: string, file: string, bytes: Uint8Array): void {
  const temporary = `${file}.${process.pid}.new`;
  try {
    writeFlushed(temporary, bytes);
    renameSync(temporary, file);
    flushDirectory(directory);
  } catch (cause) {
    if (errnoOf(cause) !== "EEXIST") {
      rmSync(temporary, { force: true });
    }
    throw fileError(cause, file);
  }
}

function errnoOf(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
}
