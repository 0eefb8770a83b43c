// SPDX-License-Identifier: Apache-2.0
// What an entry of a ZIP archive holds: a window of the file where it is stored, else unpacked to memory within
// limits. Marks of encryption and wrong checksums do not stop it; they are reported.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ByteSource } from "../byte-source.ts";
import { unpackBzip2 } from "../bzip2.ts";
import { unpackDeflate, unpackZstd } from "../deflate.ts";
import { lzmaProperties } from "../lzma.ts";
import { unpackLzma } from "../lzma-alone.ts";
import { zlib } from "../node-zlib.ts";
import { readAll, startSource, type Unpacked, type Unpacker } from "../unpacked.ts";
import { windowSource } from "../window-source.ts";
import { unpackXz } from "../xz.ts";
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
  [12, unpackBzip2],
  [14, unpackZipLzma],
  [93, unpackZstd],
  [95, unpackXz],
]);

/** LZMA in a ZIP has a header of its own: a version, the size of the properties, the properties (APPNOTE §5.8.8). */
function unpackZipLzma(packed: Uint8Array, limit: number): Unpacked {
  const properties = lzmaProperties(packed[4] ?? 0xff);
  if (properties === undefined || packed[2] !== 5 || packed[3] !== 0 || packed.length < 9) {
    return { bytes: new Uint8Array(0), state: "broken", reason: "it does not start like LZMA", consumed: 0 };
  }
  const dictionaryBytes = new DataView(packed.buffer, packed.byteOffset).getUint32(5, true);
  return unpackLzma(packed, 9, { properties, dictionaryBytes, size: undefined }, limit);
}

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
    return isChecked
      ? { bytes, actualSize, crc32: zlib().crc32(bytes.read(0, actualSize)) }
      : { bytes, actualSize };
  }
  const unpack = unpackers.get(entry.method);
  if (unpack === undefined) {
    throw AibomError.of("COMPRESSED_METHOD_UNKNOWN", { method: entry.method }, { where });
  }
  const limit = limits.maxMemberBytes;
  // Nothing is unpacked once the purse is empty; what was unpacked when it ran out is looked at all the same.
  spend(0);
  const packed = readAll(file, dataOffset, Math.min(packedSize, room, limit));
  const { bytes, state, reason = "", cost } = unpack(packed, limit);
  const overspent = attempt(() => spend(cost ?? bytes.length));
  if (state === "end") {
    const source = startSource(bytes, bytes.length, entry.name);
    const opened = { bytes: source, actualSize: bytes.length, crc32: zlib().crc32(bytes) };
    return overspent === undefined ? opened : { ...opened, problem: overspent };
  }
  if (state === "limit" || packedSize > limit) {
    const { size } = entry;
    const problem = AibomError.of("CONTAINER_MEMBER_TOO_LARGE", { size, limit }, { where });
    return { bytes: startSource(bytes, size, entry.name), problem };
  }
  const args = { format: methodNames.get(entry.method) ?? String(entry.method), reason };
  const problem = AibomError.of("COMPRESSED_DATA_INVALID", args, { where });
  return { bytes: startSource(bytes, bytes.length, entry.name), problem };
}

/** The AibomError that `use` throws, if it does. */
function attempt(use: () => void): AibomError | undefined {
  try {
    use();
    return undefined;
  } catch (cause) {
    if (cause instanceof AibomError) {
      return cause;
    }
    throw cause;
  }
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
