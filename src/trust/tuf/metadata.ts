// SPDX-License-Identifier: Apache-2.0
// Parses TUF metadata (The Update Framework 1.0, section 4) more strictly than the library does: bounded, without
// duplicate keys, whole versions from 1, dates in UTC, targets with a digest that means something.

import {
  Metadata,
  MetadataKind,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from "@tufjs/models";
import { parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** The four top-level roles, in the order of trust. */
export const roles = ["root", "timestamp", "snapshot", "targets"] as const;
export type Role = (typeof roles)[number];

/** Names of their files in a trust root's record of updates, in the same order. */
export const metadataFileNames: readonly string[] = roles.map((role) => `${role}.json`);

export type AnyMetadata = Metadata<Root> | Metadata<Timestamp> | Metadata<Snapshot> | Metadata<Targets>;

/** The kind of metadata that belongs to a role. */
export interface MetadataOf {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

/** The version of the specification that is written; readers take any of 1.x. */
export const specVersion = "1.0.31";

/** Bytes that metadata of a role may have. */
export const maxMetadataBytes: Readonly<Record<Role, number>> = {
  root: limits.maxTufRootBytes,
  timestamp: limits.maxTufTimestampBytes,
  snapshot: limits.maxTufSnapshotBytes,
  targets: limits.maxTufTargetsBytes,
};

/**
 * Parses and validates metadata of a role. Signatures are not looked at; see `requireSignatures`.
 * @param file name for errors
 * @throws {AibomError} TUF_METADATA_INVALID, with the reason
 */
export function parseMetadata<R extends Role>(role: R, bytes: Uint8Array, file: string): MetadataOf[R] {
  try {
    const json = parseJson(bytes, {
      path: file,
      maxBytes: maxMetadataBytes[role],
      maxDepth: limits.maxTufDepth,
      unsafeIntegers: "refuse",
    });
    // The library takes any object; what JSON text parses to is one of its JSON values or refused by it.
    const metadata = fromJson(role, json as Parameters<typeof Metadata.fromJSON>[1]);
    checkSigned(metadata);
    return metadata as MetadataOf[R];
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw AibomError.of("TUF_METADATA_INVALID", { reason }, { where: { path: file }, cause });
  }
}

function fromJson(role: Role, json: Parameters<typeof Metadata.fromJSON>[1]): AnyMetadata {
  switch (role) {
    case "root":
      return Metadata.fromJSON(MetadataKind.Root, json);
    case "timestamp":
      return Metadata.fromJSON(MetadataKind.Timestamp, json);
    case "snapshot":
      return Metadata.fromJSON(MetadataKind.Snapshot, json);
    case "targets":
      return Metadata.fromJSON(MetadataKind.Targets, json);
  }
}

/** Fractions of a second were written by early Go tools and are still in the root chains of large projects. */
const expiryPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/** Throws plain errors: the caller knows the file. */
function checkSigned(metadata: AnyMetadata): void {
  const { signed } = metadata;
  requireVersion(signed.version, "version");
  const milliseconds = Date.parse(signed.expires);
  const isReal =
    expiryPattern.test(signed.expires) &&
    !Number.isNaN(milliseconds) &&
    new Date(milliseconds).toISOString().slice(0, 19) === signed.expires.slice(0, 19);
  if (!isReal) {
    throw new Error("expires is not a time in UTC such as 2027-01-31T00:00:00Z");
  }
  if (isKind(metadata, "timestamp")) {
    requireVersion(metadata.signed.snapshotMeta.version, "version of snapshot.json");
  } else if (isKind(metadata, "snapshot")) {
    for (const meta of Object.values(metadata.signed.meta)) {
      requireVersion(meta.version, "version in meta");
    }
  } else if (isKind(metadata, "targets")) {
    checkTargets(metadata.signed);
  }
}

/** Tells which kind of metadata this is, by its own `_type`. */
function isKind<R extends Role>(metadata: AnyMetadata, role: R): metadata is MetadataOf[R] & AnyMetadata {
  return metadata.signed.type === role;
}

function requireVersion(version: number, what: string): void {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new Error(`${what} is not a whole number from 1`);
  }
}

const digestPatterns = new Map([
  ["sha256", /^[0-9a-f]{64}$/],
  ["sha512", /^[0-9a-f]{128}$/],
]);

/** The library verifies the digests that are there: none at all would leave only the length. */
function checkTargets(targets: Targets): void {
  for (const [path, target] of Object.entries(targets.targets)) {
    if (!Number.isSafeInteger(target.length) || target.length < 0) {
      throw new Error(`the length of ${path} is not a whole number of bytes`);
    }
    const isBound = Object.entries(target.hashes).some(
      ([algorithm, value]) => digestPatterns.get(algorithm)?.test(value) === true,
    );
    if (!isBound) {
      throw new Error(`${path} has neither a SHA-256 nor a SHA-512 digest`);
    }
  }
}

/** True if the metadata has expired at `at`, which must be a real date: see `requireDate`. */
export function isExpired(metadata: AnyMetadata, at: Date): boolean {
  return metadata.signed.isExpired(at);
}

/**
 * Refuses a date that is none: no instant is after it, so nothing would ever expire.
 * @throws {AibomError} TUF_TIME_INVALID
 */
export function requireDate(at: Date): Date {
  if (Number.isNaN(at.getTime())) {
    throw AibomError.of("TUF_TIME_INVALID", {});
  }
  return at;
}

/** RFC 3339 in UTC, whole seconds: the form that TUF asks for. */
export function formatInstant(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
