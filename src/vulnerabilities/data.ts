// SPDX-License-Identifier: Apache-2.0
// The vulnerability data of one verification, with the signatures that cover its bytes.

import type { Digest } from "../model/digest.ts";
import type { SignatureEvidence } from "../model/evidence.ts";
import type { OsvExport } from "./osv.ts";
import type { VexContent } from "./vex/statement.ts";

export interface SignedOsv {
  readonly name: string;
  /** Of the file, or of the file manifest of a directory. */
  readonly digest: Digest;
  readonly records: OsvExport;
  readonly signatures: readonly SignatureEvidence[];
}

export interface SignedVex {
  readonly name: string;
  readonly digest: Digest;
  readonly content: VexContent;
  readonly signatures: readonly SignatureEvidence[];
}

export interface VulnerabilityData {
  readonly osv?: SignedOsv;
  readonly vex: readonly SignedVex[];
}
