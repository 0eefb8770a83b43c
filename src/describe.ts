// SPDX-License-Identifier: Apache-2.0
// Turns a hashed tree into an artifact: identifies each file by its bytes, lets its format describe it, then
// lets the layouts say what the files mean together. One file that cannot be read makes itself unverified,
// never the others invisible.

import { artifactKind } from "./artifact-kind.ts";
import type { ByteSource } from "./bytes/byte-source.ts";
import type { HashedFile } from "./digests/engine.ts";
import { AibomError } from "./errors.ts";
import { faultFinding } from "./formats/fault-finding.ts";
import type { Description } from "./formats/format.ts";
import type { ReadFile } from "./formats/read-file.ts";
import { layouts } from "./layouts/index.ts";
import type { DirectoryView, LayoutDescription, LayoutFile } from "./layouts/layout.ts";
import type { Artifact, ArtifactFile, FileStatus } from "./model/artifact.ts";
import { digestOf } from "./model/digest.ts";
import type { Fact } from "./model/fact.ts";
import type { Finding } from "./model/finding.ts";
import type { FileOnDisk } from "./reading/file-on-disk.ts";
import { type OpenFile, openHashedFile } from "./sources/open-file.ts";
import { sha256Of } from "./sources/sha256-of.ts";
import type { SourceFile, SourceTree } from "./sources/tree.ts";

/** One file after identification and description; the layouts see the part that is theirs. */
export interface DescribedFile extends LayoutFile {
  readonly source: SourceFile;
  readonly hashed: HashedFile;
  readonly status: FileStatus;
  readonly holdsWeights: boolean;
  readonly findings: readonly Finding[];
}

/** What others know already is not stored again: a tree may have a hundred thousand files. */
class KnownFile implements DescribedFile {
  readonly source: SourceFile;
  readonly hashed: HashedFile;
  readonly format: string;
  readonly status: FileStatus;
  readonly holdsWeights: boolean;
  readonly findings: readonly Finding[];
  readonly description?: Description;

  constructor(
    source: SourceFile,
    hashed: HashedFile,
    known: Omit<ReadFile, "description">,
    description?: Description,
  ) {
    this.source = source;
    this.hashed = hashed;
    this.format = known.format;
    this.status = known.status;
    this.holdsWeights = known.holdsWeights;
    this.findings = known.findings;
    if (description !== undefined) {
      this.description = description;
    }
  }

  get path(): string {
    return this.source.path;
  }

  get size(): number {
    return this.hashed.size;
  }

  get sha256(): string {
    return digestOf(this.hashed.digests, "sha256") ?? this.#hashNow();
  }

  get linkCount(): number {
    return this.hashed.linkCount;
  }

  /** A scan hashes nothing beforehand: only the few files whose digest a layout compares are hashed, when it asks. */
  #hashNow(): string {
    return withOpenFile(this.source, this.hashed, sha256Of);
  }
}

/** The artifact that a tree and its files, in the order of the tree, make. Never throws on the content of a file. */
export function describeTree(tree: SourceTree, files: readonly DescribedFile[]): Artifact {
  const together = describeLayouts(tree.name, files);
  const unverified = new Set(together.unverified);
  const artifactFiles = files.map((file) => toArtifactFile(file, unverified.has(file.path)));
  const described = files.filter((file) => file.description !== undefined);
  const facts = [...described.flatMap((file) => file.description?.facts ?? []), ...together.facts];
  const suspect = files.filter((file) => file.findings.length > 0);
  const findings = [...tree.findings, ...suspect.flatMap((file) => file.findings), ...together.findings];
  return {
    kind: artifactKind(files, facts, together.layouts),
    name: tree.name,
    files: artifactFiles,
    facts,
    findings,
    ignored: tree.ignored,
    complete: tree.refused.length === 0 && artifactFiles.every((file) => file.status !== "unverified"),
  };
}

/** A hashed file and what its reader said. */
export function describedFile(source: SourceFile, hashed: HashedFile, read: ReadFile): DescribedFile {
  return new KnownFile(source, hashed, read, read.description);
}

/** A hashed file as the readers' threads are told of it. */
export function fileOnDisk({ path, absolutePath }: SourceFile, { head, identity }: HashedFile): FileOnDisk {
  return { path, absolutePath, head, identity };
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
  readonly layouts: readonly LayoutDescription[];
}

function describeLayouts(name: string, files: readonly DescribedFile[]): Together {
  const view = directoryView(name, files);
  const all = layouts.map((layout): LayoutDescription => {
    try {
      return layout.describe(view);
    } catch (cause) {
      // A layout that breaks has vouched for nothing: every file counts as unverified.
      return {
        facts: [],
        findings: [faultFinding(cause, { path: "." }, layout.id)],
        unverified: [...view.files.keys()],
      };
    }
  });
  return {
    facts: all.flatMap((each) => each.facts),
    findings: all.flatMap((each) => each.findings),
    unverified: all.flatMap((each) => each.unverified),
    layouts: all,
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
