// SPDX-License-Identifier: Apache-2.0
// The scan use-case: reads targets as an inventory does, hashes nothing, and says what is dangerous in them.

import { type InventoryOptions, type Progress, readTarget, withReaders } from "./inventory.ts";
import type { Artifact, FileStatus } from "./model/artifact.ts";
import type { Fact } from "./model/fact.ts";
import { type Finding, finding } from "./model/finding.ts";
import type { ScannedImport, ScannedTarget, ScanOutcome, ScanReport } from "./model/scan-report.ts";
import { atLeast, type Severity } from "./model/severity.ts";
import { sortFindings } from "./policy/finding-order.ts";
import { isUnread } from "./policy/unread.ts";
import { repositoryRules } from "./sources/ignore.ts";

export interface ScanOptions
  extends Pick<InventoryOptions, "ignore" | "jobs" | "signal" | "rootFileSystems"> {
  /** Findings of this severity or graver make the scan `dangerous`; default: high. */
  readonly failOn?: Severity;
  /** Files found and read so far, of all targets. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Scans targets: directories or files.
 * @throws {AibomError} SOURCE_*: a target is missing, empty, unreadable or changed while it was read
 */
export async function scan(targets: readonly string[], options: ScanOptions = {}): Promise<ScanReport> {
  const { failOn = "high", onProgress, ...reading } = options;
  const onRead = onProgress === undefined ? {} : readingProgress(onProgress);
  const artifacts = await withReaders(reading, async (readers) => {
    const all: Artifact[] = [];
    for (const target of targets) {
      const options = { ...reading, ...onRead, algorithms: [], defaultRules: repositoryRules };
      all.push((await readTarget(target, options, readers)).artifact);
    }
    return all;
  });
  const scanned = artifacts.map((artifact, index) =>
    scannedTarget(targets[index] ?? artifact.name, artifact, failOn),
  );
  return { outcome: gravestOf(scanned), failOn, targets: scanned };
}

/** Adds up what is found and read. */
function readingProgress(
  onProgress: (progress: Progress) => void,
): Pick<InventoryOptions, "onFound" | "onRead"> {
  const state = { bytes: 0, totalBytes: 0, files: 0, totalFiles: 0 };
  return {
    onFound(bytes) {
      state.totalBytes += bytes;
      state.totalFiles += 1;
    },
    onRead(bytes) {
      state.bytes += bytes;
      state.files += 1;
      onProgress({ ...state });
    },
  };
}

/** What no reader and no layout knows was not scanned: that there is a LICENSE among files of any kind says nothing. */
function isRead({ kind, files, facts, findings }: Artifact): boolean {
  return (
    kind !== "file-set" ||
    findings.length > 0 ||
    facts.some(({ grade, name }) => grade === "claim" || name !== "metadata") ||
    files.some(({ status }) => status !== "opaque")
  );
}

/** What was found goes before what is not known: exit 1, not 3. */
function gravestOf(targets: readonly ScannedTarget[]): ScanOutcome {
  const outcomes = new Set(targets.map(({ outcome }) => outcome));
  return (["dangerous", "incomplete"] as const).find((each) => outcomes.has(each)) ?? "clean";
}

function isDangerous({ files, findings }: Artifact, failOn: Severity): boolean {
  const status = new Map(files.map((file) => [file.path, file.status]));
  return findings.some(
    (item) => atLeast(item.severity, failOn) && !isUnread(item, status.get(item.location.path)),
  );
}

function scannedTarget(target: string, artifact: Artifact, failOn: Severity): ScannedTarget {
  const isNothingRead = !isRead(artifact);
  const isComplete = artifact.complete && !isNothingRead;
  const { name, kind, files } = artifact;
  const pathsOf = (wanted: FileStatus): string[] =>
    files.filter((file) => file.status === wanted).map((file) => file.path);
  const own = isNothingRead ? [finding("SCAN_NOTHING_READ", { path: "." }, { count: files.length })] : [];
  return {
    target,
    name,
    outcome: isDangerous(artifact, failOn) ? "dangerous" : isComplete ? "clean" : "incomplete",
    kind,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    described: pathsOf("described").length,
    opaque: pathsOf("opaque").length,
    unverified: pathsOf("unverified"),
    ignored: artifact.ignored,
    isComplete,
    findings: sortFindings(
      [...artifact.findings, ...own].map((item): Finding => ({ ...item, subject: name })),
    ),
    imports: artifact.facts.flatMap(scannedImport),
  };
}

function scannedImport({ name, value, source }: Fact): readonly ScannedImport[] {
  if (name !== "import" || typeof value !== "object" || value === null || Array.isArray(value)) {
    return [];
  }
  const { module, name: imported, verdict } = value as { readonly [key: string]: unknown };
  return verdict === "unknown" || verdict === "dangerous"
    ? [{ path: source.path, module: String(module), name: String(imported), verdict }]
    : [];
}
