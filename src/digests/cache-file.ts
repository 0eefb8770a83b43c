// SPDX-License-Identifier: Apache-2.0
// The file of the digest cache: read whole or not at all, replaced atomically, kept from others.
//
//   magic with format version, 16 bytes · SHA-256 of the rest · tables
//   table: key length, records (32 bit) · key · per record: length (32 bit), bytes (see `record.ts`)
//
// The checksum is against damage, not against forgery: that is what ownership and mode are for.

import { hash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import type { HashRequest } from "./request.ts";

/** Raise the number when records change their layout or meaning: old caches are then ignored. */
const magic = Buffer.from("aibom-digests\0\0\x02", "latin1");
const checksumLength = 32;
const fileName = "digests.bin";
const othersCanWrite = 0o022;
/** Bytes. Two million records of one digest; a larger file is not ours. */
const maxCacheBytes = 512 * 1024 * 1024;

/** Records by `fileKey`, by what was computed. */
export type CacheTables = Map<string, Map<string, Buffer>>;

/** Device and inode of a record: one record per file, so that a new state replaces the old one. */
export function fileKey(record: Buffer): string {
  return record.toString("latin1", 0, 16);
}

export interface CacheFile {
  /** When the run began by the file system's own clock; undefined if nothing can be written here. */
  readonly startedNs: bigint | undefined;
  /** All tables, or empty ones if there is no file or it is damaged in any byte. */
  read(): CacheTables;
  write(tables: CacheTables): void;
  /** Removes the temporary file if it was not needed. */
  close(): void;
}

/**
 * Checks the directory and the file in it.
 * @throws {AibomError} DIGEST_CACHE_REFUSED, SOURCE_NOT_READABLE
 */
export function openCacheFile(directory: string, requests: readonly HashRequest[]): CacheFile {
  assertOwnDirectory(directory);
  assertOutside(realpathSync(directory), requests);
  const path = join(directory, fileName);
  const bytes = readOwnFile(path);
  const temporary = openTemporary(directory);
  return {
    startedNs: temporary?.startedNs,
    read: () => (bytes === undefined ? new Map() : parseTables(bytes)),
    write: (tables) => temporary?.replace(path, renderTables(tables)),
    close: () => temporary?.discard(),
  };
}

function assertOwnDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw fileError(cause, directory);
  }
  const stat = lstatSync(directory);
  if (!stat.isDirectory()) {
    throw refused("it is not a directory");
  }
  assertOwn(stat, "the directory");
}

function assertOwn(stat: Stats, what: string): void {
  const user = process.geteuid?.();
  if (user !== undefined && stat.uid !== user) {
    throw refused(`${what} belongs to another user`);
  }
  if (user !== undefined && (stat.mode & othersCanWrite) !== 0) {
    throw refused(`${what} is writable by group or others`);
  }
}

/** A cache inside the target could be shipped with it, digests and all. */
function assertOutside(directory: string, requests: readonly HashRequest[]): void {
  const roots = new Set<string>();
  for (const { path, absolutePath } of requests) {
    const suffix = `${sep}${path.replaceAll("/", sep)}`;
    if (absolutePath.endsWith(suffix)) {
      roots.add(absolutePath.slice(0, -suffix.length) || sep);
    }
    if (isInside(absolutePath, directory)) {
      throw refused("it holds files that are hashed");
    }
  }
  for (const root of roots) {
    if (isInside(directory, realRoot(root))) {
      throw refused("it lies inside the directory that is hashed");
    }
  }
}

function realRoot(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function readOwnFile(path: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      return undefined;
    }
    throw refused("its file cannot be opened");
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) {
      throw refused("its file is not a regular file");
    }
    assertOwn(stat, "its file");
    return stat.size > maxCacheBytes ? undefined : readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

interface TemporaryFile {
  readonly startedNs: bigint;
  replace(path: string, bytes: Buffer): void;
  discard(): void;
}

/** The new cache file. It is made at the start, because its time stamp is the one clock that is the disk's. */
function openTemporary(directory: string): TemporaryFile | undefined {
  const path = join(directory, `${fileName}.${randomBytes(8).toString("hex")}`);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "wx", 0o600);
  } catch {
    return undefined;
  }
  const open = descriptor;
  const discard = (): void => {
    if (descriptor !== undefined) {
      closeSync(descriptor);
      descriptor = undefined;
      rmSync(path, { force: true });
    }
  };
  return {
    startedNs: fstatSync(open, { bigint: true }).mtimeNs,
    replace(target, bytes) {
      try {
        for (let written = 0; written < bytes.length; ) {
          written += writeSync(open, bytes, written);
        }
        renameSync(path, target);
      } catch {
        // A full disk costs the next run its head start, nothing else; `discard` removes the rest.
      }
    },
    discard,
  };
}

function renderTables(tables: CacheTables): Buffer {
  const chunks: Buffer[] = [];
  for (const [key, table] of tables) {
    chunks.push(numbers(Buffer.byteLength(key), table.size), Buffer.from(key));
    for (const record of table.values()) {
      chunks.push(numbers(record.length), record);
    }
  }
  const body = Buffer.concat(chunks);
  return Buffer.concat([magic, hash("sha256", body, "buffer"), body]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) {
    bytes.writeUInt32LE(value, index * 4);
  }
  return bytes;
}

/** One wrong byte anywhere and nothing is believed. */
function parseTables(bytes: Buffer): CacheTables {
  const tables: CacheTables = new Map();
  const body = bytes.subarray(magic.length + checksumLength);
  const isIntact =
    bytes.subarray(0, magic.length).equals(magic) &&
    hash("sha256", body, "buffer").equals(bytes.subarray(magic.length, magic.length + checksumLength));
  if (!isIntact) {
    return tables;
  }
  let offset = 0;
  const take = (length: number): Buffer => {
    const taken = body.subarray(offset, offset + length);
    if (taken.length !== length) {
      throw new RangeError("the cache is shorter than it says");
    }
    offset += length;
    return taken;
  };
  try {
    while (offset < body.length) {
      const lengths = take(8);
      const key = take(lengths.readUInt32LE(0)).toString();
      const table = new Map<string, Buffer>();
      for (let left = lengths.readUInt32LE(4); left > 0; left--) {
        const record = take(take(4).readUInt32LE(0));
        table.set(fileKey(record), record);
      }
      tables.set(key, table);
    }
  } catch {
    return new Map();
  }
  return tables;
}

function refused(reason: string): AibomError {
  return AibomError.of("DIGEST_CACHE_REFUSED", { reason });
}
