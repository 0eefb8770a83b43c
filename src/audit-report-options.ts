// SPDX-License-Identifier: Apache-2.0
// What a report is told.

import type { Escrow } from "./audit/escrow.ts";
import type { LocalNames } from "./audit/redaction.ts";
import type { OpenedSystem } from "./inventory-system.ts";
import type { SignerRequest } from "./signers/choose-signer.ts";
import type { VerifyOptions } from "./verify-options.ts";

export interface ReportOptions extends Omit<VerifyOptions, "onDocument" | "members"> {
  /** For people; default: the system's name, else the target's. */
  readonly title?: string;
  /** The system whose members the targets are. */
  readonly system?: OpenedSystem;
  /** Its file. */
  readonly systemFile?: string;
  /** An earlier BOM to keep beside the new one. */
  readonly previousBom?: string;
  readonly toolVersion: string;
  /** URI of the verifier that the statements about the verdict name. */
  readonly verifierId: string;
  /** Who seals the folder. Without it the folder says that nobody vouches for it. */
  readonly seal?: SignerRequest;
  /** What is personal about this run. */
  readonly local?: LocalNames;
  /** What is one's own, with its signature beside it: with it the folder has a sovereignty profile. */
  readonly perimeter?: string;
  /** Directory of the custody log to copy. */
  readonly log?: string;
  /** Pseudonyms are told to whoever holds this. */
  readonly escrow?: Escrow;
}
