// SPDX-License-Identifier: Apache-2.0
// Tar archives: every file in them is described by its bytes, in place. `bytes/tar.ts` reads the headers.
// Leaves out sparse files, which are reported.

import type { ByteSource } from "../bytes/byte-source.ts";
import { readTar, startsLikeTar, type TarEntry } from "../bytes/tar.ts";
import { windowSource } from "../bytes/window-source.ts";
import { finding } from "../model/finding.ts";
import { describeArchive } from "./archive-kind.ts";
import { faultFinding } from "./fault-finding.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, MemberDescription, Members } from "./format.ts";
import { imageArchiveOf, imageArchives } from "./tar/image-archive.ts";
import { tarKinds } from "./tar/kinds.ts";

export const tar: Format = {
  id: "tar",
  holdsWeights: false,
  extensions: [".tar", ".nemo", ...new Set(tarKinds.flatMap(({ extensions }) => extensions))],
  refinements: [...tarKinds, ...imageArchives],
  match,
  confirm: startsLikeTar,
  describe,
};

/**
 * The magic lies behind the first bytes, which are a name, filled up with zeros. A name that leaves no zero could be
 * any text: a tar's size tells them apart.
 */
function match({ bytes, size }: Head): Match {
  const end = bytes.indexOf(0);
  const name = bytes.subarray(0, end < 0 ? bytes.length : end);
  const isName = name.length > 0 && name.every((byte) => byte >= 0x20 && byte !== 0x7f);
  const isFilled = end < 0 ? size % 512 === 0 : bytes.subarray(end).every((byte) => byte === 0);
  return size >= 512 && isName && isFilled ? "possible" : "no";
}

function describe(file: ByteSource, members: Members): Description {
  const images = members.depth === 0 ? imageArchiveOf(file) : undefined;
  if (images !== undefined) {
    // Unverified until its images are read, by the use case that reads the file.
    return { format: images, facts: [], findings: [], references: [], incomplete: true };
  }
  const findings = new FindingList(file.path);
  const entries: TarEntry[] = [];
  const described = new Map<TarEntry, MemberDescription>();
  const links = new Map<TarEntry, { target: string; isHard: boolean }>();
  const open = (entry: TarEntry): ByteSource => windowSource(file, entry.dataOffset, entry.size, entry.name);
  let isIncomplete = false;
  try {
    for (const entry of readTar(file, (each) => findings.add(each))) {
      entries.push(entry);
      if (entry.kind === "sparse file" || entry.kind === "unknown") {
        const where = { path: file.path, member: entry.name, offset: entry.headerOffset };
        findings.add(finding("TAR_KIND_UNREAD", where, { kind: entry.kind }));
        isIncomplete = true;
      } else if (entry.kind === "file") {
        described.set(entry, members.describe(entry.name, open(entry)));
      } else if (entry.target !== undefined) {
        links.set(entry, { target: entry.target, isHard: entry.kind === "hard link" });
      }
    }
  } catch (cause) {
    // What came before counts: unpackers write it before they notice.
    findings.add(faultFinding(cause, { path: file.path }, "tar"));
    isIncomplete = true;
  }
  reportDuplicates(file.path, entries, findings);
  const read = { file, entries, described, links, findings, isIncomplete, open };
  return describeArchive(read, tarKinds, members);
}

/** Unpackers keep the last file of a name, readers of single members often take the first. */
function reportDuplicates(path: string, entries: readonly TarEntry[], findings: FindingList): void {
  const seen = new Set<string>();
  for (const { name, kind, headerOffset } of entries) {
    if (kind === "file" && seen.has(name)) {
      const where = { path, member: name, offset: headerOffset };
      findings.add(finding("ARCHIVE_DUPLICATE_NAME", where, { content: "maybe other" }, { severity: "low" }));
    }
    seen.add(name);
  }
}
