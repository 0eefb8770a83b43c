// SPDX-License-Identifier: Apache-2.0
// What belongs to a log and not into copies of it, in a folder beside it: its key, where the key of the machine's actor
// lies, the lock, and the names behind the pseudonyms. The log's own folder can be copied and published as it is.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { readBounded } from "../sources/read-bounded.ts";

/** Names in the folder. */
export const logKeyName = "log.key";
export const settingsName = "settings.json";
export const peopleName = "people.json";

/** How this machine writes to a log. */
export interface LogSettings {
  /** The log's private key. */
  readonly key: string;
  /** Signs entries of commands that have no key of their own. */
  readonly actorKey?: string;
}

/** The folder beside a log. */
export function privateFolder(directory: string): string {
  return `${resolve(directory)}.private`;
}

/**
 * Reads the settings of a log; paths in them start at the private folder.
 * @throws {AibomError} CUSTODY_SETTINGS, SOURCE_*, JSON_*
 */
export function readSettings(directory: string): LogSettings {
  const folder = privateFolder(directory);
  const path = join(folder, settingsName);
  if (!existsSync(path)) {
    const reason = "there are none beside this log: a copy of a log can be read, and not be written";
    throw AibomError.of("CUSTODY_SETTINGS", { reason }, { where: { path } });
  }
  const value = readJsonObject(path);
  const { v, key, actorKey, ...rest } = value as Record<string, unknown>;
  const isText = (each: unknown): each is string => typeof each === "string" && each !== "";
  const isValid = v === 1 && isText(key) && (actorKey === undefined || isText(actorKey));
  if (!isValid || Object.keys(rest).length > 0) {
    const reason = "it has not exactly v, key and perhaps actorKey";
    throw AibomError.of("CUSTODY_SETTINGS", { reason }, { where: { path } });
  }
  return {
    key: resolve(folder, key),
    ...(isText(actorKey) ? { actorKey: resolve(folder, actorKey) } : {}),
  };
}

/** Writes a file that only its owner can read and that must not exist, in a folder of which the same holds. */
export function writePrivateFile(folder: string, path: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { flag: "wx", mode: 0o600, flush: true });
}

/** The text of the settings. */
export function serializeSettings({ key, actorKey }: LogSettings): string {
  return `${JSON.stringify({ v: 1, key, actorKey }, undefined, 2)}\n`;
}

/**
 * A JSON object in a file of the folder.
 * @throws {AibomError} CUSTODY_SETTINGS, SOURCE_*, JSON_*
 */
export function readJsonObject(path: string): JsonObject {
  const maxBytes = limits.maxCustodySettingsBytes;
  const value = parseJson(readBounded(path, maxBytes), { path, maxBytes, maxDepth: 4 });
  if (!isJsonObject(value)) {
    throw AibomError.of("CUSTODY_SETTINGS", { reason: "it is no JSON object" }, { where: { path } });
  }
  return value;
}
