// SPDX-License-Identifier: Apache-2.0
// Writes the files of a log. The order makes every crash harmless: entries and tiles are on the disk before the checkpoint
// that spans them is moved into place in one step, and until then no reader looks at them. Nothing that a checkpoint spans
// is ever written again.

import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { tilePath, tileWidth } from "../tlog/tile.ts";
import { flushDirectory, writeFlushed } from "../trust/durable-write.ts";
import type { WrittenTile } from "./frontier.ts";
import { checkpointName, checkpointsName, widthsOf } from "./log-files.ts";

/** Called before each step that changes the disk, with its name. Tests stop the program there. */
export type OnStep = (step: string) => void;

/**
 * Writes tiles and bundles that no checkpoint spans yet, each over what an interrupted append may have left.
 */
export function writeTiles(directory: string, tiles: readonly WrittenTile[], onStep: OnStep): void {
  const folders = new Set<string>();
  for (const tile of tiles) {
    const path = join(directory, tilePath(tile));
    const folder = dirname(path);
    onStep(`folder ${tilePath(tile)}`);
    const created = mkdirSync(folder, { recursive: true });
    folders.add(folder);
    for (let each = folder; created !== undefined && each.length >= created.length; ) {
      each = dirname(each);
      folders.add(each);
    }
    onStep(`write ${tilePath(tile)}`);
    rmSync(path, { force: true });
    writeFlushed(path, tile.bytes);
  }
  for (const folder of folders) {
    flushDirectory(folder);
  }
}

/** Moves the checkpoint into its place: from now on the new entries are in the log. */
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

/** Replaces a small file in one step. */
export function replaceText(folder: string, name: string, text: string, onStep: OnStep): void {
  const temporary = join(folder, `.${name}.new`);
  onStep(`write .${name}.new`);
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
