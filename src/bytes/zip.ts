// SPDX-License-Identifier: Apache-2.0
// Reads the table of contents of a ZIP archive and compares everything that it says twice. Loaders and scanners
// take different halves of it: that is how models get past scanners (CVE-2025-1944, CVE-2025-1945,
// CVE-2025-10156). Nothing that is wrong stops the reading; it is reported, and the entries are listed all the same.
// Spec: PKWARE APPNOTE 6.3.10. Leaves out archives in several parts. `zip/unpack.ts` reads what an entry holds.

import { finding } from "../model/finding.ts";
import type { ByteSource } from "./byte-source.ts";
import { leadsOut, nameFinding } from "./member-name.ts";
import { type CentralHeader, findDirectory, type Report, readCentralHeaders } from "./zip/directory.ts";
import {
  decodeName,
  extraField,
  type LocalHeader,
  readLocalHeader,
  type ZipEntry,
  zipFlags,
} from "./zip/entry.ts";
import { hiddenEntries, type Range } from "./zip/hidden.ts";

export type { Report } from "./zip/directory.ts";
export type { ZipEntry } from "./zip/entry.ts";

export interface ZipArchive {
  /** In the order of the directory; hidden ones behind. Names may repeat: a loader takes one of them. */
  readonly entries: readonly ZipEntry[];
  /** First byte of the first entry: what lies before was put in front of the archive. */
  readonly start: number;
  /** First byte behind the archive. */
  readonly end: number;
  /** False if the file has no directory (it is cut off): the entries were found by their local headers. */
  readonly hasDirectory: boolean;
}

/**
 * Lists an archive's entries. What is wrong with it goes to `report`.
 * @throws {AibomError} ARCHIVE_TOO_MANY_MEMBERS, BYTES_READ_TOO_LARGE
 */
export function readZip(file: ByteSource, report: Report): ZipArchive {
  const directory = findDirectory(file, report);
  if (directory === undefined) {
    const entries = [...hiddenEntries(file, [{ start: 0, end: file.size }])];
    report(finding("ZIP_NO_DIRECTORY", { path: file.path }, { count: entries.length }));
    return { entries, start: entries[0]?.headerOffset ?? 0, end: file.size, hasDirectory: false };
  }
  const entries: ZipEntry[] = [];
  const covered: (Range & { readonly name: string })[] = [];
  for (const header of readCentralHeaders(file, directory, report)) {
    const local = readLocalHeader(file, header.headerOffset);
    const entry = entryOf(header, local);
    entries.push(entry);
    checkEntry(file, entry, header, local, report);
    covered.push({ start: entry.headerOffset, end: endOf(entry), name: entry.name });
  }
  reportDuplicates(file.path, entries, report);
  const first = covered.reduce((least, range) => Math.min(least, range.start), directory.offset);
  // What lies before the first entry is not the archive's, unless it is an entry that is not listed.
  const start = readLocalHeader(file, directory.base) === undefined ? first : Math.min(first, directory.base);
  const gaps = findGaps(file.path, covered, { start, end: directory.offset }, report);
  const hidden = [...hiddenEntries(file, gaps)];
  for (const { name, headerOffset } of hidden) {
    report(finding("ZIP_HIDDEN_MEMBER", { path: file.path, member: name, offset: headerOffset }, {}));
  }
  for (const { start: offset, end } of gaps) {
    if (!hidden.some(({ headerOffset }) => headerOffset >= offset && headerOffset < end)) {
      report(finding("ZIP_GAP", { path: file.path, offset }, { length: end - offset }));
    }
  }
  return { entries: [...entries, ...hidden], start, end: directory.archiveEnd, hasDirectory: true };
}

function entryOf(header: CentralHeader, local: LocalHeader | undefined): ZipEntry {
  const name = decodeName(header.nameBytes);
  const { flags, method, crc32, packedSize, size, headerOffset } = header;
  // Systems 3 (Unix) and 19 (macOS) keep the mode in the upper half of the attributes.
  const unixMode = header.madeBy === 3 || header.madeBy === 19 ? header.attributes >>> 16 : undefined;
  return {
    name,
    method,
    flags,
    crc32,
    packedSize,
    size,
    headerOffset,
    dataOffset: local?.dataOffset,
    unixMode,
    isDirectory: name.endsWith("/"),
    isSymlink: ((unixMode ?? 0) & 0o170000) === 0o120000,
    isHidden: false,
  };
}

function endOf(entry: ZipEntry): number {
  return (entry.dataOffset ?? entry.headerOffset) + entry.packedSize;
}

function checkEntry(
  file: ByteSource,
  entry: ZipEntry,
  header: CentralHeader,
  local: LocalHeader | undefined,
  report: Report,
): void {
  const unsafe = nameFinding(file.path, entry.name, header.at);
  if (unsafe !== undefined) {
    report(unsafe);
  }
  const where = { path: file.path, member: entry.name, offset: entry.headerOffset };
  if (local === undefined) {
    report(finding("ZIP_LOCAL_HEADER_MISSING", where, {}));
    return;
  }
  if (endOf(entry) > file.size) {
    report(finding("ZIP_ENTRY_OUT_OF_FILE", where, { end: endOf(entry), size: file.size }));
  }
  for (const [field, central, own] of differences(header, local)) {
    report(finding("ZIP_HEADERS_DISAGREE", where, { field, central, local: own }));
  }
  const unicode = unicodeName(header);
  if (unicode !== undefined && unicode !== entry.name) {
    report(
      finding("ZIP_HEADERS_DISAGREE", where, { field: "Unicode name", central: entry.name, local: unicode }),
    );
  }
  if (entry.isSymlink && entry.method === 0 && entry.packedSize <= 4096 && endOf(entry) <= file.size) {
    const target = decodeName(file.read(local.dataOffset, entry.packedSize));
    if (leadsOut(entry.name, target)) {
      report(finding("ARCHIVE_LINK_ESCAPES", where, { target }));
    }
  }
}

/** What the two headers of one entry say differently. */
function differences(
  central: CentralHeader,
  local: LocalHeader,
): readonly (readonly [field: string, central: string | number, local: string | number])[] {
  const all: (readonly [string, string | number, string | number])[] = [];
  if (!Buffer.from(central.nameBytes).equals(local.nameBytes)) {
    all.push(["name", decodeName(central.nameBytes), decodeName(local.nameBytes)]);
  }
  if (central.method !== local.method) {
    all.push(["method", central.method, local.method]);
  }
  const { encrypted, strongEncryption, dataDescriptor } = zipFlags;
  const telling = encrypted | strongEncryption;
  if ((central.flags & telling) !== (local.flags & telling)) {
    all.push(["encryption flag", central.flags & telling, local.flags & telling]);
  }
  // Written before the data were known: zero, and repeated behind the data.
  const isDeferred = (local.flags & dataDescriptor) !== 0;
  for (const field of ["packedSize", "size", "crc32"] as const) {
    if (
      central[field] !== local[field] &&
      !(isDeferred && (local[field] === 0 || local[field] === 0xffffffff))
    ) {
      all.push([fieldNames[field], central[field], local[field]]);
    }
  }
  return all;
}

const fieldNames = { packedSize: "packed size", size: "size", crc32: "checksum" } as const;

/** A second name, which some unpackers prefer (APPNOTE §4.6.9). Of use only where the first is not plain ASCII. */
function unicodeName(header: CentralHeader): string | undefined {
  const body = extraField(header.extra, 0x7075);
  const isAscii = header.nameBytes.every((byte) => byte < 0x80);
  return body === undefined || body.length < 5 || !isAscii ? undefined : decodeName(body.subarray(5));
}

function reportDuplicates(path: string, entries: readonly ZipEntry[], report: Report): void {
  const first = new Map<string, ZipEntry>();
  for (const entry of entries) {
    const known = first.get(entry.name);
    if (known === undefined) {
      first.set(entry.name, entry);
      continue;
    }
    const isSame = known.crc32 === entry.crc32 && known.size === entry.size;
    const where = { path, member: entry.name, offset: entry.headerOffset };
    const severity = isSame ? "low" : "medium";
    report(
      finding("ARCHIVE_DUPLICATE_NAME", where, { content: isSame ? "the same" : "other" }, { severity }),
    );
  }
}

/** A data descriptor (APPNOTE §4.3.9): checksum and sizes, with or without a signature and zip64. */
const descriptorBytes: ReadonlySet<number> = new Set([12, 16, 20, 24]);

/** Ranges between the entries that belong to none; entries that share bytes are reported. */
function findGaps(
  path: string,
  covered: (Range & { readonly name: string })[],
  whole: Range,
  report: Report,
): readonly Range[] {
  covered.sort((a, b) => a.start - b.start || a.end - b.end);
  const gaps: Range[] = [];
  let previous: Range & { readonly name: string } = { start: whole.start, end: whole.start, name: "" };
  for (const range of covered) {
    if (range.start < previous.end) {
      const where = { path, member: range.name, offset: range.start };
      report(finding("ARCHIVE_OVERLAP", where, { other: previous.name }));
    } else if (range.start > previous.end) {
      gaps.push({ start: previous.end, end: range.start });
    }
    previous = range.end > previous.end ? range : previous;
  }
  if (whole.end > previous.end) {
    gaps.push({ start: previous.end, end: whole.end });
  }
  return gaps.filter(({ start, end }) => !descriptorBytes.has(end - start));
}
