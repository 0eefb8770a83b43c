// SPDX-License-Identifier: Apache-2.0
// A BOM file with its scores, as reports are told.

import type { Score } from "./score-bom.ts";

export interface ScoredBom {
  /** The file's name: where it lay is nobody's business. */
  readonly name: string;
  readonly sha256: string;
  readonly specVersion: string;
  /** False if `aibom validate` would call it invalid. */
  readonly isValid: boolean;
  /** What the document is about. */
  readonly subject: { readonly name: string; readonly version?: string };
  readonly scores: readonly Score[];
}
