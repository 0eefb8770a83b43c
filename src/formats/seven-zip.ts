// SPDX-License-Identifier: Apache-2.0
// 7z archives: every file in them is unpacked within limits and described by its bytes.

import type { ByteSource } from "../bytes/byte-source.ts";
import { nameFinding } from "../bytes/member-name.ts";
import {
  entrySource,
  openFolder,
  readSevenZip,
  type SevenZipArchive,
  type SevenZipEntry,
  sevenZipMagic,
} from "../bytes/seven-zip.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { describeArchive, linkTarget } from "./archive-kind.ts";
import { faultFinding } from "./fault-finding.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, MemberDescription, Members } from "./format.ts";

export const sevenZip: Format = {
  id: "7z",
  holdsWeights: false,
  extensions: [".7z"],
  isHeavy: true,
  match: ({ bytes }) => (sevenZipMagic.every((byte, index) => bytes[index] === byte) ? "certain" : "no"),
  describe,
};

function describe(file: ByteSource, members: Members): Description {
  const findings = new FindingList(file.path);
  const archive = readSevenZip(file, (bytes) => members.spend(bytes));
  const described = new Map<SevenZipEntry, MemberDescription>();
  let isIncomplete = false;
  const links = new Map<SevenZipEntry, { target: string; isHard: boolean }>();
  const folders = new FolderReader(file, archive.folders, (count) => members.spend(count));
  const open = (entry: SevenZipEntry): ByteSource => entrySource(folders.open(entry.folder), entry);
  const byFolder = Map.groupBy(archive.entries, ({ folder }) => folder);
  for (const [index, folder] of archive.folders.entries()) {
    const entries = byFolder.get(index) ?? [];
    try {
      const bytes = folders.open(index);
      const ratio = Math.round(bytes.length / Math.max(folder.packedSize, 1));
      if (ratio > limits.maxUnpackRatio && bytes.length > limits.minReportedRatioBytes) {
        const where = { path: file.path, offset: folder.packedOffset };
        findings.add(finding("CONTAINER_RATIO", where, { ratio, limit: limits.maxUnpackRatio }));
      }
      for (const entry of entries) {
        const member = members.describe(entry.name, entrySource(bytes, entry));
        described.set(entry, member);
        const target = isSymlink(entry) ? linkTarget(member, () => open(entry)) : undefined;
        if (target !== undefined) {
          links.set(entry, { target, isHard: false });
        }
      }
    } catch (cause) {
      isIncomplete = true;
      const member = entries[0]?.name ?? `folder ${index}`;
      findings.add(faultFinding(cause, { path: file.path, member }, "7z"));
    }
  }
  for (const { name } of archive.entries) {
    const unsafe = nameFinding(file.path, name, 0);
    if (unsafe !== undefined) {
      findings.add(unsafe);
    }
  }
  const length = file.size - archive.end;
  if (length > 0) {
    findings.add(finding("ARCHIVE_TRAILING_BYTES", { path: file.path, offset: archive.end }, { length }));
  }
  const { entries } = archive;
  return describeArchive({ file, entries, described, links, findings, isIncomplete, open }, [], members);
}

function isSymlink({ unixMode }: SevenZipEntry): boolean {
  return ((unixMode ?? 0) & 0o170000) === 0o120000;
}

/** Unpacks folders. The last one is kept: all files of an archive lie in it, and several are read again. */
class FolderReader {
  readonly #file: ByteSource;
  readonly #folders: SevenZipArchive["folders"];
  readonly #spend: (bytes: number) => void;
  #last: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor(file: ByteSource, folders: SevenZipArchive["folders"], spend: (bytes: number) => void) {
    this.#file = file;
    this.#folders = folders;
    this.#spend = spend;
  }

  /** @throws {AibomError} as `openFolder` */
  open(index: number | undefined): Uint8Array {
    const folder = this.#folders[index ?? -1];
    if (index === undefined || folder === undefined) {
      return new Uint8Array(0);
    }
    if (this.#last?.index !== index) {
      this.#last = undefined;
      this.#last = { index, bytes: openFolder(this.#file, folder, this.#spend) };
    }
    return this.#last.bytes;
  }
}
