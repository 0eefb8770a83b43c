// SPDX-License-Identifier: Apache-2.0
// What a verification is told.

import type { Progress } from "./inventory.ts";
import type { IgnoreRule } from "./sources/ignore.ts";
import type { SystemMember } from "./system/system.ts";

/** What a document is to a verification. */
export type DocumentRole =
  | "signature"
  | "attestation"
  | "certificate"
  | "image-signature"
  | "bom"
  | "bom-signature"
  | "policy"
  | "pack"
  | "policy-signature"
  | "waiver"
  | "suppliers"
  | "perimeter"
  | "vex"
  | "revocation-list";

/** A document that was looked at, accepted or not, with the bytes that were. */
export interface ReadDocument {
  readonly role: DocumentRole;
  /** As the evidence names it: a path in the target, else the file's name. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The target that it is about, as given; absent for what is about all of them. */
  readonly target?: string;
  /** The image of that target. */
  readonly image?: string;
}

export interface VerifyOptions {
  /** Directory of the local trust root. */
  readonly trustRoot: string;
  /** Policy file; without it the built-in baseline decides. */
  readonly policy?: string;
  /** Signature of the policy; default `<policy>.sigstore.json`. Needed where the trust root names who signs policies. */
  readonly policySignature?: string;
  /** Files of waivers. */
  readonly waivers?: readonly string[];
  /** Which of the policy's environments this is; needed if it has any. */
  readonly environment?: string;
  /** CycloneDX file that every file of the targets must match. */
  readonly bom?: string;
  /** Signatures of the BOM; default `<bom>.sigstore.json` if it exists. A signature inside it always counts. */
  readonly bomSignatures?: readonly string[];
  /** Signatures of the model; default `model.sig` in a directory target, `<file>.sig` beside a single file. */
  readonly signatures?: readonly string[];
  /** Files of attestations; default `<target>.sigstore.json` and `<target>.intoto.jsonl` beside the target. */
  readonly attestations?: readonly string[];
  /** Certificate revocation lists (RFC 5280) of private CAs. */
  readonly revocationLists?: readonly string[];
  /** Layouts with signatures, and signed manifests, of the target's images besides those in the target. */
  readonly imageEvidence?: readonly string[];
  /** The repository that signatures of images must have been made for. */
  readonly imageRepository?: string;
  /** Accepts model signatures from before OMS v1.0. Recorded in the verdict. */
  readonly allowLegacyUnsafe?: boolean;
  /** Supplier register, with its signature beside it, for rules on origin. */
  readonly suppliers?: string;
  /** The members of a system that the targets are, in their order: what is pinned there must be so. */
  readonly members?: readonly SystemMember[];
  /** OSV export for rules on vulnerabilities: a file, a directory or a ZIP archive, with its signature. */
  readonly osv?: string;
  /** VEX documents for the same rules, each with its signature beside it. */
  readonly vex?: readonly string[];
  readonly ignore?: readonly IgnoreRule[];
  /** Those of the targets that are root file systems. */
  readonly rootFileSystems?: readonly string[];
  /** The instant to verify for: validity windows, expiry. */
  readonly at: Date;
  /** Somebody chose that instant: it is not the time of the check. Recorded in the verdict. */
  readonly isAtChosen?: true;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Every document that is read, for whoever keeps the proof beside the verdict. */
  readonly onDocument?: (document: ReadDocument) => void;
  /** Trusts digests of an earlier run for files whose stat is unchanged. Recorded in the verdict. */
  readonly digestCacheDirectoryUnsafe?: string;
}
