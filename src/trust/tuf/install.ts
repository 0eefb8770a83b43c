// SPDX-License-Identifier: Apache-2.0
// Puts a checked trust root in place. No file system swaps several files at once, so this is a redo log: everything
// is first written and flushed into tuf/incoming-…, one rename to tuf/ready commits it, and then each file moves to
// its place, trust.json last. A crash before the commit leaves the old trust root; a crash after it leaves whole
// files and a ready directory, which `finishInstall` (the next update, or whoever asks) carries to its end.
//
// The directory itself is not exchanged: it may be a mount point or hold files that are not ours, and two renames
// would leave a moment without any trust root.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileError } from "../../bytes/file-error.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { readBounded } from "../../sources/read-bounded.ts";
import { flushDirectory, replaceFile, writeFlushed } from "../durable-write.ts";
import { trustFileName, unfinishedUpdate } from "../load.ts";
import type { MetadataFiles } from "./client.ts";
import { metadataFileNames } from "./metadata.ts";
import { loadState, parseState, serializeState, stateFileName, type UpdateState } from "./state.ts";
import { stateDirectoryName } from "./target-name.ts";

/** A trust root that was checked completely. */
export interface CheckedTrustRoot {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metadata: MetadataFiles;
  readonly state: UpdateState;
}

const incomingPrefix = "incoming-";

/** True if an update is complete but not in place: the files may be of two publications. */
export function isInstallPending(directory: string): boolean {
  return existsSync(join(directory, unfinishedUpdate));
}

/**
 * Writes a checked trust root completely, beside the one in use, for `check` to load, and then puts it in place.
 * @param check is given the directory with the new files; throws to refuse them
 * @throws {AibomError} TUF_UPDATE_UNFINISHED, SOURCE_NOT_READABLE, and those of `check`
 */
export function install(directory: string, root: CheckedTrustRoot, check: (staged: string) => void): void {
  const state = join(directory, stateDirectoryName);
  guard(state, () => {
    makeDirectory(state);
    removeLeftovers(state);
    const incoming = mkdtempSync(join(state, incomingPrefix));
    try {
      stage(incoming, root);
      check(join(incoming, "files"));
      commit(incoming, join(directory, unfinishedUpdate));
    } catch (cause) {
      rmSync(incoming, { recursive: true, force: true });
      throw cause;
    }
  });
  finishInstall(directory);
}

/**
 * Carries an interrupted installation to its end; does nothing if there is none. May be repeated.
 * @throws {AibomError} TUF_STATE_DAMAGED, SOURCE_*
 */
export function finishInstall(directory: string): void {
  const ready = join(directory, unfinishedUpdate);
  if (isInstallPending(directory)) {
    guard(ready, () => carryOut(directory, ready));
  }
}

/** Keeps metadata that a refused update brought: each file was verified, and protects against older ones. */
export function keepMetadata(directory: string, metadata: MetadataFiles): void {
  const state = join(directory, stateDirectoryName);
  guard(state, () => {
    // In the order of trust, so that a crash in between leaves what a client can go on from.
    for (const name of metadataFileNames) {
      const bytes = metadata.get(name);
      if (bytes !== undefined) {
        replaceFile(join(state, name), bytes);
      }
    }
  });
}

function stage(incoming: string, root: CheckedTrustRoot): void {
  const files = join(incoming, "files");
  makeDirectory(files);
  for (const [name, bytes] of root.files) {
    const path = join(files, name);
    makeDirectory(dirname(path));
    writeFlushed(path, bytes);
  }
  const metadata = join(incoming, "metadata");
  makeDirectory(metadata);
  for (const [name, bytes] of root.metadata) {
    writeFlushed(join(metadata, name), bytes);
  }
  writeFlushed(join(incoming, stateFileName), serializeState(root.state));
  for (const path of [files, metadata, incoming]) {
    flushDirectory(path);
  }
}

/** The rename fails if another update has committed in the meantime: a directory that is not empty stays. */
function commit(incoming: string, ready: string): void {
  try {
    renameSync(incoming, ready);
  } catch (cause) {
    const isTaken = existsSync(ready);
    throw isTaken ? AibomError.of("TUF_UPDATE_UNFINISHED", {}, { where: { path: ready }, cause }) : cause;
  }
  flushDirectory(dirname(ready));
}

function carryOut(directory: string, ready: string): void {
  const state = join(directory, stateDirectoryName);
  const recordPath = join(ready, stateFileName);
  // The record moves last but one: if it has moved, everything before it has.
  if (existsSync(recordPath)) {
    const next = parseState(readBounded(recordPath, limits.maxPolicyBytes), recordPath);
    const names = [...next.files.keys()].filter((name) => name !== trustFileName);
    for (const name of [...names, trustFileName]) {
      moveIntoPlace(join(ready, "files", name), join(directory, name));
    }
    removeStale(directory, loadState(directory), next);
    for (const name of metadataFileNames) {
      moveIntoPlace(join(ready, "metadata", name), join(state, name));
    }
    moveIntoPlace(recordPath, join(state, stateFileName));
  }
  rmSync(ready, { recursive: true, force: true });
}

/** What is no longer there was moved before an interruption. */
function moveIntoPlace(from: string, to: string): void {
  if (existsSync(from)) {
    makeDirectory(dirname(to));
    renameSync(from, to);
    flushDirectory(dirname(to));
  }
}

/** Removes what the update before wrote and this one does not have, and directories that this leaves empty. */
function removeStale(directory: string, before: UpdateState | undefined, next: UpdateState): void {
  for (const name of before?.files.keys() ?? []) {
    if (!next.files.has(name)) {
      rmSync(join(directory, name), { force: true });
      removeEmptyParents(directory, name);
    }
  }
}

function removeEmptyParents(directory: string, name: string): void {
  for (let parent = dirname(name); parent !== "."; parent = dirname(parent)) {
    const path = join(directory, parent);
    if (!existsSync(path) || readdirSync(path).length > 0) {
      return;
    }
    rmdirSync(path);
  }
}

/** An update that crashed before its commit left nothing of value. */
function removeLeftovers(state: string): void {
  for (const name of readdirSync(state).filter((each) => each.startsWith(incomingPrefix))) {
    rmSync(join(state, name), { recursive: true, force: true });
  }
}

/** Never writable for others: a trust root that is would be refused. */
function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
}

function guard(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const isSystemError = cause instanceof Error && "syscall" in cause && "code" in cause;
    throw isSystemError ? fileError(cause, path) : cause;
  }
}
