// SPDX-License-Identifier: Apache-2.0
// An artifact: bytes on disk that are inventoried, verified and gated as one thing.

import type { ArtifactFile } from "./artifact-file.ts";
import type { ArtifactKind, ArtifactPart, PackageName } from "./artifact-part.ts";
import type { DigestAlgorithm } from "./digest.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";
import type { ImageContent } from "./image.ts";
import type { Package } from "./package.ts";

export type { ArtifactFile, FileStatus } from "./artifact-file.ts";
export type { ArtifactKind, ArtifactPart, PackageName } from "./artifact-part.ts";

/** A path under the root that was left out on purpose, and which rule left it out. */
export interface IgnoredPath {
  readonly path: string;
  readonly rule: string;
  /** The whole subtree is left out: it may hold anything. */
  readonly isDirectory?: boolean;
}

/** A file of which a manifest among the files states the digest that it has. */
export interface ManifestMatch {
  /** Path of the manifest. */
  readonly manifest: string;
  readonly path: string;
  /** Never a weak one. */
  readonly algorithm: DigestAlgorithm;
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
  /** Absent if no manifest states a digest that counts. */
  readonly manifestMatches?: readonly ManifestMatch[];
  /** Nothing but its digest is known: it was named by it, and no byte was read. */
  readonly isGivenByDigest?: true;
}
