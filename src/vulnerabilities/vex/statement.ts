// SPDX-License-Identifier: Apache-2.0
// What a VEX document states, whichever of the three formats it is written in.

import type { PackageUrl } from "../../model/parsed-package-url.ts";
import type { VulnerabilitySeverity } from "../cvss.ts";

export const vexStatuses = ["affected", "not_affected", "fixed", "under_investigation"] as const;
export type VexStatus = (typeof vexStatuses)[number];

/** What a statement is about: a package, a component of the BOM by its bom-ref, or bytes. */
export interface VexProduct {
  readonly purl?: PackageUrl;
  readonly ref?: string;
  /** Digests, hexadecimal, lower case. */
  readonly hashes?: readonly string[];
  /** The statement is about these parts of the product, not about the product by itself. */
  readonly parts?: readonly PackageUrl[];
  /** It names versions in a way that aibom does not read, so it may be about fewer than it seems. */
  readonly isNarrower?: true;
}

export interface VexStatement {
  /** The vulnerability by all its names. */
  readonly ids: readonly string[];
  readonly status: VexStatus;
  readonly justification?: string;
  readonly severity: VulnerabilitySeverity;
  readonly products: readonly VexProduct[];
  /** RFC 3339: of the statement, else of the document. */
  readonly time: string;
}

export interface VexContent {
  readonly format: "openvex" | "cyclonedx" | "csaf";
  /** When the document was last changed, as it says. */
  readonly time: string;
  readonly statements: readonly VexStatement[];
}
