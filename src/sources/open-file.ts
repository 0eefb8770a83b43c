// SPDX-License-Identifier: Apache-2.0
// Opens a file that was hashed before, for a reader. The header that is described must belong to the bytes
// that were hashed, so the open file's identity is compared with the one seen while hashing.

import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type ByteSource, checkRange } from "../bytes/byte-source.ts";
import { fileError } from "../bytes/file-error.ts";
import type { FileIdentity } from "../digests/engine.ts";
import { AibomError } from "../errors.ts";

/** A file of at most this size is fetched whole with the first read: its readers ask for its start and its end anyway. */
const wholeFileBytes = 64 * 1024;
/** The same where the reader asks for all of it. */
const readWholeBytes = 1024 * 1024;

/** A byte source with an open descriptor. */
export interface OpenFile extends ByteSource {
  close(): void;
}

/**
 * Opens `absolutePath` and checks that it is the file that was hashed. `isReadWhole`: its reader asks for all of it.
 * @throws {AibomError} SOURCE_CHANGED, SOURCE_NOT_FOUND, SOURCE_NOT_READABLE
 */
export function openHashedFile(
  path: string,
  absolutePath: string,
  identity: FileIdentity,
  isReadWhole = false,
): IdentifiedFile {
  const file = openFile(path, absolutePath, isReadWhole);
  if (!isSameState(file.identity, identity)) {
    file.close();
    throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
  }
  return file;
}

/** An open file and the state that it is in. */
export interface IdentifiedFile extends OpenFile {
  readonly identity: FileIdentity;
  /** Fills `target` from `offset`. @throws {AibomError} SOURCE_CHANGED if the file ends before */
  readInto(offset: number, target: Uint8Array): void;
  /** @throws {AibomError} SOURCE_CHANGED if it is not in that state any more */
  assertUnchanged(): void;
}

/**
 * Opens a regular file in whatever state it is.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, SOURCE_NOT_REGULAR
 */
export function openFile(path: string, absolutePath: string, isReadWhole = false): IdentifiedFile {
  const descriptor = openNoFollow(path, absolutePath);
  const stat = fstatSync(descriptor, { bigint: true });
  if (!stat.isFile()) {
    closeSync(descriptor);
    throw AibomError.of("SOURCE_NOT_REGULAR", { kind: "special file" }, { where: { path } });
  }
  const identity = identityOf(stat);
  const isFetchedWhole = identity.size <= (isReadWhole ? readWholeBytes : wholeFileBytes);
  let whole: Uint8Array | undefined;
  const file = {
    path,
    size: identity.size,
    identity,
    read(offset: number, length: number): Uint8Array {
      checkRange(file, offset, length);
      if (!isFetchedWhole) {
        return readExactly(descriptor, path, offset, length);
      }
      whole ??= readExactly(descriptor, path, 0, identity.size);
      return whole.subarray(offset, offset + length);
    },
    readInto(offset: number, target: Uint8Array): void {
      checkRange(file, offset, target.length);
      fill(descriptor, path, offset, target);
    },
    assertUnchanged(): void {
      if (!isSameState(identityOf(fstatSync(descriptor, { bigint: true })), identity)) {
        throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
      }
    },
    close(): void {
      closeSync(descriptor);
    },
  };
  return file;
}

function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileIdentity {
  return { device: dev, inode: ino, size: Number(size), modifiedNs: mtimeNs, changedNs: ctimeNs };
}

function isSameState(a: FileIdentity, b: FileIdentity): boolean {
  return (
    a.device === b.device &&
    a.inode === b.inode &&
    a.size === b.size &&
    a.modifiedNs === b.modifiedNs &&
    a.changedNs === b.changedNs
  );
}

function openNoFollow(path: string, absolutePath: string): number {
  try {
    return openSync(absolutePath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw fileError(cause, path);
  }
}

function readExactly(descriptor: number, path: string, offset: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  fill(descriptor, path, offset, bytes);
  return bytes;
}

function fill(descriptor: number, path: string, offset: number, target: Uint8Array): void {
  for (let filled = 0; filled < target.length; ) {
    const count = readSync(descriptor, target, filled, target.length - filled, offset + filled);
    if (count === 0) {
      throw AibomError.of("SOURCE_CHANGED", {}, { where: { path, offset: offset + filled } });
    }
    filled += count;
  }
}
