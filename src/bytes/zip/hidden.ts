// SPDX-License-Identifier: Apache-2.0
// Entries of a ZIP archive that its directory does not list: unpackers that read from the front (bsdtar,
// ZipInputStream) see them, and a cut-off archive has no other.

import { limits } from "../../limits.ts";
import type { ByteSource } from "../byte-source.ts";
import { decodeName, readLocalHeader, type ZipEntry, zipFlags } from "./entry.ts";

/** A range of the file, `end` exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const windowBytes = 64 * 1024;

/** Entries whose local header lies in one of the ranges. At most `limits.maxHiddenSearchBytes` are looked through. */
export function* hiddenEntries(file: ByteSource, ranges: readonly Range[]): Generator<ZipEntry> {
  let left: number = limits.maxHiddenSearchBytes;
  let found = 0;
  for (const { start, end } of ranges) {
    let at = start;
    while (at < end && left > 0 && found < limits.maxContainerMembers) {
      const next = nextSignature(file, at, Math.min(end, at + left));
      left -= (next ?? end) - at;
      const entry = next === undefined ? undefined : hiddenEntry(file, next, end);
      if (next === undefined) {
        break;
      }
      if (entry !== undefined) {
        found += 1;
        yield entry;
      }
      // Where the size is not known, the next entry may follow anywhere.
      const isSized = entry !== undefined && (entry.flags & zipFlags.dataDescriptor) === 0;
      at = isSized ? Math.max(entry.headerOffset + entry.packedSize, next + 4) : next + 4;
    }
  }
}

/** Offset of the next `PK\x03\x04` in a range. */
function nextSignature(file: ByteSource, start: number, end: number): number | undefined {
  for (let at = start; at + 4 <= end; at += windowBytes - 3) {
    const bytes = file.read(at, Math.min(windowBytes, end - at));
    const index = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(
      "PK\x03\x04",
      0,
      "latin1",
    );
    if (index >= 0) {
      return at + index;
    }
  }
  return undefined;
}

function hiddenEntry(file: ByteSource, offset: number, end: number): ZipEntry | undefined {
  const local = readLocalHeader(file, offset);
  if (local === undefined || local.nameBytes.length === 0 || local.dataOffset > end) {
    return undefined;
  }
  const { method, flags, crc32, size, dataOffset } = local;
  const name = decodeName(local.nameBytes);
  // Sizes behind the data are not known here: the data reach to the end of the range at most.
  const isDeferred = (flags & zipFlags.dataDescriptor) !== 0 && local.packedSize === 0;
  const room = end - dataOffset;
  return {
    name,
    method,
    flags,
    crc32,
    packedSize: isDeferred ? room : Math.min(local.packedSize, room),
    size: isDeferred && method === 0 ? room : size,
    headerOffset: offset,
    dataOffset,
    unixMode: undefined,
    isDirectory: name.endsWith("/"),
    isSymlink: false,
    isHidden: true,
  };
}
