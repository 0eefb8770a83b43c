// SPDX-License-Identifier: Apache-2.0
// Codes of audit folders.

import type { CodeTable } from "./code.ts";

export const auditCodes = {
  REPORT_UNSEALED: {
    severity: "info",
    exit: 2,
    message: "no key was given to seal the folder",
    hint: "give --key (or --signer-command), or --unsealed for a folder that nobody vouches for",
    explain:
      "Anybody can change a folder without a seal and write new manifests: it proves neither who made it nor when. " +
      "`--unsealed` makes one all the same, for a look at it, and the folder says so.",
  },
  REPORT_SEALER_REFUSED: {
    severity: "info",
    exit: 2,
    message: "the seal would not verify: {reason}",
    hint:
      "seal with a key of the auditor's own: `aibom trust add NAME --key KEY.pub --usage report`; for this key, run `aibom " +
      "trust remove` on its name first and name all its usages, like --usage model,bom,report",
    explain:
      "The trust root, which goes into the folder, knows the key and does not trust it with reports: the usage `report` is " +
      "missing, its time is over, or it was revoked. Whoever checks the folder would see the seal fail, so nothing is " +
      "written. A key that the trust root does not know at all may seal: verifiers get it by --expect-key.",
  },
  REPORT_OUTPUT_NOT_EMPTY: {
    severity: "info",
    exit: 2,
    message: "there is something at the place of the folder, and it is not replaced",
    hint: "name a directory that does not exist yet; --replace puts the new folder in the place of an earlier audit folder, and of nothing else",
    explain:
      "A report is proof: an earlier one is replaced only if that was asked for (`--replace`), and what is no audit " +
      "folder is never replaced.",
  },
  REPORT_OUTPUT_IN_TARGET: {
    severity: "info",
    exit: 2,
    message: "the folder would lie inside the target {target}",
    hint: "write it beside the targets, not into one",
    explain:
      "A folder inside a target would be a part of what the next run examines, and no signature of the target covers it.",
  },
  REPORT_TOO_LARGE: {
    severity: "info",
    exit: 2,
    message: "the folder has {size} bytes, an archive takes {limit}",
    hint: "write a directory (--out DIR) and pack it with tar and zstd",
    explain:
      "An archive is packed and compressed in memory, which ends at the largest buffer that Node.js can make. A directory has no such limit.",
  },
  REPORT_NOT_A_FOLDER: {
    severity: "info",
    exit: 2,
    message: "this is not an audit folder: {reason}",
    hint: "name the directory that `aibom report --out` wrote; unpack an archive first: tar --zstd -xf FILE.tar.zst",
    explain:
      "An audit folder has data/record.json, manifests and, unless it is unsealed, seal/statement.sigstore.json.",
  },
  REPORT_FILE_CHANGED: {
    severity: "critical",
    exit: 1,
    message: "is not what the manifest of the folder says: {got}, expected {expected}",
    hint: "run `aibom report verify` on the folder; get it again from where it is kept",
    explain:
      "The bytes of a file of the folder do not have the digest that its manifest lists. Nothing that the file says is " +
      "believed.",
  },
  REPORT_SEAL_FULL: {
    severity: "info",
    exit: 2,
    message: "the seal has {count} files, limit is {limit}",
    hint: "keep the folder as it is and seal a new one over it",
    explain: "Each renewal adds two files; a seal of so many was not made by renewals.",
  },
  REPORT_RENEWAL_REFUSED: {
    severity: "info",
    exit: 2,
    message: "the seal cannot be renewed: {reason}",
    hint: "see docs/audit.md, the section about renewal",
    explain: "A renewal stamps what is there; what is not whole, or is not sealed, is not stamped.",
  },
  ESCROW_INVALID: {
    severity: "info",
    exit: 2,
    message: "the file with pseudonyms cannot be used: {reason}",
    hint: "name a new file, or the one that an earlier `aibom report --escrow` wrote",
    explain:
      "The file that maps pseudonyms to people is used again, so that one person has one pseudonym in all folders. It must " +
      "be one that aibom wrote, and lie outside the folder.",
  },
} as const satisfies CodeTable;
