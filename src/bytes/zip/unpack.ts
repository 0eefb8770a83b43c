// SPDX-License-Identifier: Apache-2.0
// What an entry of a ZIP archive holds: a window of the file where it is stored, else unpacked to memory within
// limits. Marks of encryption and wrong checksums do not stop it; they are reported.

import { crc32 } from "node:zlib";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ByteSource } from "../byte-source.ts";
import { unpackDeflate, unpackZstd } from "../deflate.ts";
import { readAll, startSource, type Unpacker } from "../unpacked.ts";
import { windowSource } from "../window-source.ts";
import { type ZipEntry, zipFlags } from "./entry.ts";

/** What was seen while an entry was opened. */
export interface OpenedEntry {
  readonly bytes: ByteSource;
  /** Bytes that it unpacks to, if all of it was unpacked. */
  readonly actualSize?: number;
  /** Of the content, if it was computed. */
  readonly crc32?: number;
  /** Only the start could be unpacked: it is too large, or broken. */
  readonly problem?: AibomError;
}

/** Methods of APPNOTE §4.4.5 that pack. */
const unpackers: ReadonlyMap<number, Unpacker> = new Map<number, Unpacker>([
  [8, unpackDeflate],
  [93, unpackZstd],
]);

/**
 * Opens an entry. `spend` is called with the number of bytes unpacked. `isChecked` computes the checksum of a
 * stored entry; that of an unpacked one is always computed.
 * @throws {AibomError} the entry is not where it should be, its method is unknown, or the purse is empty
 */
export function openZipEntry(
  file: ByteSource,
  entry: ZipEntry,
  spend: (bytes: number) => void,
  isChecked = false,
): OpenedEntry {
  const where = { path: file.path, member: entry.name, offset: entry.headerOffset };
  const { dataOffset, packedSize } = entry;
  if (dataOffset === undefined) {
    throw AibomError.of("ZIP_LOCAL_HEADER_MISSING", {}, { where });
  }
  const room = file.size - dataOffset;
  if (entry.method === 0) {
    const bytes = windowSource(file, dataOffset, Math.min(packedSize, room), entry.name);
    const actualSize = bytes.size;
    return isChecked ? { bytes, actualSize, crc32: crc32(bytes.read(0, actualSize)) } : { bytes, actualSize };
  }
  const unpack = unpackers.get(entry.method);
  if (unpack === undefined) {
    throw AibomError.of("COMPRESSED_METHOD_UNKNOWN", { method: entry.method }, { where });
  }
  const limit = limits.maxMemberBytes;
  const packed = readAll(file, dataOffset, Math.min(packedSize, room, limit));
  const { bytes, state, reason = "" } = unpack(packed, limit);
  spend(bytes.length);
  if (state === "end") {
    const source = startSource(bytes, bytes.length, entry.name);
    return { bytes: source, actualSize: bytes.length, crc32: crc32(bytes) };
  }
  const { size } = entry;
  const problem =
    state === "limit" || packedSize > limit
      ? AibomError.of("CONTAINER_MEMBER_TOO_LARGE", { size, limit }, { where })
      : AibomError.of("COMPRESSED_DATA_INVALID", { format: methodName(entry.method), reason }, { where });
  return { bytes: startSource(bytes, size, entry.name), problem };
}

/** True if a header says that the entry is encrypted. */
export function isMarkedEncrypted({ flags }: ZipEntry): boolean {
  return (flags & (zipFlags.encrypted | zipFlags.strongEncryption)) !== 0;
}

const methodNames: ReadonlyMap<number, string> = new Map([
  [8, "deflate"],
  [12, "bzip2"],
  [14, "LZMA"],
  [93, "zstd"],
  [95, "xz"],
]);

function methodName(method: number): string {
  return methodNames.get(method) ?? String(method);
}
