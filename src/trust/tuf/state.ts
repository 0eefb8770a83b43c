// SPDX-License-Identifier: Apache-2.0
// What a trust root remembers of its updates, in its directory tuf/: the metadata seen last, as it was signed, and
// state.json: where it came from, when, which root was pinned, and which files the update wrote.

import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { readBounded } from "../../sources/read-bounded.ts";
import type { MetadataFiles } from "./client.ts";
import { maxMetadataBytes, roles } from "./metadata.ts";
import { nameFault, stateDirectoryName } from "./target-name.ts";

/** Name of the record inside the state directory. */
export const stateFileName = "state.json";

/** The record of the last update. Times are RFC 3339 in UTC. */
export interface UpdateState {
  readonly version: 1;
  /** The directory or address, as given. */
  readonly source: string;
  readonly importedAt: string;
  /** The time that expiry was compared with instead of `importedAt`, if somebody named one. */
  readonly asOf?: string;
  /** SHA-256 of the root.json that the first import was given. */
  readonly pinnedRoot: string;
  /** SHA-256 of each file that the update wrote, by name. */
  readonly files: ReadonlyMap<string, string>;
}

/** Lower-case hexadecimal SHA-256. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The record of the trust root in `directory`, or undefined if it was never updated.
 * @throws {AibomError} TUF_STATE_DAMAGED, SOURCE_*
 */
export function loadState(directory: string): UpdateState | undefined {
  const path = join(directory, stateDirectoryName, stateFileName);
  return existsSync(path) ? parseState(readBounded(path, limits.maxPolicyBytes), path) : undefined;
}

/**
 * The metadata of earlier updates.
 * @throws {AibomError} SOURCE_*
 */
export function loadMetadata(directory: string): MetadataFiles {
  const state = join(directory, stateDirectoryName);
  const names = new Set(existsSync(state) ? readdirSync(state) : []);
  return new Map(
    roles
      .filter((role) => names.has(`${role}.json`))
      .map((role) => [`${role}.json`, readBounded(join(state, `${role}.json`), maxMetadataBytes[role])]),
  );
}

/** The bytes of state.json. */
export function serializeState(state: UpdateState): Uint8Array {
  const { version, source, importedAt, asOf, pinnedRoot, files } = state;
  const listed = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, digest]) => ({ name, sha256: digest }));
  const text = JSON.stringify({ version, source, importedAt, asOf, pinnedRoot, files: listed }, null, 2);
  return Buffer.from(`${text}\n`);
}

/**
 * Parses state.json, strictly: it decides which files an update may replace and remove.
 * @throws {AibomError} TUF_STATE_DAMAGED
 */
export function parseState(bytes: Uint8Array, path: string): UpdateState {
  try {
    return readState(parseJson(bytes, { path, maxBytes: limits.maxPolicyBytes, maxDepth: 8 }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw AibomError.of("TUF_STATE_DAMAGED", { reason }, { where: { path }, cause });
  }
}

const known = new Set(["version", "source", "importedAt", "asOf", "pinnedRoot", "files"]);

function readState(json: JsonValue): UpdateState {
  if (!isJsonObject(json) || json["version"] !== 1 || Object.keys(json).some((name) => !known.has(name))) {
    throw new Error("it is not a record of version 1");
  }
  const asOf = Object.hasOwn(json, "asOf") ? { asOf: readInstant(json, "asOf") } : {};
  return {
    version: 1,
    source: readText(json, "source"),
    importedAt: readInstant(json, "importedAt"),
    ...asOf,
    pinnedRoot: readDigest(json, "pinnedRoot"),
    files: readFiles(json["files"]),
  };
}

function readFiles(value: JsonValue | undefined): ReadonlyMap<string, string> {
  if (!isJsonArray(value) || value.length > limits.maxTrustFiles) {
    throw new Error("files is not a list of a possible length");
  }
  const files = new Map<string, string>();
  for (const each of value) {
    if (!isJsonObject(each)) {
      throw new Error("files has an entry that is no object");
    }
    const name = readText(each, "name");
    if (nameFault(name) !== undefined || files.has(name)) {
      throw new Error("files has a name that is not plain or occurs twice");
    }
    files.set(name, readDigest(each, "sha256"));
  }
  return files;
}

function readText(object: JsonObject, field: string): string {
  const value = Object.hasOwn(object, field) ? object[field] : undefined;
  if (typeof value !== "string" || value === "") {
    throw new Error(`${field} is not a text`);
  }
  return value;
}

function readDigest(object: JsonObject, field: string): string {
  const value = readText(object, field);
  if (!/^[0-9a-f]{64}$/.test(value)) {
    throw new Error(`${field} is not a SHA-256`);
  }
  return value;
}

function readInstant(object: JsonObject, field: string): string {
  const value = readText(object, field);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) || Number.isNaN(Date.parse(value))) {
    throw new Error(`${field} is not a time in UTC`);
  }
  return value;
}
