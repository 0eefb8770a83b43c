// SPDX-License-Identifier: Apache-2.0
// Writes that a crash leaves done or not done: a file is written beside its place, flushed and moved there.

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Creates a file that must not exist and flushes it. Never through a link, never writable for others. */
export function writeFlushed(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes, { flag: "wx", mode: 0o644, flush: true });
}

/**
 * Replaces the file at `path` in one step. Errors of the file system are thrown as they are. The temporary name is always
 * the same, so that what a crash leaves is cleared away by the next run.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  rmSync(temporary, { force: true });
  writeFlushed(temporary, bytes);
  renameSync(temporary, path);
  flushDirectory(dirname(path));
}

/** Makes moves inside a directory durable. Windows has no such call. */
export function flushDirectory(path: string): void {
  if (process.platform === "win32") {
    return;
  }
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
