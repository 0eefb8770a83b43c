// SPDX-License-Identifier: Apache-2.0
// The files of a log, read. Everything that a checkpoint spans lies in files that never change; what lies beyond it is
// what an interrupted append left, and is not looked at.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { parseEntryBundle } from "../tlog/entry-bundle.ts";
import { hashBytes } from "../tlog/merkle.ts";
import { type Tile, tilePath, tileWidth } from "../tlog/tile.ts";

/** Names inside the folder of a log. */
export const checkpointName = "checkpoint";
export const policyName = "policy";
/** Checkpoints that were handed to witnesses, each in a file that is named after its size. */
export const checkpointsName = "checkpoints";

/**
 * A text file of a log.
 * @throws {AibomError} SOURCE_*, TEXT_NOT_UTF8
 */
export function readText(path: string, maxBytes: number): string {
  const bytes = readBounded(path, maxBytes);
  const text = decodeUtf8(bytes, path);
  // A byte order mark would be dropped: two files, one text.
  if (Buffer.byteLength(text) !== bytes.length) {
    throw AibomError.of("TEXT_NOT_UTF8", {}, { where: { path } });
  }
  return text;
}

/**
 * Exactly the hashes of a tile.
 * @throws {AibomError} CUSTODY_LOG_DAMAGED, SOURCE_*
 */
export function readTile(directory: string, tile: Tile): Uint8Array {
  return readAtLeast(directory, tile, (bytes, path) => {
    const length = tile.width * hashBytes;
    if (bytes.length < length) {
      throw damaged("a tile is cut off", path);
    }
    return { part: bytes.subarray(0, length), isWhole: bytes.length === length };
  });
}

/**
 * Exactly the entries of a bundle.
 * @throws {AibomError} CUSTODY_LOG_DAMAGED, SOURCE_*
 */
export function readEntries(directory: string, index: number, width: number): readonly Uint8Array[] {
  return readAtLeast(directory, { level: "entries", index, width }, (bytes, path) => {
    const fail = (reason: string): AibomError => damaged(reason, path);
    const end = lengthOf(bytes, width);
    return {
      part: parseEntryBundle(bytes.subarray(0, end), width, fail),
      isWhole: end === bytes.length,
    };
  });
}

/**
 * The tile of this width or, if an append just replaced it, the beginning of a wider one. Hashes and entries of one place
 * are the same in all of them.
 */
function readAtLeast<T>(
  directory: string,
  tile: Tile,
  cut: (bytes: Uint8Array, path: string) => { readonly part: T; readonly isWhole: boolean },
): T {
  const path = join(directory, tilePath(tile));
  const exact = readIfThere(path);
  if (exact !== undefined) {
    const { part, isWhole } = cut(exact, path);
    if (!isWhole) {
      throw damaged("there is more in the file than its name says", path);
    }
    return part;
  }
  for (const width of widerThan(directory, tile)) {
    const wider = join(directory, tilePath({ ...tile, width }));
    const bytes = readIfThere(wider);
    if (bytes !== undefined) {
      return cut(bytes, wider).part;
    }
  }
  throw damaged("a file is missing", path);
}

/** Bytes of the first `count` entries, or all that is there. */
function lengthOf(bytes: Uint8Array, count: number): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = 0;
  for (let entry = 0; entry < count && end + 2 <= view.length; entry += 1) {
    end += 2 + view.readUInt16BE(end);
  }
  return Math.min(end, view.length);
}

/** Widths above the tile's that lie on disk, the narrowest first. */
export function widerThan(directory: string, { level, index, width }: Tile): readonly number[] {
  return [...widthsOf(directory, level, index).filter((each) => each > width), tileWidth];
}

/** Widths of the partial tiles of one place. */
export function widthsOf(directory: string, level: Tile["level"], index: number): readonly number[] {
  const folder = join(directory, `${tilePath({ level, index, width: tileWidth })}.p`);
  return namesIn(folder)
    .filter((name) => /^[1-9][0-9]{0,2}$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}

/** Names in a folder; none if there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readBounded(path, limits.maxEntryBundleBytes);
  } catch (error) {
    if (error instanceof AibomError && error.code === "SOURCE_NOT_FOUND") {
      return undefined;
    }
    throw error;
  }
}

/** The log is not what it says. */
export function damaged(reason: string, path: string): AibomError {
  return AibomError.of("CUSTODY_LOG_DAMAGED", { reason }, { where: { path } });
}
