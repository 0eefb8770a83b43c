// SPDX-License-Identifier: Apache-2.0
// ZIP archives: every entry is described by its bytes, whatever its name, and the archive as what its entries make
// of it (zip/kinds.ts). Spec: PKWARE APPNOTE 6.3.10; `bytes/zip.ts` reads the records.
// Leaves out archives in several parts and decryption.

import type { ByteSource } from "../bytes/byte-source.ts";
import { isMarkedEncrypted, type OpenedEntry, openZipEntry } from "../bytes/zip/unpack.ts";
import { readZip, type ZipEntry } from "../bytes/zip.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { faultFinding } from "./fault-finding.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, MemberDescription, Members } from "./format.ts";
import { summarise } from "./member-list.ts";
import type { ZipKind, ZipView } from "./zip/kind.ts";
import { zipKinds } from "./zip/kinds.ts";
import { findZipTail } from "./zip-tail.ts";

export const zip: Format = {
  id: "zip",
  holdsWeights: false,
  extensions: [".zip", ".whl", ".egg", ".jar", ...new Set(zipKinds.flatMap(({ extensions }) => extensions))],
  refinements: zipKinds,
  match,
  confirm: (file) => startsLikeZip(file.read(0, Math.min(4, file.size))) || findZipTail(file) !== undefined,
  describe,
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

function describe(file: ByteSource, members: Members): Description {
  const findings = new FindingList(file.path);
  return describeZip(file, members, findings);
}

/** Reads the archive in `file`, wherever it begins, for a format that holds one. Findings go to `findings`. */
function describeZip(file: ByteSource, members: Members, findings: FindingList): Description {
  const archive = readZip(file, (each) => findings.add(each));
  const reader = new EntryReader(file, members, findings);
  const described = new Map<ZipEntry, MemberDescription>();
  for (const entry of archive.entries) {
    const member = entry.isDirectory && entry.size === 0 ? undefined : reader.describe(entry);
    if (member !== undefined) {
      described.set(entry, member);
    }
  }
  const names = new Set(archive.entries.map(({ name }) => name));
  const kind = zipKinds.find((each) => each.recognises(names));
  const kept = [...described.values()].filter((member) => kind?.keeps?.(member) ?? true);
  const summary = summarise(kept, findings);
  const view: ZipView = {
    file,
    entries: archive.entries,
    names,
    memberOf: (entry) => described.get(entry),
    open: (entry) => openZipEntry(file, entry, (bytes) => members.spend(bytes)).bytes,
  };
  const own = kind === undefined ? undefined : describeKind(kind, view, members);
  const isIncomplete =
    summary.isIncomplete || reader.isIncomplete || !archive.hasDirectory || own?.incomplete === true;
  return {
    facts: [...(own?.facts ?? []), ...summary.facts],
    findings: [...findings.all(), ...(own?.findings ?? [])],
    references: own?.references ?? [],
    ...(kind !== undefined && { format: kind.id }),
    ...(summary.holdsWeights && { holdsWeights: true }),
    ...(isIncomplete && { incomplete: true }),
    ...(own?.detail !== undefined && { detail: own.detail }),
  };
}

/** A kind that fails must not take the findings of the members with it. */
function describeKind(kind: ZipKind, view: ZipView, members: Members): Description {
  try {
    return kind.describe(view, members);
  } catch (cause) {
    const findings = [faultFinding(cause, { path: view.file.path }, kind.id)];
    return { facts: [], findings, references: [], incomplete: true };
  }
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
    if (ratio > limits.maxUnpackRatio && opened.bytes.size > limits.minUnpackedBytes / 256) {
      const rounded = Math.round(ratio);
      this.#findings.add(finding("CONTAINER_RATIO", where, { ratio: rounded, limit: limits.maxUnpackRatio }));
    }
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
