// SPDX-License-Identifier: Apache-2.0
// An artifact: bytes on disk that are inventoried, verified and gated as one thing.

import type { ArtifactFile } from "./artifact-file.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";
import type { ImageContent } from "./image.ts";
import type { Package } from "./package.ts";

export type { ArtifactFile, FileStatus } from "./artifact-file.ts";

/**
 * What an artifact is. An `environment` is what programs run from: a root file system, a virtual environment, a project
 * with its packages. A directory that is none of these is a `file-set`.
 */
export type ArtifactKind = "model" | "dataset" | "image" | "environment" | "file-set";

/** A path under the root that was left out on purpose, and which rule left it out. */
export interface IgnoredPath {
  readonly path: string;
  readonly rule: string;
  /** The whole subtree is left out: it may hold anything. */
  readonly isDirectory?: boolean;
}

/** What a package is called where it comes from, as a store on disk tells it. */
export interface PackageName {
  /** A type of the package URL specification. */
  readonly type: "huggingface";
  readonly namespace?: string;
  readonly name: string;
  /** The exact revision. */
  readonly version: string;
  /** Where it comes from, if not from the type's usual place. */
  readonly repositoryUrl?: string;
}

/**
 * One of the models or datasets inside an artifact: a model of a store, a folder beside others. The artifact's own
 * files, facts and findings are all there are, those of its parts included.
 */
export interface ArtifactPart {
  readonly kind: ArtifactKind;
  /** As the store calls it, else its path. */
  readonly name: string;
  /** Which store it lies in: the id of a file in `stores/`. */
  readonly store: string;
  /** The folder that its files are named from in its digest, relative to the artifact's root; empty for the root. */
  readonly root: string;
  /** A selection of the artifact's files. Parts may share files. */
  readonly files: readonly ArtifactFile[];
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  readonly package?: PackageName;
}

/** An artifact with everything that reading it showed. */
export interface Artifact {
  readonly kind: ArtifactKind;
  /** Display name: a claimed name is not used here; this is the directory's or file's own name. */
  readonly name: string;
  /** Sorted by path in UTF-8 byte order. */
  readonly files: readonly ArtifactFile[];
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredPath[];
  /** True only if every file was read and nothing was unverified. */
  readonly complete: boolean;
  /** The models and datasets inside, if it is more than one thing; sorted by name, then root. */
  readonly parts?: readonly ArtifactPart[];
  /** The images, indexes and artifacts in OCI form that lie in it; an index before what it lists. */
  readonly images?: readonly ImageContent[];
  /** Software packages that its files record, sorted by package URL. Absent if it records none. */
  readonly packages?: readonly Package[];
  /** Present if a store proves which revision of which package the artifact is. */
  readonly package?: PackageName;
  /** Nothing but its digest is known: it was named by it, and no byte was read. */
  readonly isGivenByDigest?: true;
}
