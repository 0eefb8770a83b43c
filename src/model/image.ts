// SPDX-License-Identifier: Apache-2.0
// A container image, an index of them, or an artifact in OCI form, as it lies in a file or directory.

import type { ArtifactFile } from "./artifact-file.ts";
import type { ArtifactPart } from "./artifact-part.ts";
import type { Fact } from "./fact.ts";
import type { Package } from "./package.ts";

/** One layer, in the order of the manifest. */
export interface ImageLayer {
  readonly digest: string;
  /** Hash of its unpacked bytes, as recomputed. */
  readonly diffId?: string;
  readonly mediaType: string;
  /** Bytes as they lie there. */
  readonly size: number;
  /** The command that made it, as the configuration claims, without what looks like a secret. */
  readonly createdBy?: string;
}

export interface ImageContent {
  readonly role: "image" | "index" | "artifact" | "attestation";
  /** An artifact whose layers hold weights is a model. */
  readonly isModel?: true;
  /** As the carrier names it, else its digest. */
  readonly name: string;
  /** Of the manifest; of the configuration where the carrier holds no manifest. */
  readonly digest: string;
  readonly mediaType: string;
  readonly configDigest?: string;
  /** `linux/amd64`, as index and configuration state it. */
  readonly platform?: string;
  readonly names: readonly string[];
  /** Who its processes run as, as the configuration says it; root if it says nothing. */
  readonly user?: string;
  /** Digests of the indexes that it lies in, the outermost first. */
  readonly parents: readonly string[];
  readonly layers: readonly ImageLayer[];
  /**
   * Manifest, configuration and layers by `blobs/…`; files in the layers that hold weights, and those of `parts`, by
   * their path from `/` on.
   */
  readonly files: readonly ArtifactFile[];
  readonly facts: readonly Fact[];
  /** Files that a container of it sees, and their bytes; undefined for what is no file system. */
  readonly content?: { readonly files: number; readonly bytes: number };
  /** The models and datasets in what a container sees; their files are among `files`. */
  readonly parts?: readonly ArtifactPart[];
  /** Software packages in it, sorted by package URL. */
  readonly packages?: readonly Package[];
  /** Every byte of it was hashed and compared, and every file in it read. */
  readonly complete: boolean;
}

const baseLabel = "/labels/org.opencontainers.image.base.name";

/** What its configuration and its manifest say it was built on: `{name, digest?}`, claims of whoever built it. */
export function baseImages({ facts, digest, configDigest }: ImageContent): readonly Fact[] {
  const own = new Set([`${digest}${baseLabel}`, `${configDigest ?? digest}${baseLabel}`]);
  return facts.filter(({ name, source }) => name === "derived_from" && own.has(source.pointer ?? ""));
}

/** Engines read a number as Go's `strconv.Atoi` does: `+0` and `000` are root as well. Windows has a name for it. */
export function isRootUser(user: string | undefined): boolean {
  const name = (user ?? "").split(":")[0]?.trim().toLowerCase() ?? "";
  return name === "" || name === "root" || name === "containeradministrator" || /^[+-]?0+$/.test(name);
}
