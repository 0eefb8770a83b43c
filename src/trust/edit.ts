// SPDX-License-Identifier: Apache-2.0
// Edits a trust root. The editing functions are pure: document in, document out; every result is validated
// as if it had been loaded. Only `createTrustRoot` and `saveTrustRoot` touch the disk.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import type { Usage } from "../model/evidence.ts";
import { parseTrustDocument, serializeTrustDocument } from "./document.ts";
import { trustFileName } from "./load.ts";
import { parsePublicKey } from "./public-key.ts";
import type { KeyIdentity, TrustDocument } from "./trust-root.ts";

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

/** A trust root that trusts nobody yet. */
export const emptyTrustDocument: TrustDocument = { version: 1, identities: [], revocations: [] };

/**
 * The document with one more identity, sorted by name so that a diff shows one place.
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
  const identities = [...document.identities, identity].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  return validated({ ...document, identities });
}

/**
 * The document without the identity. Revocations of its key stay.
 * @throws {AibomError} TRUST_IDENTITY_NOT_FOUND
 */
export function removeIdentity(document: TrustDocument, name: string): TrustDocument {
  const identities = document.identities.filter((each) => each.name !== name);
  if (identities.length === document.identities.length) {
    throw AibomError.of("TRUST_IDENTITY_NOT_FOUND", { name });
  }
  return { ...document, identities };
}

/**
 * The document with the key of an identity revoked. The identity stays, so that a signature by it is refused
 * as revoked and not as unknown.
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
  return validated({
    ...document,
    revocations: [...document.revocations, { keyId: identity.keyId, ...revocation }],
  });
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
    writeDurably(file, serializeTrustDocument(emptyTrustDocument));
  } catch (cause) {
    throw errnoOf(cause) === "EEXIST"
      ? AibomError.of("TRUST_ROOT_EXISTS", { directory }, { cause })
      : fileError(cause, file);
  }
}

/**
 * Replaces trust.json in one step (temporary file, fsync, rename): a crash leaves the old or the new one.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, and those of `parseTrustDocument`
 */
export function saveTrustRoot(directory: string, document: TrustDocument): void {
  const bytes = serializeTrustDocument(document);
  parseTrustDocument(bytes);
  const file = join(directory, trustFileName);
  const temporary = `${file}.${process.pid}.new`;
  try {
    writeDurably(temporary, bytes);
    renameSync(temporary, file);
    syncDirectory(directory);
  } catch (cause) {
    if (errnoOf(cause) !== "EEXIST") {
      rmSync(temporary, { force: true });
    }
    throw fileError(cause, file);
  }
}

/** `wx`: never through a link that somebody put there, never over another file. */
function writeDurably(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "wx", 0o644);
  try {
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(descriptor, bytes, written);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncDirectory(directory: string): void {
  if (process.platform === "win32") {
    return;
  }
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function errnoOf(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
}
