// SPDX-License-Identifier: Apache-2.0
// Codes of `aibom report verify`. What the verifiers of signatures refuse has codes of its own.

import type { CodeTable } from "./code.ts";

export const auditCheckCodes = {
  AUDIT_CHECK_FAILED: {
    severity: "high",
    exit: 1,
    message: "{reason}",
    hint: "the folder is not what was sealed: get it again from whoever made it, and compare",
    explain:
      "A check of an audit folder failed: a file was changed, added or taken away, or what the record says is not what the files show.",
  },
  AUDIT_NOT_CHECKED: {
    severity: "medium",
    exit: 3,
    message: "{reason}",
    hint: "bring what is missing (a key, a trust root) and check again",
    explain: "A check of an audit folder could not be made. It never counts as passed.",
  },
  AUDIT_FOLDER_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the folder has {what}, limit is {limit}",
    hint: "an export of aibom is never that large; treat the folder as damaged or hostile",
    explain: "Limits bound the time and the memory that a folder from strangers can take.",
  },
  AUDIT_ARCHIVE_BROKEN: {
    severity: "high",
    exit: 3,
    message: "the archive cannot be read: {reason}",
    hint: "get the archive again; `aibom report` writes a tar in a Zstandard frame",
    explain: "An archive of an audit folder holds one folder with plain files and nothing else.",
  },
} as const satisfies CodeTable;
