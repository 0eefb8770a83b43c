// SPDX-License-Identifier: Apache-2.0
// ZIP archives: every entry is described by its bytes, whatever its name, and the archive as what its entries make
// of it (zip/kinds.ts). Spec: PKWARE APPNOTE 6.3.10; `bytes/zip.ts` reads the records.
// Leaves out archives in several parts and decryption.

import type { ByteSource } from "../bytes/byte-source.ts";
import { windowSource } from "../bytes/window-source.ts";
import { findTail } from "../bytes/zip/directory.ts";
import { isMarkedEncrypted, type OpenedEntry, openZipEntry } from "../bytes/zip/unpack.ts";
import { readZip, type ZipEntry } from "../bytes/zip.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { describeArchive, linkTarget } from "./archive-kind.ts";
import { faultFinding } from "./fault-finding.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, MemberDescription, Members } from "./format.ts";
import { zipKinds } from "./zip/kinds.ts";

export const zip: Format = {
  id: "zip",
  holdsWeights: false,
  extensions: [".zip", ".whl", ".egg", ".jar", ...new Set(zipKinds.flatMap(({ extensions }) => extensions))],
  refinements: zipKinds,
  match,
  confirm: (file) => startsLikeZip(file.read(0, Math.min(4, file.size))) || findTail(file) !== undefined,
  describe: (file, members) => describeZip(file, members, { isPrefixed: false }),
};

/** Names of weights that loaders open as a ZIP wherever in the file it begins. */
const weightsName = /\.(?:bin|pt|pth|pt2|ckpt|pkl|pickle|joblib|model)$/i;

/** Readers of ZIP begin at the end of a file: one whose name leads a loader to try it may hold anything in front. */
function match({ bytes, path, size }: Head): Match {
  if (startsLikeZip(bytes)) {
    return "certain";
  }
  const name = path.toLowerCase();
  const isTried = weightsName.test(name) || zip.extensions.some((extension) => name.endsWith(extension));
  return isTried && size > bytes.length ? "possible" : "no";
}

/** A local header, an empty archive's end record, or the mark of an archive in parts. */
function startsLikeZip(bytes: Uint8Array): boolean {
  const [first, second, third = 0, fourth = 0] = bytes;
  return first === 0x50 && second === 0x4b && fourth === third + 1 && [3, 5, 7].includes(third);
}

/**
 * Describes the archive in a file. `isPrefixed` says that another format was found in front of it, so that the bytes
 * there were looked at.
 */
export function describeZip(
  file: ByteSource,
  members: Members,
  { isPrefixed }: { readonly isPrefixed: boolean },
): Description {
  const findings = new FindingList(file.path);
  const archive = readZip(file, (each) => findings.add(each));
  const reader = new EntryReader(file, members, findings);
  const described = new Map<ZipEntry, MemberDescription>();
  const links = new Map<ZipEntry, { target: string; isHard: boolean }>();
  const open = (entry: ZipEntry): ByteSource =>
    openZipEntry(file, entry, (bytes) => members.spend(bytes)).bytes;
  for (const entry of archive.entries) {
    const member = entry.isDirectory && entry.size === 0 ? undefined : reader.describe(entry);
    if (member !== undefined) {
      described.set(entry, member);
      const target = entry.isSymlink ? linkTarget(member, () => open(entry)) : undefined;
      if (target !== undefined) {
        links.set(entry, { target, isHard: false });
      }
    }
  }
  const outside = isPrefixed ? [] : [{ start: 0, end: archive.start }];
  const isUnread = [...outside, { start: archive.end, end: file.size }]
    .filter(({ start, end }) => end > start)
    .map((range) => describeOutside(file, range, members, findings))
    .includes("unverified");
  const read = {
    file,
    entries: archive.entries,
    described,
    findings,
    isIncomplete: reader.isIncomplete || !archive.hasDirectory || isUnread,
    links,
    open,
  };
  return describeArchive(read, zipKinds, members);
}

/** Formats of programs that unpack themselves, and of scripts: they stand in front of archives for good reasons. */
export const programs: ReadonlySet<string> = new Set(["script", "elf", "pe", "mach-o", "llamafile"]);

/** Bytes in front of the archive or behind it, which other loaders take for the file. */
function describeOutside(
  file: ByteSource,
  { start, end }: { readonly start: number; readonly end: number },
  members: Members,
  findings: FindingList,
): MemberDescription["status"] {
  const length = end - start;
  const name = start === 0 ? "in front of the archive" : "behind the archive";
  const member = members.describe(name, windowSource(file, start, length));
  const where = { path: file.path, offset: start };
  if (start !== 0) {
    findings.add(finding("ARCHIVE_TRAILING_BYTES", where, { length }));
  } else if (!programs.has(member.format)) {
    findings.add(finding("ARCHIVE_LEADING_BYTES", where, { length }));
  }
  if (member.description !== undefined || member.format === "pickle") {
    findings.add(finding("FORMAT_POLYGLOT", where, { formats: `${member.format}, zip` }));
  }
  for (const each of member.findings) {
    findings.add(each);
  }
  return member.status;
}

/** Opens and describes the entries of one archive, and checks what the directory says about their content. */
class EntryReader {
  isIncomplete = false;
  readonly #file: ByteSource;
  readonly #members: Members;
  readonly #findings: FindingList;
  /** Bytes of stored entries whose checksum may still be computed. */
  #checkable: number = limits.maxZipCheckedBytes;

  constructor(file: ByteSource, members: Members, findings: FindingList) {
    this.#file = file;
    this.#members = members;
    this.#findings = findings;
  }

  /** Undefined if not even a part of the entry could be read. */
  describe(entry: ZipEntry): MemberDescription | undefined {
    const where = { path: this.#file.path, member: entry.name, offset: entry.headerOffset };
    let opened: OpenedEntry;
    try {
      opened = this.#open(entry);
    } catch (cause) {
      this.isIncomplete = true;
      if (isMarkedEncrypted(entry)) {
        this.#findings.add(finding("ARCHIVE_ENCRYPTED", where, {}));
      } else {
        this.#findings.add(faultFinding(cause, where, "zip"));
      }
      return undefined;
    }
    const isEncrypted = isMarkedEncrypted(entry) && opened.crc32 !== entry.crc32;
    if (isEncrypted) {
      this.isIncomplete = true;
      this.#findings.add(finding("ARCHIVE_ENCRYPTED", where, {}));
    } else {
      this.#check(entry, opened);
    }
    return this.#members.describe(entry.name, opened.bytes);
  }

  #open(entry: ZipEntry): OpenedEntry {
    const isChecked = entry.packedSize <= Math.min(this.#checkable, limits.maxReadBytes);
    const opened = openZipEntry(this.#file, entry, (bytes) => this.#members.spend(bytes), isChecked);
    if (entry.method === 0 && isChecked) {
      this.#checkable -= entry.packedSize;
    }
    return opened;
  }

  #check(entry: ZipEntry, opened: OpenedEntry): void {
    const where = { path: this.#file.path, member: entry.name, offset: entry.headerOffset };
    const { actualSize, problem } = opened;
    if (problem !== undefined) {
      this.isIncomplete = true;
      this.#findings.add(faultFinding(problem, where, "zip"));
    }
    if (isMarkedEncrypted(entry)) {
      this.#findings.add(finding("ZIP_ENCRYPTION_FLAG_FALSE", where, {}));
    }
    if (actualSize !== undefined && actualSize !== entry.size && !entry.isHidden) {
      this.#findings.add(finding("ZIP_SIZE_MISMATCH", where, { actual: actualSize, stated: entry.size }));
    }
    if (opened.crc32 !== undefined && opened.crc32 !== entry.crc32 && !entry.isHidden) {
      const [stated, actual] = [hex(entry.crc32), hex(opened.crc32)];
      this.#findings.add(finding("ZIP_CHECKSUM_MISMATCH", where, { stated, actual }));
    }
    const ratio = entry.method === 0 ? 1 : opened.bytes.size / Math.max(entry.packedSize, 1);
    if (ratio > limits.maxUnpackRatio && opened.bytes.size > limits.minReportedRatioBytes) {
      const rounded = Math.round(ratio);
      this.#findings.add(finding("CONTAINER_RATIO", where, { ratio: rounded, limit: limits.maxUnpackRatio }));
    }
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
