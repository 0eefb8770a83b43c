// SPDX-License-Identifier: Apache-2.0
// The folder as one file: a tar (POSIX ustar, pax where a path is long) in a Zstandard frame. Entries are sorted and have
// no owner, one mode and one time, so that the same folder gives the same bytes.

import { constants, zstdCompressSync } from "node:zlib";
import { Header, Pax } from "tar";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { sortFiles } from "./bag.ts";
import { type FolderFile, sizeOf } from "./folder-file.ts";

const blockBytes = 512;
/** The level of the `zstd` program's default; higher ones take minutes for a few per cent. */
const level = 3;

/**
 * Packs files into `root/`.
 * @throws {AibomError} REPORT_TOO_LARGE
 */
export function packArchive(files: readonly FolderFile[], root: string, mtime: Date): Uint8Array {
  const tar = packTar(files, root, mtime);
  const size = tar.reduce((sum, { length }) => sum + length, 0);
  if (size > limits.maxArchiveBytes) {
    throw AibomError.of("REPORT_TOO_LARGE", { size, limit: limits.maxArchiveBytes });
  }
  return zstdCompressSync(Buffer.concat(tar), {
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** The tar in pieces. */
export function packTar(files: readonly FolderFile[], root: string, mtime: Date): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const seen = new Set<string>();
  for (const file of sortFiles(files)) {
    const path = `${root}/${file.path}`;
    for (const directory of directoriesOf(path)) {
      if (!seen.has(directory)) {
        seen.add(directory);
        pieces.push(...header(`${directory}/`, "Directory", 0, mtime));
      }
    }
    const size = sizeOf(file);
    pieces.push(...header(path, "File", size, mtime), ...file.pieces, padding(size));
  }
  // End of archive: two empty blocks (POSIX.1-2017, pax, ustar interchange format).
  return [...pieces, Buffer.alloc(2 * blockBytes)];
}

function directoriesOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function header(path: string, type: "File" | "Directory", size: number, mtime: Date): readonly Uint8Array[] {
  const fields = { path, type, size, mtime, mode: type === "File" ? 0o644 : 0o755, uid: 0, gid: 0 };
  const entry = new Header(fields);
  const block = Buffer.alloc(blockBytes);
  const needsPax = entry.encode(block, 0);
  return needsPax ? [new Pax({ path }).encode(), block] : [block];
}

function padding(size: number): Uint8Array {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}
