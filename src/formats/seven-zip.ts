// SPDX-License-Identifier: Apache-2.0
// 7z archives: every file in them is unpacked within limits and described by its bytes.

import type { ByteSource } from "../bytes/byte-source.ts";
import { nameFinding } from "../bytes/member-name.ts";
import {
  entrySource,
  openFolder,
  readSevenZip,
  type SevenZipEntry,
  sevenZipMagic,
} from "../bytes/seven-zip.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { describeArchive } from "./archive-kind.ts";
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
  const open = (entry: SevenZipEntry): ByteSource => {
    const folder = archive.folders[entry.folder ?? -1];
    const bytes =
      folder === undefined ? new Uint8Array(0) : openFolder(file, folder, (count) => members.spend(count));
    return entrySource(bytes, entry);
  };
  const byFolder = Map.groupBy(archive.entries, ({ folder }) => folder);
  for (const [index, folder] of archive.folders.entries()) {
    const entries = byFolder.get(index) ?? [];
    try {
      const bytes = openFolder(file, folder, (count) => members.spend(count));
      const ratio = Math.round(bytes.length / Math.max(folder.packedSize, 1));
      if (ratio > limits.maxUnpackRatio && bytes.length > limits.minReportedRatioBytes) {
        const where = { path: file.path, offset: folder.packedOffset };
        findings.add(finding("CONTAINER_RATIO", where, { ratio, limit: limits.maxUnpackRatio }));
      }
      for (const entry of entries) {
        described.set(entry, members.describe(entry.name, entrySource(bytes, entry)));
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
  return describeArchive({ file, entries, described, findings, isIncomplete, open }, [], members);
}
