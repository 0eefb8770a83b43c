// SPDX-License-Identifier: Apache-2.0
// The file manifest: one digest for a whole set of files. Its text is what `sha256sum` (GNU coreutils)
// prints for the files in byte order of their paths, so that an auditor needs nothing of ours:
//   cd DIR && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum
// (with the paths left out that the BOM lists as ignored). It leaves out sizes and modes on purpose.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import type { ArtifactFile } from "../model/artifact.ts";
import { type Digest, digestOf } from "../model/digest.ts";
import { comparePaths } from "../model/path-order.ts";

/** What a manifest needs of a file. */
type FileInManifest = Pick<ArtifactFile, "path" | "digests">;

const chunkCharacters = 1 << 20;

/**
 * SHA-256 of the files' manifest. The order of `files` does not matter.
 * @throws {AibomError} BOM_DIGEST_MISSING if a file has no SHA-256
 */
export function fileManifest(files: readonly FileInManifest[]): Digest {
  return manifestOfSorted(sortedFiles(files));
}

/**
 * The same of files that are sorted already.
 * @throws {AibomError} BOM_DIGEST_MISSING
 */
export function manifestOfSorted(files: readonly FileInManifest[]): Digest {
  const hash = createHash("sha256");
  for (const chunk of manifestChunks(files)) {
    hash.update(chunk);
  }
  return { algorithm: "sha256", hex: hash.digest("hex") };
}

/**
 * The manifest itself, in UTF-8 and in pieces: what `fileManifest` is the digest of.
 * @throws {AibomError} BOM_DIGEST_MISSING
 */
export function sha256Listing(files: readonly FileInManifest[]): readonly Uint8Array[] {
  return [...manifestChunks(sortedFiles(files))].map((chunk) => Buffer.from(chunk));
}

function* manifestChunks(files: readonly FileInManifest[]): Generator<string> {
  let chunk = "";
  for (const file of files) {
    chunk += manifestLine(file);
    if (chunk.length > chunkCharacters) {
      yield chunk;
      chunk = "";
    }
  }
  yield chunk;
}

/** The files by path in UTF-8 byte order; the same array if it is sorted already. */
export function sortedFiles<F extends FileInManifest>(files: readonly F[]): readonly F[] {
  const isSorted = files.every((file, index) => {
    const before = files[index - 1];
    return before === undefined || comparePaths(before.path, file.path) <= 0;
  });
  return isSorted ? files : files.toSorted((a, b) => comparePaths(a.path, b.path));
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r" };

function manifestLine(file: FileInManifest): string {
  const hex = digestOf(file.digests, "sha256");
  if (hex === undefined) {
    throw AibomError.of("BOM_DIGEST_MISSING", { algorithm: "sha256" }, { where: { path: file.path } });
  }
  // coreutils marks a line whose name it had to escape with a backslash in front.
  return /[\\\n\r]/.test(file.path)
    ? `\\${hex}  ${file.path.replace(/[\\\n\r]/g, (character) => escapes[character] ?? character)}\n`
    : `${hex}  ${file.path}\n`;
}
