// SPDX-License-Identifier: Apache-2.0
// One of the models or datasets inside an artifact, and what artifacts and parts have in common.

import type { ArtifactFile } from "./artifact-file.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";

/**
 * What an artifact is. An `environment` is what programs run from: a root file system, a virtual environment, a project
 * with its packages. A directory that is none of these is a `file-set`.
 */
export type ArtifactKind = "model" | "dataset" | "image" | "environment" | "file-set";

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
