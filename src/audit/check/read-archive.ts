// SPDX-License-Identifier: Apache-2.0
// A folder in a .tar.zst, read into memory and never unpacked to a disk. One root folder with plain files; anything else
// (links, devices, a file twice, names that lead out) is refused as it would be on a disk.

import { createHash } from "node:crypto";
import type { ZstdOptions } from "node:zlib";
import { memorySource } from "../../bytes/byte-source.ts";
import { zlib } from "../../bytes/node-zlib.ts";
import { readTar } from "../../bytes/tar.ts";
import { AibomError } from "../../errors.ts";
import { folderLimits } from "../../folder-limits.ts";
import type { Finding } from "../../model/finding.ts";
import type { PlainFile, PlainFolder } from "../../sources/plain-folder.ts";

/**
 * Reads an archive.
 * @throws {AibomError} AUDIT_ARCHIVE_BROKEN, AUDIT_FOLDER_TOO_LARGE, TAR_*, ARCHIVE_*
 */
export function readAuditArchive(
  packed: Uint8Array,
  refuse: (path: string, reason: string) => void,
): PlainFolder {
  const unpacked = unpack(packed);
  const files = new Map<string, PlainFile>();
  const contents = new Map<string, Uint8Array>();
  const findings: Finding[] = [];
  let root: string | undefined;
  for (const entry of readTar(memorySource(unpacked, "audit.tar"), (finding) => findings.push(finding))) {
    const [first = "", ...rest] = entry.name.replace(/\/$/, "").split("/");
    root ??= first;
    const path = rest.join("/");
    if (first !== root) {
      refuse(entry.name, "it lies outside of the archive's one folder");
    } else if (entry.kind === "directory" || path === "") {
    } else if (entry.kind !== "file" || files.has(path)) {
      refuse(path, files.has(path) ? "it is there twice" : "it is a link or no plain file");
    } else if (files.size >= folderLimits.maxFolderFiles) {
      const limit = folderLimits.maxFolderFiles;
      throw AibomError.of("AUDIT_FOLDER_TOO_LARGE", { what: "more files", limit });
    } else {
      const bytes = unpacked.subarray(entry.dataOffset, entry.dataOffset + entry.size);
      contents.set(path, bytes);
      files.set(path, { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
    }
  }
  for (const { code, location } of findings) {
    refuse(location.path, code);
  }
  return { files, bytes: (path) => contents.get(path) ?? new Uint8Array() };
}

/** Of `info: true`: what came out, and the engine that counted what went in. Its types do not know the option. */
interface WithInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function unpack(packed: Uint8Array): Uint8Array {
  const broken = (reason: string, cause?: unknown): AibomError =>
    AibomError.of("AUDIT_ARCHIVE_BROKEN", { reason: reason.slice(0, 200) }, { cause });
  let unpacked: WithInfo;
  try {
    const options: ZstdOptions = { maxOutputLength: folderLimits.maxFolderUnpackedBytes, info: true };
    unpacked = zlib().zstdDecompressSync(packed, options) as unknown as WithInfo;
  } catch (cause) {
    throw broken(cause instanceof Error ? cause.message : String(cause), cause);
  }
  // Node stops after one frame; the programs that unpack archives go on, and see files that nobody checked.
  if (unpacked.engine.bytesWritten !== packed.length) {
    throw broken("there are bytes behind its frame");
  }
  return unpacked.buffer;
}
