// SPDX-License-Identifier: Apache-2.0
// A folder from strangers, read completely: no link is followed, nothing but plain files counts, every file is hashed once.
// What cannot be read that way is told and left out: whoever checks the folder has to fail then.

import { createHash } from "node:crypto";
import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import { folderLimits } from "../folder-limits.ts";
import { readBounded } from "./read-bounded.ts";

export interface PlainFile {
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface PlainFolder {
  /** By path below the folder, `/` separated, in order. */
  readonly files: ReadonlyMap<string, PlainFile>;
  /**
   * The bytes that were hashed.
   * @throws {AibomError} SOURCE_*
   */
  bytes(path: string): Uint8Array;
}

/**
 * Reads a folder.
 * @param refuse is told what is no plain file, or cannot be read
 * @throws {AibomError} AUDIT_FOLDER_TOO_LARGE, SOURCE_*
 */
export function readPlainFolder(
  directory: string,
  refuse: (path: string, reason: string) => void,
): PlainFolder {
  const files = new Map<string, PlainFile>();
  let count = 0;
  const walk = (below: string, depth: number): void => {
    for (const item of entriesOf(join(directory, below))) {
      const path = below === "" ? item.name : `${below}/${item.name}`;
      count += 1;
      if (count > folderLimits.maxFolderFiles) {
        const limit = folderLimits.maxFolderFiles;
        throw AibomError.of("AUDIT_FOLDER_TOO_LARGE", { what: "more files", limit });
      }
      const reason = reasonAgainst(path, item, depth);
      if (reason !== undefined) {
        refuse(path, reason);
      } else if (item.isDirectory()) {
        walk(path, depth + 1);
      } else {
        addFile(files, directory, path, refuse);
      }
    }
  };
  walk("", 0);
  return {
    files,
    bytes: (path) => {
      const bytes = readBounded(join(directory, path), folderLimits.maxFolderDocumentBytes);
      if (createHash("sha256").update(bytes).digest("hex") !== files.get(path)?.sha256) {
        throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
      }
      return bytes;
    },
  };
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw fileError(cause, directory);
  }
}

function reasonAgainst(path: string, item: Dirent, depth: number): string | undefined {
  if (Buffer.byteLength(path) > folderLimits.maxFolderPathBytes || depth > folderLimits.maxFolderDepth) {
    return "its path is too long or too deep";
  }
  return item.isDirectory() || item.isFile() ? undefined : "it is a link or no plain file";
}

function addFile(
  files: Map<string, PlainFile>,
  directory: string,
  path: string,
  refuse: (path: string, reason: string) => void,
): void {
  try {
    files.set(path, hashPlain(join(directory, path)));
  } catch {
    refuse(path, "it cannot be read, is too large or changes");
  }
}

const chunk = Buffer.allocUnsafe(1 << 20);

function hashPlain(path: string): PlainFile {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > folderLimits.maxFolderFileBytes) {
      throw AibomError.of("SOURCE_NOT_REGULAR", { kind: "special file" }, { where: { path } });
    }
    const hash = createHash("sha256");
    let size = 0;
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      size += read;
      hash.update(chunk.subarray(0, read));
    }
    if (size !== stat.size) {
      throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
    }
    return { size, sha256: hash.digest("hex") };
  } finally {
    closeSync(file);
  }
}
