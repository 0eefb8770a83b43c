// SPDX-License-Identifier: Apache-2.0
// Turns a hashed tree into an artifact: identifies each file by its bytes, lets its format describe it, then
// lets the layouts say what the files mean together. One file that cannot be read makes itself unverified,
// never the others invisible.

import type { ByteSource } from "./bytes/byte-source.ts";
import type { HashedFile } from "./digests/engine.ts";
import { AibomError } from "./errors.ts";
import type { Format } from "./formats/format.ts";
import { identify } from "./formats/identify.ts";
import { isWeights } from "./formats/magic.ts";
import { layouts } from "./layouts/index.ts";
import type { DirectoryView, LayoutFile } from "./layouts/layout.ts";
import type { Artifact, ArtifactFile, FileStatus } from "./model/artifact.ts";
import { digestOf } from "./model/digest.ts";
import type { Fact } from "./model/fact.ts";
import type { Finding } from "./model/finding.ts";
import { type OpenFile, openHashedFile } from "./sources/open-file.ts";
import type { SourceFile, SourceTree } from "./sources/tree.ts";

/** One file after identification and description; the layouts see the part that is theirs. */
interface DescribedFile extends LayoutFile {
  readonly source: SourceFile;
  readonly hashed: HashedFile;
  readonly status: FileStatus;
  readonly holdsWeights: boolean;
  readonly findings: readonly Finding[];
}

/** The artifact that a tree and its digests make. Never throws on the content of a file. */
export function describeTree(tree: SourceTree, hashed: readonly HashedFile[]): Artifact {
  const files = tree.files.map((source, index) => {
    const result = hashed[index];
    if (result === undefined || result.path !== source.path) {
      throw new Error("the hashing engine must answer in the order of the requests");
    }
    return describeFile(source, result);
  });
  const together = describeLayouts(tree.name, files);
  const unverified = new Set(together.unverified);
  const artifactFiles = files.map((file) => toArtifactFile(file, unverified.has(file.path)));
  const facts = [...files.flatMap((file) => file.description?.facts ?? []), ...together.facts];
  return {
    kind: files.some((file) => file.holdsWeights) || facts.some(tellsOfModel) ? "model" : "file-set",
    name: tree.name,
    files: artifactFiles,
    facts,
    findings: [...tree.findings, ...files.flatMap((file) => file.findings), ...together.findings],
    ignored: tree.ignored,
    complete: tree.refused.length === 0 && artifactFiles.every((file) => file.status !== "unverified"),
  };
}

/** A directory whose configuration names an architecture is a model even where the weights are missing. */
function tellsOfModel(fact: Fact): boolean {
  return fact.name === "architecture.class" || fact.name === "architecture.family";
}

function describeFile(source: SourceFile, hashed: HashedFile): DescribedFile {
  const { format, reader, findings } = identify({ bytes: hashed.head, path: source.path, size: hashed.size });
  if (reader === undefined) {
    // A name that promises a format the bytes do not keep is a claim nobody could check.
    const status = findings.some((each) => each.code === "FORMAT_MISMATCH") ? "unverified" : "opaque";
    const holdsWeights = isWeights(format, source.path);
    return describedFile(source, hashed, { format, status, holdsWeights, findings });
  }
  const { holdsWeights } = reader;
  try {
    const description = withOpenFile(source, hashed, (file) => reader.describe(file));
    const all = [...findings, ...description.findings];
    const understood = { format, status: "described", holdsWeights, findings: all } as const;
    return { ...describedFile(source, hashed, understood), description };
  } catch (cause) {
    const all = [...findings, asFinding(cause, source.path, reader)];
    return describedFile(source, hashed, { format, status: "unverified", holdsWeights, findings: all });
  }
}

/** One object per file, without spreads: a tree may have a hundred thousand files. */
function describedFile(
  source: SourceFile,
  hashed: HashedFile,
  known: Pick<DescribedFile, "format" | "status" | "holdsWeights" | "findings">,
): DescribedFile {
  return {
    path: source.path,
    size: hashed.size,
    sha256: digestOf(hashed.digests, "sha256") ?? "",
    format: known.format,
    linkCount: hashed.linkCount,
    source,
    hashed,
    status: known.status,
    holdsWeights: known.holdsWeights,
    findings: known.findings,
  };
}

/** A reader's error as a finding. Anything but an AibomError is a fault of ours, and still never a clean file. */
function asFinding(cause: unknown, path: string, reader: Pick<Format, "id">): Finding {
  const error =
    cause instanceof AibomError
      ? cause
      : AibomError.of(
          "READER_FAULT",
          { format: reader.id, reason: cause instanceof Error ? cause.message : String(cause) },
          { cause },
        );
  return error.toFinding({ path });
}

function withOpenFile<T>(source: SourceFile, hashed: HashedFile, use: (file: OpenFile) => T): T {
  const file = openHashedFile(source.path, source.absolutePath, hashed.identity);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

interface Together {
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly unverified: readonly string[];
}

function describeLayouts(name: string, files: readonly DescribedFile[]): Together {
  const view = directoryView(name, files);
  const all = layouts.map((layout) => {
    try {
      return layout.describe(view);
    } catch (cause) {
      // A layout that breaks has vouched for nothing: every file counts as unverified.
      return { facts: [], findings: [asFinding(cause, ".", layout)], unverified: [...view.files.keys()] };
    }
  });
  return {
    facts: all.flatMap((each) => each.facts),
    findings: all.flatMap((each) => each.findings),
    unverified: all.flatMap((each) => each.unverified),
  };
}

function directoryView(name: string, files: readonly DescribedFile[]): DirectoryView {
  const byPath = new Map<string, DescribedFile>();
  for (const file of files) {
    byPath.set(file.path, file);
  }
  return {
    name,
    files: byPath,
    open(path) {
      const file = byPath.get(path);
      if (file === undefined) {
        throw AibomError.of("SOURCE_NOT_FOUND", {}, { where: { path } });
      }
      return closedSource(file.source, file.hashed);
    },
  };
}

/** Opens the file anew for each read: a tree with thousands of side files must not use up the descriptors. */
function closedSource(source: SourceFile, hashed: HashedFile): ByteSource {
  return {
    path: source.path,
    size: hashed.size,
    read: (offset, length) => withOpenFile(source, hashed, (file) => file.read(offset, length)),
  };
}

function toArtifactFile(file: DescribedFile, isUnverified: boolean): ArtifactFile {
  return {
    path: file.path,
    size: file.size,
    digests: file.hashed.digests,
    format: file.format,
    status: isUnverified ? "unverified" : file.status,
  };
}
