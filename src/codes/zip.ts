// SPDX-License-Identifier: Apache-2.0
// Codes of the area "zip": where the records of a ZIP archive contradict each other. See container.ts for what all
// archives have in common.

import type { CodeTable } from "./code.ts";

export const zipCodes = {
  ZIP_NO_DIRECTORY: {
    severity: "high",
    exit: 3,
    message: "has no directory at its end; {count} entries were found without it",
    hint: "the file is cut off or damaged; fetch it again from its source",
    explain:
      "A ZIP archive ends with a list of its entries. Without it most loaders refuse the file. Entries that could be found by " +
      "their own headers were read; the file is listed as unverified.",
  },
  ZIP_DIRECTORY_INVALID: {
    severity: "high",
    exit: 3,
    message: "the archive's directory is broken: {reason}",
    hint: "the file is damaged, or made to stop a scanner; fetch it again from its source",
    explain:
      "The list of entries does not end where it should, or lies where it cannot. Entries may be missing from it, so the file is " +
      "listed as unverified.",
  },
  ZIP_TWO_DIRECTORIES: {
    severity: "high",
    exit: 1,
    message: "has two directories, one found at {first} and one at {second}",
    hint: "no archiver writes such files; treat it as hostile",
    explain:
      "Readers look for the list of entries in different ways. This file is built so that they find two different ones: a scanner " +
      "sees one archive and a loader another.",
  },
  ZIP_HEADERS_DISAGREE: {
    severity: "high",
    exit: 1,
    message: "the two records of the {field} differ: {central} in the directory, {local} at the data",
    hint: "no archiver writes such files; treat it as hostile",
    explain:
      "A ZIP archive says most things twice. Some readers believe the directory and some the record in front of the data. Where " +
      "the two differ, a scanner reads something else than the loader (CVE-2025-1944, CVE-2025-1945).",
  },
  ZIP_LOCAL_HEADER_MISSING: {
    severity: "high",
    exit: 3,
    message: "the directory lists an entry that is not where it says",
    hint: "the file is damaged, or made to stop a scanner; fetch it again from its source",
    explain: "What the entry holds could not be read, so the file is listed as unverified.",
  },
  ZIP_ENTRY_OUT_OF_FILE: {
    severity: "high",
    exit: 3,
    message: "ends at {end}, the file has {size} bytes",
    hint: "the file is truncated or its length fields lie; fetch it again from its source",
    explain: "The entry lies partly behind the end of the file and could not be read completely.",
  },
  ZIP_HIDDEN_MEMBER: {
    severity: "medium",
    exit: 3,
    message: "is in the archive and not in its directory",
    hint: "pack the archive again; readers disagree on whether this member exists",
    explain:
      "Unpackers that read from the front of an archive see members that the directory at its end does not list. Some tools leave " +
      "them behind when they replace a member; it is also a way to hide one. It was read like any other.",
  },
  ZIP_GAP: {
    severity: "low",
    exit: 3,
    message: "{length} bytes in front of the directory belong to no entry",
    hint: "pack the archive again, or ask what the bytes are",
    explain: "Bytes between the entries are seen by no ZIP reader. They can hold anything.",
  },
  ZIP_CHECKSUM_MISMATCH: {
    severity: "medium",
    exit: 3,
    message: "the checksum is {stated}, that of the content {actual}",
    hint: "the file is damaged or was changed by hand; fetch it again from its source",
    explain:
      "PyTorch does not look at the checksum, and some scanners give up where it is wrong (CVE-2025-10156). It does not end the " +
      "reading here.",
  },
  ZIP_SIZE_MISMATCH: {
    severity: "medium",
    exit: 3,
    message: "unpacks to {actual} bytes, the directory says {stated}",
    hint: "the file is damaged, or made to mislead whoever checks sizes; fetch it again from its source",
    explain:
      "Readers that trust the stated size cut the content off or refuse the entry. All of it was read here.",
  },
  ZIP_ENCRYPTION_FLAG_FALSE: {
    severity: "high",
    exit: 1,
    message: "is marked as encrypted and is not",
    hint: "no archiver writes such files; treat it as hostile",
    explain:
      "A scanner that believes the mark cannot open the entry and gives up; a loader that does not look at it reads the content " +
      "(CVE-2025-1945). It was read here.",
  },
} as const satisfies CodeTable;
