// SPDX-License-Identifier: Apache-2.0
// Copies a log as its checkpoint spans it: what an interrupted append left, and the private folder, stay behind. Every copy
// of one checkpoint has the same files.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { limits } from "../limits.ts";
import { bundledEntry } from "../tlog/entry-bundle.ts";
import { formatNote } from "../tlog/note.ts";
import { hashesAt, type Tile, tilePath, tileWidth, widthOf } from "../tlog/tile.ts";
import { writeFlushed } from "../trust/durable-write.ts";
import { keptPaths } from "./kept-checkpoints.ts";
import { checkpointName, checkpointsName, policyName, readEntries, readText, readTile } from "./log-files.ts";
import type { CustodyLog } from "./open-log.ts";

/** A file of a log. */
export interface LogFile {
  /** Below the log's folder, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The files of a log, one after the other.
 * @throws {AibomError} CUSTODY_LOG_DAMAGED, SOURCE_*
 */
export function* logFiles({ directory, checkpoint }: CustodyLog): Generator<LogFile> {
  const { size, note } = checkpoint;
  yield { path: checkpointName, bytes: Buffer.from(formatNote(note)) };
  const policy = readText(join(directory, policyName), limits.maxLogPolicyBytes);
  yield { path: policyName, bytes: Buffer.from(policy) };
  for (const tile of tilesOf(size)) {
    const bytes =
      tile.level === "entries"
        ? Buffer.concat(readEntries(directory, tile.index, tile.width).map(bundledEntry))
        : readTile(directory, tile);
    yield { path: tilePath(tile), bytes };
  }
  for (const path of keptPaths(directory)) {
    const text = readText(path, limits.maxCheckpointBytes);
    const name = path.slice(path.lastIndexOf(checkpointsName)).replaceAll("\\", "/");
    yield { path: name, bytes: Buffer.from(text) };
  }
}

/**
 * Copies a log into a folder that has no file of these names yet.
 * @throws {AibomError} CUSTODY_LOG_DAMAGED, SOURCE_*; errors of the file system as they are
 */
export function copyLog(log: CustodyLog, to: string): void {
  for (const { path, bytes } of logFiles(log)) {
    const target = join(to, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFlushed(target, bytes);
  }
}

/** All tiles and bundles of a log of `size` entries. */
export function* tilesOf(size: number): Generator<Tile> {
  for (const level of ["entries", 0, 1, 2, 3, 4, 5, 6] as const) {
    const count = hashesAt(level === "entries" ? 0 : level, size);
    for (let index = 0; index * tileWidth < count; index += 1) {
      yield { level, index, width: widthOf(index, count) };
    }
  }
}
