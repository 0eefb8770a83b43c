// SPDX-License-Identifier: Apache-2.0
// Codes for comparing recomputed digests with those of a BOM.

import type { CodeTable } from "./code.ts";

export const bomMatchCodes = {
  BOM_ARTIFACT_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "the BOM has no component with the files of {artifact}",
    hint: "check that the BOM belongs to this release; `aibom inventory` writes a new one",
    explain:
      "None of the BOM's components has the name or the content of the target. Either the BOM is that of another " +
      "release, or the artifact was added after the inventory was made.",
  },
  BOM_FILE_CHANGED: {
    severity: "critical",
    exit: 1,
    message: "{algorithm} is {actual}, the BOM says {expected}",
    hint: "restore the file from its source; if the change is meant, make and sign a new inventory",
    explain:
      "The digest recomputed from the bytes on disk differs from the one in the BOM: these are not the bytes that " +
      "were inventoried. One changed bit is enough.",
  },
  BOM_FILE_MISSING: {
    severity: "high",
    exit: 1,
    message: "is in the BOM and not on disk",
    hint: "restore the file, or make and sign a new inventory without it",
    explain:
      "The BOM lists a file that the artifact does not have. What was inventoried is not what is here.",
  },
  BOM_FILE_EXTRA: {
    severity: "high",
    exit: 1,
    message: "is on disk and not in the BOM",
    hint: "remove the file, or make and sign a new inventory with it",
    explain:
      "The artifact has a file that the BOM does not list. Loaders pick up files by name, so an added file can " +
      "change what runs although every listed file is unchanged.",
  },
  BOM_FILE_NO_DIGEST: {
    severity: "high",
    exit: 1,
    message: "the BOM gives no digest that aibom can recompute ({found})",
    hint: "make the BOM with a tool that writes SHA-256 of every file, such as `aibom inventory`",
    explain:
      "A component without a hash, or with only weak or unknown ones (MD5, SHA-1), identifies nothing. aibom " +
      "compares SHA-256, SHA-384, SHA-512, BLAKE2b-512 and BLAKE3.",
  },
} as const satisfies CodeTable;
