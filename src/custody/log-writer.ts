// SPDX-License-Identifier: Apache-2.0
// Writes the files of a log. The order makes every crash harmless: entries and tiles are on the disk before the checkpoint
// that spans them is moved into place in one step, and until then no reader looks at them. Nothing that a checkpoint spans
// is ever written again.

import { closeSync, fsync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { tilePath, tileWidth } from "../tlog/tile.ts";
import { flushDirectory, writeFlushed } from "../trust/durable-write.ts";
import type { WrittenTile } from "./frontier.ts";
import { checkpointName, checkpointsName, widthsOf } from "./log-files.ts";

/** Called before each step that changes the disk, with its name. Tests stop the program there. */
export type OnStep = (step: string) => void;

/**
 * Writes tiles and bundles that no checkpoint spans yet, each over what an interrupted append may have left, and then moves
 * the checkpoint that spans them into its place: from that step on the new entries are in the log. Everything is flushed
 * at once before the move, which is one wait for the disk instead of five.
 */
export async function publish(
  directory: string,
  tiles: readonly WrittenTile[],
  checkpoint: string,
  onStep: OnStep,
): Promise<void> {
  const temporary = join(directory, temporaryName(checkpointName));
  const folders = new Set<string>();
  const open: number[] = [];
  try {
    for (const tile of tiles) {
      const path = join(directory, tilePath(tile));
      onStep(`folder ${tilePath(tile)}`);
      for (const folder of makeFolder(dirname(path))) {
        folders.add(folder);
      }
      onStep(`write ${tilePath(tile)}`);
      open.push(writeAnew(path, tile.bytes));
    }
    onStep(`write ${temporaryName(checkpointName)}`);
    open.push(writeAnew(temporary, Buffer.from(checkpoint)));
    open.push(...folderHandles(folders));
    onStep("flush");
    await Promise.all(open.map((descriptor) => flush(descriptor)));
  } finally {
    for (const descriptor of open) {
      closeSync(descriptor);
    }
  }
  onStep(`move ${checkpointName}`);
  renameSync(temporary, join(directory, checkpointName));
  onStep(`flush ${checkpointName}`);
  flushDirectory(directory);
}

const flush = promisify(fsync);

/** Makes a folder, and names those whose content changes: itself, and the parents of what was made. */
function makeFolder(folder: string): readonly string[] {
  const created = mkdirSync(folder, { recursive: true });
  const changed = [folder];
  for (let each = folder; created !== undefined && each.length >= created.length; ) {
    each = dirname(each);
    changed.push(each);
  }
  return changed;
}

/** Windows flushes no folders. */
function folderHandles(folders: ReadonlySet<string>): readonly number[] {
  return process.platform === "win32" ? [] : [...folders].map((folder) => openSync(folder, "r"));
}

/** Writes a file that is not there, or no longer; the descriptor is left open, to be flushed. */
function writeAnew(path: string, bytes: Uint8Array): number {
  rmSync(path, { force: true });
  const descriptor = openSync(path, "wx", 0o644);
  writeFileSync(descriptor, bytes);
  return descriptor;
}

/** Replaces the checkpoint by the same one with other signatures. */
export function publishCheckpoint(directory: string, note: string, onStep: OnStep): void {
  replaceText(directory, checkpointName, note, onStep);
}

/** Keeps a checkpoint that is handed out, or came back with cosignatures. */
export function keepCheckpoint(directory: string, size: number, note: string, onStep: OnStep): void {
  const folder = join(directory, checkpointsName);
  onStep(`folder ${checkpointsName}`);
  mkdirSync(folder, { recursive: true });
  flushDirectory(directory);
  replaceText(folder, String(size), note, onStep);
}

function temporaryName(name: string): string {
  return `.${name}.new`;
}

/** Replaces a small file in one step. */
export function replaceText(folder: string, name: string, text: string, onStep: OnStep): void {
  const temporary = join(folder, temporaryName(name));
  onStep(`write ${temporaryName(name)}`);
  rmSync(temporary, { force: true });
  writeFlushed(temporary, Buffer.from(text));
  onStep(`move ${name}`);
  renameSync(temporary, join(folder, name));
  onStep(`flush ${name}`);
  flushDirectory(folder);
}

/**
 * Removes what nobody needs any more: the partial files of what became full, and partial bundles that wider ones replaced, but
 * for the last one before, which a reader may be about to open. Partial tiles of hashes are small and stay until the tile is
 * full, so that every checkpoint that was handed out can be followed.
 */
export function removeReplaced(
  directory: string,
  full: readonly WrittenTile[],
  partial: readonly WrittenTile[],
  onStep: OnStep,
): void {
  const replaced = [
    ...full.map((tile) => `${tilePath({ ...tile, width: tileWidth })}.p`),
    ...partial
      .filter(({ level }) => level === "entries")
      .flatMap((tile) => {
        const older = widthsOf(directory, tile.level, tile.index).filter((width) => width < tile.width);
        return older.slice(0, -1).map((width) => tilePath({ ...tile, width }));
      }),
  ];
  for (const path of replaced) {
    onStep(`remove ${path}`);
    try {
      rmSync(join(directory, path), { recursive: true, force: true });
    } catch {
      // The log is complete with or without: what could not be removed now only takes space.
    }
  }
}
