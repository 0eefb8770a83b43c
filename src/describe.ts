// SPDX-License-Identifier: Apache-2.0
// Turns a hashed tree into an artifact: identifies each file by its bytes, lets its format describe it, then
// lets the layouts say what the files mean together. One file that cannot be read makes itself unverified,
// never the others invisible.

import { artifactKind } from "./artifact-kind.ts";
import type { ByteSource } from "./bytes/byte-source.ts";
import { type DescribedPackages, describePackages } from "./describe-packages.ts";
import { artifactParts, provenPackage } from "./describe-parts.ts";
import type { FileIdentity, HashedFile } from "./digests/engine.ts";
import { AibomError } from "./errors.ts";
import type { Description } from "./formats/format.ts";
import type { ReadFile } from "./formats/read-file.ts";
import type { DirectoryView, LayoutFile } from "./layouts/layout.ts";
import type { Artifact, ArtifactFile, ArtifactKind, ArtifactPart, FileStatus } from "./model/artifact.ts";
import { digestOf } from "./model/digest.ts";
import type { Fact } from "./model/fact.ts";
import type { Finding } from "./model/finding.ts";
import type { FileOnDisk } from "./reading/file-on-disk.ts";
import { type OpenFile, openHashedFile } from "./sources/open-file.ts";
import { sha256Of } from "./sources/sha256-of.ts";
import type { SourceFile, SourceTree } from "./sources/tree.ts";
import { describeTogether, type Together } from "./stores/together.ts";

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

  get linkTarget(): string | undefined {
    return this.source.linkTarget;
  }

  /** A scan hashes nothing beforehand: only the few files whose digest a layout compares are hashed, when it asks. */
  #hashNow(): string {
    return withOpenFile(this.source, this.hashed, sha256Of);
  }
}

/** The artifact that a tree and its files, in the order of the tree, make. Never throws on the content of a file. */
export function describeTree(tree: SourceTree, files: readonly DescribedFile[]): Artifact {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const view = directoryView(tree, byPath);
  const software = describePackages(tree, byPath, view);
  const { packages, libraryFiles, settled } = software;
  const own = libraryFiles.size === 0 ? files : files.filter(({ path }) => !libraryFiles.has(path));
  const together = describeTogether(
    own === files ? view : { ...view, files: new Map(own.map((file) => [file.path, file])) },
  );
  const unverified = new Set([...together.unverified, ...software.unverified]);
  const artifactFiles = files.map((file) => toArtifactFile(file, unverified.has(file.path)));
  const described = own.filter((file) => file.description !== undefined);
  const factsOf = (some: readonly DescribedFile[]): readonly Fact[] =>
    some.flatMap((file) => file.description?.facts ?? []);
  const packed = described.filter(isPacked);
  const plain = packed.length === 0 ? described : described.filter((file) => !isPacked(file));
  // The card of a directory speaks for it before that of something packed up in it.
  const facts = [...factsOf(plain), ...together.facts, ...factsOf(packed)];
  const suspect = files.filter((file) => file.findings.length > 0);
  const findings = [
    ...tree.findings.filter(({ location }) => !settled.has(location.path)),
    ...suspect.flatMap((file) => file.findings),
    ...together.findings,
    ...software.findings,
  ];
  const refused = tree.refused.filter((path) => !settled.has(path));
  const parts = artifactParts(together.parts, {
    files: artifactFiles,
    findings,
    refused,
    read: (path) => byPath.get(path),
  });
  return {
    kind: kindOf(own, facts, together, parts, software),
    name: tree.name,
    files: artifactFiles,
    facts,
    findings,
    ignored: tree.ignored,
    complete: refused.length === 0 && artifactFiles.every((file) => file.status !== "unverified"),
    ...(parts.length === 0 ? {} : { parts }),
    ...(packages.length === 0 ? {} : { packages }),
    ...provenPackage(together.whole ?? {}, artifactFiles),
  };
}

/** A policy for models is about a store with a model in it, whatever else it holds. */
function kindOf(
  own: readonly DescribedFile[],
  facts: readonly Fact[],
  { layouts }: Together,
  parts: readonly ArtifactPart[],
  { isEnvironment }: DescribedPackages,
): ArtifactKind {
  const kind = parts.some((part) => part.kind === "model") ? "model" : artifactKind(own, facts, layouts);
  return isEnvironment && kind !== "model" ? "environment" : kind;
}

/** Archives of no kind of their own, and compressed files: what is packed in one may be a whole directory. */
function isPacked({ format }: DescribedFile): boolean {
  return packedFormats.has(format);
}

const packedFormats: ReadonlySet<string> = new Set([
  ...["zip", "tar", "7z"],
  ...["gzip", "zlib", "zstd", "bzip2", "xz", "lzma", "lz4"],
]);

/** A hashed file and what its reader said. */
export function describedFile(source: SourceFile, hashed: HashedFile, read: ReadFile): DescribedFile {
  return new KnownFile(source, hashed, read, read.description);
}

/** A hashed file as its reader is told of it. Most files have none, and then nobody asks for the identity. */
export class HashedOnDisk implements FileOnDisk {
  readonly path: string;
  readonly absolutePath: string;
  readonly size: number;
  readonly #hashed: HashedFile;

  constructor({ path, absolutePath }: SourceFile, hashed: HashedFile) {
    this.path = path;
    this.absolutePath = absolutePath;
    this.size = hashed.size;
    this.#hashed = hashed;
  }

  get head(): Uint8Array {
    return this.#hashed.head;
  }

  get hasNoArchiveEnd(): boolean {
    return this.#hashed.hasNoArchiveEnd;
  }

  get identity(): FileIdentity {
    return this.#hashed.identity;
  }
}

/**
 * A blob of a store that `link` shows under a name. What was found in it is said where the name is: it is the same
 * file, and would be read twice to say everything twice.
 */
export function describeShown(source: SourceFile, hashed: HashedFile, link: DescribedFile): DescribedFile {
  const { format, status, holdsWeights } = link;
  return new KnownFile(source, hashed, { format, status, holdsWeights, findings: [] });
}

function withOpenFile<T>(source: SourceFile, hashed: HashedFile, use: (file: OpenFile) => T): T {
  const file = openHashedFile(source.path, source.absolutePath, hashed.identity);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

function directoryView(tree: SourceTree, byPath: ReadonlyMap<string, DescribedFile>): DirectoryView {
  return {
    name: tree.name,
    root: "",
    ...(tree.above === undefined ? {} : { above: tree.above }),
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
