// SPDX-License-Identifier: Apache-2.0
// What a conversion could not carry over. Places are JSON pointers into the input, with `*` for every position in a list.

/** What a document is converted to. */
export const conversionTargets = ["cyclonedx-1.6", "cyclonedx-1.7", "spdx-3.0.1", "csv", "markdown"] as const;

export type ConversionTarget = (typeof conversionTargets)[number];

/** Values that are in the input and not in the output. */
export interface Loss {
  readonly pointer: string;
  /** Texts, numbers, truth values and empty containers at or below such places. */
  readonly count: number;
}

/** Values that stand in another place than their own. */
export interface Move {
  readonly pointer: string;
  /** Where they are now, in words of the output's format. */
  readonly to: string;
  readonly count: number;
}

/** What the output's format demands of a profile and the input does not say. */
export interface Gap {
  readonly profile: string;
  /** The property that is missing. */
  readonly missing: string;
  /** Elements without it. */
  readonly count: number;
  /** Name of the first of them. */
  readonly first: string;
}

/** Everything that a reader of the output should know about what it does not say. Sorted. */
export interface ConversionNotes {
  readonly losses: readonly Loss[];
  readonly moves: readonly Move[];
  readonly gaps: readonly Gap[];
}

/** One component or service, as a line of a table. Lists are in their order. */
export interface TableRow {
  /** Component type, or `service`. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** Names of the components around it, outer first. */
  readonly inside: readonly string[];
  readonly licenses: readonly string[];
  readonly suppliers: readonly string[];
  /** `SHA-256 hex`. */
  readonly hashes: readonly string[];
  /** What it was made from, as it says. */
  readonly ancestors: readonly string[];
  readonly datasets: readonly string[];
  readonly dependsOn: readonly string[];
  readonly description: string;
  readonly purl: string;
  readonly ref: string;
}

/** A document as a table. */
export interface BomTable {
  readonly name: string;
  readonly version: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly timestamp: string;
  readonly rows: readonly TableRow[];
}
