// SPDX-License-Identifier: Apache-2.0
// Writes an audit folder: beside its place under another name, then moved there. It is whole or it is not there. Only an
// earlier audit folder is ever replaced, and only if that was asked for.

import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { bagNames } from "../audit/bag.ts";
import type { FolderFile } from "../audit/folder-file.ts";
import { auditPaths, auditRecordSchemaId } from "../audit/record.ts";
import { zlib } from "../bytes/node-zlib.ts";
import { AibomError } from "../errors.ts";
import { readStart } from "../sources/read-bounded.ts";

/** Bytes of a record that show whose it is. */
const recordStart = 200;

/** Bytes of an archive that are looked at: its first block (RFC 8878: 128 KiB unpacked) has the page's first lines. */
const archiveStart = 128 * 1024;
const archiveStartUnpacked = 64 * 1024 * 1024;

/** What stands in the page's first lines, and in no other file that somebody may have packed. */
const pageMark = 'data-report="aibom-start-here"';
const pageMarkBytes = 4096;

/** What a report puts at the top of its folder. Notes that somebody laid beside it are not ours to delete. */
const ownNames: readonly string[] = [
  ...Object.values(bagNames),
  auditPaths.startHere,
  auditPaths.verifier,
  auditPaths.verifierText,
  auditPaths.seal,
  "data",
];

/**
 * Refuses early what must not be replaced.
 * @throws {AibomError} REPORT_OUTPUT_NOT_EMPTY
 */
export function refuseOccupied(path: string, mayReplace: boolean): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const isFree = stat === undefined || (stat.isDirectory() && readdirSync(path).length === 0);
  if (!isFree && !(mayReplace && isEarlierReport(path))) {
    throw AibomError.of("REPORT_OUTPUT_NOT_EMPTY", {}, { where: { path } });
  }
}

function isEarlierReport(path: string): boolean {
  if (lstatSync(path).isFile()) {
    return isPackedReport(readStart(path, archiveStart));
  }
  if (!readdirSync(path).every((name) => ownNames.includes(name))) {
    return false;
  }
  const record = join(path, "data/record.json");
  return (
    existsSync(join(path, "bagit.txt")) &&
    existsSync(record) &&
    Buffer.from(readStart(record, recordStart)).includes(`"$schema": "${auditRecordSchemaId}"`)
  );
}

/** Anybody packs backups in this format: the archive must begin with a report's page. */
function isPackedReport(start: Uint8Array): boolean {
  try {
    const { zstdDecompressSync, constants } = zlib();
    const options = { finishFlush: constants.ZSTD_e_continue, maxOutputLength: archiveStartUnpacked };
    return zstdDecompressSync(start, options).subarray(0, pageMarkBytes).includes(pageMark);
  } catch {
    return false;
  }
}

/**
 * Writes the folder at `path`.
 * @throws {AibomError} REPORT_OUTPUT_NOT_EMPTY, CLI_OUTPUT_NOT_WRITABLE
 */
export function writeFolder(path: string, files: readonly FolderFile[], mayReplace: boolean): void {
  refuseOccupied(path, mayReplace);
  const place = resolve(path);
  const unique = `${process.pid.toString(36)}-${process.hrtime.bigint().toString(36)}`;
  const beside = (ending: string): string =>
    join(dirname(place), `.${basename(place).slice(0, 64)}.${unique}.${ending}`);
  const [next, previous] = [beside("tmp"), beside("old")];
  try {
    writeAll(next, files);
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) {
      renameSync(place, previous);
    }
    renameSync(next, place);
    flush(dirname(place));
  } catch (cause) {
    rmSync(next, { recursive: true, force: true });
    if (!existsSync(place) && existsSync(previous)) {
      renameSync(previous, place);
    }
    throw writeError(cause, path);
  }
  rmSync(previous, { recursive: true, force: true });
}

/** Files are not flushed one by one: there may be ten thousands, and what a crash damages the manifests show. */
function writeAll(root: string, files: readonly FolderFile[]): void {
  const made = new Set<string>();
  mkdirSync(root);
  for (const { path, pieces } of files) {
    const file = join(root, path);
    const directory = dirname(file);
    if (!made.has(directory)) {
      mkdirSync(directory, { recursive: true });
      made.add(directory);
    }
    const descriptor = openSync(file, "wx", 0o644);
    try {
      for (const piece of pieces) {
        for (let written = 0; written < piece.length; ) {
          written += writeSync(descriptor, piece, written);
        }
      }
    } finally {
      closeSync(descriptor);
    }
  }
  flush(root);
}

function flush(directory: string): void {
  try {
    const descriptor = openSync(directory, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Some file systems cannot flush a directory.
  }
}

function writeError(cause: unknown, path: string): unknown {
  const isSystemError = cause instanceof Error && "syscall" in cause && "code" in cause;
  return isSystemError
    ? AibomError.of("CLI_OUTPUT_NOT_WRITABLE", { reason: String(cause.code) }, { where: { path }, cause })
    : cause;
}
