// SPDX-License-Identifier: Apache-2.0
// Reads 7z archives: the header, plain or packed, and the folders that the files are packed in. Pickles travel in
// them because scanners did not look ("nullifAI", 2025). Spec: DOC/7zFormat.txt of the LZMA SDK.
// Unpacks folders of one coder (copy, LZMA, LZMA2, bzip2, deflate) and with Delta behind; others are listed only.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type ByteSource, memorySource } from "./byte-source.ts";
import { zlib } from "./node-zlib.ts";
import { unpackFolder } from "./seven-zip/folder.ts";
import { type ArchiveFile, readHeader } from "./seven-zip/header.ts";
import type { PackedFolder, Streams } from "./seven-zip/streams.ts";

export const sevenZipMagic = [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] as const;
const startHeaderBytes = 32;

/** One file of the archive, with where in its unpacked folder it lies. */
export interface SevenZipEntry extends ArchiveFile {
  /** Index in `folders`; undefined for files without content. */
  readonly folder: number | undefined;
  readonly offset: number;
  readonly size: number;
}

export interface SevenZipArchive {
  readonly entries: readonly SevenZipEntry[];
  readonly folders: readonly PackedFolder[];
  /** First byte behind the archive. */
  readonly end: number;
}

/** What unpacking is paid with; see `Members.spend`. */
type Spend = (bytes: number) => void;

/**
 * Lists an archive.
 * @throws {AibomError} SEVEN_ZIP_BROKEN, ARCHIVE_ENCRYPTED, COMPRESSED_METHOD_UNKNOWN and those of `spend`
 */
export function readSevenZip(file: ByteSource, spend: Spend): SevenZipArchive {
  const broken = (reason: string): AibomError =>
    AibomError.of("SEVEN_ZIP_BROKEN", { reason }, { where: { path: file.path, offset: 0 } });
  if (file.size < startHeaderBytes) {
    throw broken("it ends in its first header");
  }
  const start = Buffer.from(file.read(0, startHeaderBytes));
  const offset = start.readBigUInt64LE(12);
  const size = start.readBigUInt64LE(20);
  if (start.readUInt32LE(8) !== zlib().crc32(start.subarray(12, 32))) {
    throw broken("the checksum of its first header is wrong");
  }
  if (offset + size > BigInt(file.size - startHeaderBytes) || size > BigInt(limits.maxSevenZipHeaderBytes)) {
    throw broken("its header lies outside of the file or is too large");
  }
  const end = startHeaderBytes + Number(offset + size);
  if (size === 0n) {
    return { entries: [], folders: [], end };
  }
  let header = file.read(startHeaderBytes + Number(offset), Number(size));
  if (zlib().crc32(header) !== start.readUInt32LE(28)) {
    throw broken("the checksum of its header is wrong");
  }
  let content = readHeader(header, file.path);
  // A packed header unpacks to a header, which real archives do once.
  for (let level = 0; content.kind === "packed"; level += 1) {
    const [folder] = placeFolders(content.streams);
    if (folder === undefined || level > 3) {
      throw broken("its packed header holds none");
    }
    header = openFolder(file, folder, spend, limits.maxSevenZipHeaderBytes);
    content = readHeader(header, file.path);
  }
  const folders = placeFolders(content.streams);
  return { entries: placeFiles(content.files, folders, broken), folders, end };
}

/**
 * Unpacks a folder to memory.
 * @throws {AibomError} ARCHIVE_ENCRYPTED, COMPRESSED_METHOD_UNKNOWN, COMPRESSED_DATA_INVALID,
 *   CONTAINER_MEMBER_TOO_LARGE and those of `spend`
 */
export function openFolder(
  file: ByteSource,
  folder: PackedFolder,
  spend: Spend,
  limit: number = limits.maxSlowMemberBytes,
): Uint8Array {
  spend(0);
  const bytes = unpackFolder(file, folder, limit);
  spend(bytes.length);
  return bytes;
}

/** A source over one entry of an unpacked folder. */
export function entrySource(folder: Uint8Array, entry: SevenZipEntry): ByteSource {
  return memorySource(folder.subarray(entry.offset, entry.offset + entry.size), entry.name);
}

/** Packed streams lie one after the other from `packedStart` on. */
function placeFolders({ packedStart, packedSizes, folders }: Streams): readonly PackedFolder[] {
  let at = startHeaderBytes + packedStart;
  let stream = 0;
  return folders.map((folder) => {
    const sizes = packedSizes.slice(stream, stream + folder.packedStreams);
    const packedSize = sizes.reduce((sum, size) => sum + size, 0);
    const placed = { ...folder, packedOffset: at, packedSize };
    stream += folder.packedStreams;
    at += packedSize;
    return placed;
  });
}

/** Files with content take the streams of the folders in order. */
function placeFiles(
  files: readonly ArchiveFile[],
  folders: readonly PackedFolder[],
  broken: (reason: string) => AibomError,
): readonly SevenZipEntry[] {
  const places = folders.flatMap(({ fileSizes }, folder) => {
    let offset = 0;
    return fileSizes.map((size) => {
      const place = { folder, offset, size };
      offset += size;
      return place;
    });
  });
  let next = 0;
  return files.map((file) => {
    if (!file.hasContent) {
      return { ...file, folder: undefined, offset: 0, size: 0 };
    }
    const place = places[next];
    next += 1;
    if (place === undefined) {
      throw broken("it lists more files than it has content for");
    }
    return { ...file, ...place };
  });
}
