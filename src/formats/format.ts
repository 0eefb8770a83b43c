// SPDX-License-Identifier: Apache-2.0
// The shape of a format: one file in this folder, one line in index.ts, one fixture, one test.

import type { ByteSource } from "../bytes/byte-source.ts";
import type { Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";

/** Whether the first bytes belong to a format. `possible` formats are confirmed by reading on. */
export type Match = "certain" | "possible" | "no";

/** The first bytes of a file (up to `headBytes`), and what else is cheap to know. */
export interface Head {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly size: number;
}

/** Bytes of each file that the hashing pass hands to identification. */
export const headBytes = 64;

/** A file that a file refers to, relative to the artifact's root. Layouts check that it is there. */
export interface FileReference {
  readonly path: string;
  /** Range inside the referenced file that must exist. */
  readonly offset?: number;
  readonly length?: number;
  /** What refers to it: a tensor name, an index entry. */
  readonly member: string;
}

/** What one file's reader learnt. */
export interface Description {
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly references: readonly FileReference[];
  /** Reader-specific details that a layout of the same family needs (a shard's tensor names). */
  readonly detail?: unknown;
}

/** A file format that aibom recognises. Implementations read hostile bytes, know no clock and no disk. */
export interface Format {
  /** Id used in BOMs, reports and policies: `safetensors`. */
  readonly id: string;
  /** Does a file of this format hold model weights (so that a directory with one is a model)? */
  readonly holdsWeights: boolean;
  /** Names the format usually has; a file so named that does not match is a finding. */
  readonly extensions: readonly string[];
  /** Looks at the first bytes. Never throws. */
  match(head: Head): Match;
  /**
   * Reads the headers, never the payload.
   * @throws {AibomError} and nothing else: the file then is `unverified`.
   */
  describe(file: ByteSource): Description;
}
