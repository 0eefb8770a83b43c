// SPDX-License-Identifier: Apache-2.0
// Finds and reads the central directory of a ZIP archive. Spec: PKWARE APPNOTE 6.3.10 §4.3.12 to §4.3.16.
// Readers find it from the end of the file in different ways; where they could find two, that is reported.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { type ByteSource, memorySource } from "../byte-source.ts";
import { Cursor } from "../cursor.ts";
import { signatures, withZip64, type ZipHeader } from "./entry.ts";

const centralBytes = 46;
const endBytes = 22;
const end64Bytes = 56;
const locatorBytes = 20;
const maxCommentBytes = 0xffff;

/** Where the directory lies. All offsets are offsets in the file. */
export interface Directory {
  readonly offset: number;
  readonly end: number;
  /** Number of entries by its own account. */
  readonly count: number;
  /** What must be added to the offsets that the archive gives: bytes were put before it. */
  readonly base: number;
  /** First byte of the end records. */
  readonly recordsOffset: number;
  /** First byte behind the archive. */
  readonly archiveEnd: number;
}

/** Called with everything that is wrong with an archive. */
export type Report = (finding: Finding) => void;

interface EndRecord {
  readonly at: number;
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly commentBytes: number;
}

/** The directory that readers from the end find; undefined if the file has none. */
export function findDirectory(file: ByteSource, report: Report): Directory | undefined {
  const records = endRecords(file);
  const end = records[0];
  if (end === undefined) {
    return undefined;
  }
  const archiveEnd = end.at + endBytes + end.commentBytes;
  const rival = records.find(
    (other) => other !== end && other.at + endBytes + other.commentBytes === file.size,
  );
  if (rival !== undefined) {
    report(
      finding(
        "ZIP_TWO_DIRECTORIES",
        { path: file.path, offset: rival.at },
        { first: rival.at, second: end.at },
      ),
    );
  }
  const wide = readEnd64(file, end);
  if (wide !== undefined) {
    compareEnds(file, end, wide, report);
  }
  const { at, count, size, offset } = wide ?? end;
  const base = at - size - offset;
  const start = at - size;
  if (base < 0 || start < 0) {
    const reason = "its size and offset do not fit before its end record";
    report(finding("ZIP_DIRECTORY_INVALID", { path: file.path, offset: end.at }, { reason }));
    return undefined;
  }
  if (base > 0 && size > 0 && signatureAt(file, offset) === signatures.central) {
    report(finding("ZIP_TWO_DIRECTORIES", { path: file.path, offset }, { first: offset, second: start }));
  }
  return {
    offset: start,
    end: at,
    count,
    base,
    recordsOffset: at,
    archiveEnd: Math.min(archiveEnd, file.size),
  };
}

/** End records near the end of the file, the last one first: it is the one that nearly all readers take. */
function endRecords(file: ByteSource): readonly EndRecord[] {
  const length = Math.min(file.size, endBytes + maxCommentBytes);
  const bytes = length < endBytes ? new Uint8Array(0) : file.read(file.size - length, length);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: EndRecord[] = [];
  let at = buffer.lastIndexOf("PK\x05\x06", undefined, "latin1");
  while (at >= 0) {
    if (at + endBytes <= length) {
      records.push({
        at: file.size - length + at,
        count: buffer.readUInt16LE(at + 10),
        size: buffer.readUInt32LE(at + 12),
        offset: buffer.readUInt32LE(at + 16),
        commentBytes: buffer.readUInt16LE(at + 20),
      });
    }
    at = at === 0 ? -1 : buffer.lastIndexOf("PK\x05\x06", at - 1, "latin1");
  }
  return records;
}

/** The zip64 end record. PyTorch writes one into every file, whether or not the numbers need it. */
function readEnd64(file: ByteSource, end: EndRecord): EndRecord | undefined {
  const locatorAt = end.at - locatorBytes;
  if (locatorAt < 0 || signatureAt(file, locatorAt) !== signatures.locator64) {
    return undefined;
  }
  const locator = new Cursor(file, { offset: locatorAt + 8, windowBytes: 8 });
  const stated = Number(locator.u64());
  // Bytes put before the archive shift the record; then it still lies right before its locator.
  const at = [stated, locatorAt - end64Bytes].find(
    (offset) =>
      offset >= 0 && offset + end64Bytes <= locatorAt && signatureAt(file, offset) === signatures.end64,
  );
  if (at === undefined) {
    return undefined;
  }
  const bytes = file.read(at, end64Bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [count, size, offset] = [32, 40, 48].map((field) => Number(view.getBigUint64(field, true)));
  return { at, count: count ?? 0, size: size ?? 0, offset: offset ?? 0, commentBytes: end.commentBytes };
}

/** Readers that do not know zip64 use the short record; a number that differs shows them another archive. */
function compareEnds(file: ByteSource, end: EndRecord, wide: EndRecord, report: Report): void {
  const pairs = [
    ["entries", end.count, wide.count, 0xffff],
    ["directory size", end.size, wide.size, 0xffffffff],
    ["directory offset", end.offset, wide.offset, 0xffffffff],
  ] as const;
  for (const [field, short, long, saturated] of pairs) {
    if (short !== saturated && short !== long) {
      const where = { path: file.path, offset: end.at };
      report(finding("ZIP_HEADERS_DISAGREE", where, { field, central: long, local: short }));
    }
  }
}

function signatureAt(file: ByteSource, offset: number): number | undefined {
  if (offset + 4 > file.size) {
    return undefined;
  }
  const bytes = file.read(offset, 4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** A central header. */
export interface CentralHeader extends ZipHeader {
  /** Where the header itself lies in the file. */
  readonly at: number;
  /** Offset in the file of the local header that it names. */
  readonly headerOffset: number;
  readonly madeBy: number;
  readonly attributes: number;
}

/**
 * The central headers of a directory, by its size: its count may be wrong, and is compared.
 * @throws {AibomError} ARCHIVE_TOO_MANY_MEMBERS
 */
export function* readCentralHeaders(
  file: ByteSource,
  directory: Directory,
  report: Report,
): Generator<CentralHeader> {
  // One read for all: a million entries of which each costs a read would take minutes.
  const bytes = file.read(directory.offset, directory.end - directory.offset);
  const cursor = new Cursor(memorySource(bytes, file.path), { windowBytes: bytes.length });
  let count = 0;
  while (cursor.remaining >= centralBytes) {
    const header = readCentralHeader(cursor, directory);
    if (header === undefined) {
      break;
    }
    count += 1;
    if (count > limits.maxContainerMembers) {
      const limit = limits.maxContainerMembers;
      throw AibomError.of("ARCHIVE_TOO_MANY_MEMBERS", { limit }, { where: { path: file.path } });
    }
    yield header;
  }
  if (cursor.remaining > 0) {
    const reason = "something else than an entry is in it";
    const offset = directory.offset + cursor.offset;
    report(finding("ZIP_DIRECTORY_INVALID", { path: file.path, offset }, { reason }));
  }
  // Writers without zip64 let the count of 65,536 entries and more wrap.
  if (count !== directory.count && (count < 0x10000 || directory.count !== count % 0x10000)) {
    const where = { path: file.path, offset: directory.recordsOffset };
    report(
      finding("ZIP_HEADERS_DISAGREE", where, { field: "entries", central: count, local: directory.count }),
    );
  }
}

/** The next central header; undefined if none is there. */
function readCentralHeader(cursor: Cursor, directory: Directory): CentralHeader | undefined {
  const at = directory.offset + cursor.offset;
  if (cursor.u32() !== signatures.central) {
    return undefined;
  }
  const madeBy = cursor.u16() >> 8;
  cursor.skip(2);
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.skip(4);
  const crc32 = cursor.u32();
  const packedSize = cursor.u32();
  const size = cursor.u32();
  const [nameLength, extraLength, commentLength] = [cursor.u16(), cursor.u16(), cursor.u16()];
  cursor.skip(4);
  const attributes = cursor.u32();
  const headerOffset = cursor.u32();
  if (nameLength + extraLength + commentLength > cursor.remaining) {
    return undefined;
  }
  const nameBytes = cursor.bytes(nameLength);
  const extra = cursor.bytes(extraLength);
  cursor.skip(commentLength);
  const wide = withZip64({ size, packedSize, headerOffset }, extra);
  const fields = { at, flags, method, crc32, nameBytes, extra, madeBy, attributes };
  return { ...fields, ...wide, headerOffset: wide.headerOffset + directory.base };
}

/** The last end record of a ZIP archive in a file, if an archive with at least one entry goes with it. */
export function findTail(
  file: ByteSource,
): { readonly recordOffset: number; readonly end: number } | undefined {
  const directory = findDirectory(file, () => {});
  const hasEntry =
    directory !== undefined &&
    directory.end > directory.offset &&
    signatureAt(file, directory.offset) === signatures.central;
  return hasEntry ? { recordOffset: directory.recordsOffset, end: directory.archiveEnd } : undefined;
}
