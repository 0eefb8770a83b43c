// SPDX-License-Identifier: Apache-2.0
// What a scan showed: per target what was found, and how far its files were read.

import type { ArtifactKind, IgnoredPath } from "./artifact.ts";
import type { Finding } from "./finding.ts";
import type { Severity } from "./severity.ts";

/**
 * - `clean`: everything was read, and nothing as grave as the user's limit was found.
 * - `dangerous`: something was found.
 * - `incomplete`: nothing was found, and something could not be read. Never clean.
 */
export type ScanOutcome = "clean" | "dangerous" | "incomplete";

/** Something that loading a file imports, and that is not on the list of what its library may. */
export interface ScannedImport {
  readonly path: string;
  readonly module: string;
  readonly name: string;
  readonly verdict: "unknown" | "dangerous";
}

/** One target after scanning. */
export interface ScannedTarget {
  /** As the user gave it. */
  readonly target: string;
  /** Name of the artifact; the subject of its findings. */
  readonly name: string;
  readonly outcome: ScanOutcome;
  readonly kind: ArtifactKind;
  readonly bytes: number;
  /** Files that were read completely, that no reader knows, and that could not be read: paths in order. */
  readonly described: number;
  readonly opaque: number;
  readonly unverified: readonly string[];
  /** What was left out by rule: nobody looked at it. */
  readonly ignored: readonly IgnoredPath[];
  /** False if a file is unverified, a part of the target was refused, or there was nothing to read. */
  readonly isComplete: boolean;
  /** Gravest first. */
  readonly findings: readonly Finding[];
  readonly imports: readonly ScannedImport[];
}

export interface ScanReport {
  /** `dangerous` if one target is, else `incomplete` if one is. */
  readonly outcome: ScanOutcome;
  /** Findings of this severity or graver make the scan `dangerous`. */
  readonly failOn: Severity;
  readonly targets: readonly ScannedTarget[];
}
