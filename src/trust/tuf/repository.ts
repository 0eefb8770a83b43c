// SPDX-License-Identifier: Apache-2.0
// The trust repository on the publisher's disk: reads what is published now, and writes a new publication so that
// a client that comes in between sees the old or the new one.
//
// Files are only ever added, except root.json and timestamp.json, which are replaced last and in one step each.
// A snapshot or a targets file that a crash left behind is named by no time stamp, and is overwritten by the next run.

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Metadata, Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import { fileError } from "../../bytes/file-error.ts";
import { AibomError } from "../../errors.ts";
import { readBounded } from "../../sources/read-bounded.ts";
import { replaceFile } from "../durable-write.ts";
import { maxMetadataBytes, parseMetadata, type Role } from "./metadata.ts";
import { requireSignatures } from "./signatures.ts";

/** What is published. The three roles below root are there together or not at all. */
export interface Published {
  readonly root: Metadata<Root>;
  readonly rootBytes: Uint8Array;
  readonly current?: {
    readonly timestamp: Metadata<Timestamp>;
    readonly snapshot: Metadata<Snapshot>;
    readonly snapshotBytes: Uint8Array;
    readonly targets: Metadata<Targets>;
    readonly targetsBytes: Uint8Array;
  };
}

/**
 * Reads the repository at `directory`; undefined if there is none yet.
 * @throws {AibomError} TUF_REPOSITORY_DAMAGED, TUF_OUT_FOREIGN, SOURCE_*
 */
export function readRepository(directory: string): Published | undefined {
  const names = existsSync(directory) ? listNames(directory) : [];
  const version = Math.max(0, ...names.map(rootVersion));
  if (version === 0) {
    if (names.length > 0) {
      throw AibomError.of("TUF_OUT_FOREIGN", {}, { where: { path: directory } });
    }
    return undefined;
  }
  const file = `${version}.root.json`;
  const { metadata: root, bytes: rootBytes } = readRole(directory, "root", file);
  try {
    requireSignatures(root, "root", root, { file, signedFor: "its own keys" });
  } catch (cause) {
    throw damaged(cause, file);
  }
  return names.includes("timestamp.json")
    ? { root, rootBytes, current: readCurrent(directory) }
    : { root, rootBytes };
}

function readCurrent(directory: string): NonNullable<Published["current"]> {
  const { metadata: timestamp } = readRole(directory, "timestamp", "timestamp.json");
  const snapshotFile = `${timestamp.signed.snapshotMeta.version}.snapshot.json`;
  const { metadata: snapshot, bytes: snapshotBytes } = readRole(directory, "snapshot", snapshotFile);
  const meta = snapshot.signed.meta["targets.json"];
  const targetsFile = `${meta?.version}.targets.json`;
  const { metadata: targets, bytes: targetsBytes } = readRole(directory, "targets", targetsFile);
  return { timestamp, snapshot, snapshotBytes, targets, targetsBytes };
}

function readRole<R extends Role>(directory: string, role: R, file: string) {
  const path = join(directory, file);
  try {
    const bytes = readBounded(path, maxMetadataBytes[role]);
    return { metadata: parseMetadata(role, bytes, file), bytes };
  } catch (cause) {
    throw damaged(cause, path);
  }
}

function damaged(cause: unknown, path: string): AibomError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return AibomError.of("TUF_REPOSITORY_DAMAGED", { reason }, { where: { path }, cause });
}

function rootVersion(name: string): number {
  return Number(/^([1-9][0-9]{0,8})\.root\.json$/.exec(name)?.[1] ?? 0);
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    throw fileError(cause, directory);
  }
}

/**
 * Writes the files of a publication in their order, each in one step; what is there already with the same bytes stays.
 * @throws {AibomError} SOURCE_NOT_READABLE
 */
export function writeRepository(directory: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of files) {
    const path = join(directory, name);
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (!holds(path, bytes)) {
        replaceFile(path, bytes);
      }
    } catch (cause) {
      throw fileError(cause, path);
    }
  }
}

function holds(path: string, bytes: Uint8Array): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === bytes.length && readFileSync(path).equals(bytes);
}
