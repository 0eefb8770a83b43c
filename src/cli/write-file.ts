// SPDX-License-Identifier: Apache-2.0
// Writes results to disk. A result file is either the old one or the complete new one, never a part: it is
// written beside its final name, flushed and moved there. Everything is synchronous, so a signal that is
// handled in between cannot leave a temporary file behind.

import {
  closeSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { AibomError } from "../errors.ts";

/** What to write: one piece, or pieces in order for a document too large for one string. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>;

/**
 * Replaces the file at `path`, keeping the permissions of an existing file. A symbolic link is followed;
 * a pipe or device (`/dev/stdout`) is written to directly.
 * @throws {AibomError} CLI_OUTPUT_IS_DIRECTORY, CLI_OUTPUT_NOT_WRITABLE
 */
export function writeFileAtomic(path: string, content: Content): void {
  guardWrite(path, () => {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory() || /[/\\]$/.test(path)) {
      throw AibomError.of("CLI_OUTPUT_IS_DIRECTORY", {}, { where: { path } });
    }
    if (existing !== undefined && !existing.isFile()) {
      writeTo(path, "w", 0o666, content);
      return;
    }
    const mode = existing === undefined ? 0o666 : existing.mode & 0o777;
    replaceFile(existing === undefined ? path : realpathSync(path), mode, content);
  });
}

/**
 * Creates a file that must not exist, not even as a dangling link.
 * @param mode permissions before the umask; a private key has 0o600
 * @throws {AibomError} CLI_OUTPUT_EXISTS, CLI_OUTPUT_NOT_WRITABLE
 */
export function writeNewFile(path: string, content: Content, mode = 0o666): void {
  guardWrite(path, () => {
    const descriptor = openSync(path, "wx", mode);
    try {
      writeAll(descriptor, content);
    } catch (error) {
      unlinkSync(path);
      throw error;
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Replaces a file that only its owner may read.
 * @throws {AibomError} CLI_OUTPUT_NOT_WRITABLE
 */
export function writePrivateFile(path: string, content: Content): void {
  guardWrite(path, () => replaceFile(path, 0o600, content));
}

/**
 * Adds to the end of a file that others write, too, and makes it if it is absent.
 * @throws {AibomError} CLI_OUTPUT_NOT_WRITABLE
 */
export function appendToFile(path: string, content: Content): void {
  guardWrite(path, () => writeTo(path, "a", 0o666, content));
}

/**
 * Refuses early what `writeNewFile` would refuse late, so that nothing is half done.
 * @throws {AibomError} CLI_OUTPUT_EXISTS, CLI_OUTPUT_NOT_WRITABLE
 */
export function mustNotExist(path: string): void {
  guardWrite(path, () => {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
      throw AibomError.of("CLI_OUTPUT_EXISTS", {}, { where: { path } });
    }
  });
}

function replaceFile(path: string, mode: number, content: Content): void {
  const name = `.${basename(path).slice(0, 64)}.${process.pid.toString(36)}-${process.hrtime.bigint().toString(36)}.tmp`;
  const temporary = join(dirname(path), name);
  try {
    writeTo(temporary, "wx", mode, content);
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  flushDirectory(dirname(path));
}

function writeTo(path: string, flags: "w" | "wx" | "a", mode: number, content: Content): void {
  const descriptor = openSync(path, flags, mode);
  try {
    writeAll(descriptor, content);
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, content: Content): void {
  const pieces = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
  for (const piece of pieces) {
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(descriptor, bytes, written);
    }
  }
  if (fstatSync(descriptor).isFile()) {
    fsyncSync(descriptor);
  }
}

/** Makes the move itself durable, where the file system allows it. */
function flushDirectory(path: string): void {
  try {
    const descriptor = openSync(path, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Some file systems cannot flush a directory; the file itself was flushed.
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never created, or was moved already: the first error is the one to report.
  }
}

function guardWrite(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw writeError(cause, path);
  }
}

/** An error of the file system becomes ours; an error of whoever produces the content stays what it is. */
function writeError(cause: unknown, path: string): unknown {
  const isSystemError = cause instanceof Error && "syscall" in cause && "code" in cause;
  if (!isSystemError) {
    return cause;
  }
  const code = String(cause.code);
  if (code === "EEXIST") {
    return AibomError.of("CLI_OUTPUT_EXISTS", {}, { where: { path }, cause });
  }
  if (code === "EISDIR") {
    return AibomError.of("CLI_OUTPUT_IS_DIRECTORY", {}, { where: { path }, cause });
  }
  return AibomError.of("CLI_OUTPUT_NOT_WRITABLE", { reason: code }, { where: { path }, cause });
}
