// SPDX-License-Identifier: Apache-2.0
// What all checks of an audit folder share.

import type { PlainFolder } from "../../sources/plain-folder.ts";
import type { LogPolicy } from "../../tlog/log-policy.ts";
import type { TrustRoot } from "../../trust/trust-root.ts";
import type { AuditRecord } from "../record.ts";
import type { Checks } from "./checks.ts";

export interface AuditContext {
  readonly checks: Checks;
  readonly folder: PlainFolder;
  readonly record: AuditRecord;
  readonly trustRoot: TrustRoot;
  /** True if the trust root is the auditor's own. */
  readonly isOwnTrust: boolean;
  /** The instant of the check. */
  readonly now: Date;
  /** Not later than this the folder was sealed; undefined without a time stamp on the seal. */
  readonly sealedAt: Date | undefined;
  /** SHA-256 of all files of all artifacts; filled by the check of the receipts. */
  readonly digests: Set<string>;
  /** Signatures that were good, and those that could not be checked; filled by the check of the documents. */
  readonly bomSigners: SignerNotes;
  /** Of the custody log; filled by its check. */
  readonly log: { policy?: LogPolicy; entries: readonly Uint8Array[] };
}

export interface SignerNotes {
  isGood: boolean;
  isUnsure: boolean;
}

/**
 * When a signature without a proof of its own time is judged: the seal proves that all of the folder existed.
 * Signatures with one are judged at that.
 */
export function judgedAt({ sealedAt, now }: Pick<AuditContext, "sealedAt" | "now">): Date {
  return sealedAt ?? now;
}
