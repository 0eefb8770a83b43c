// SPDX-License-Identifier: Apache-2.0
// The shape of a store: how several models lie in one directory (the Hugging Face cache, Ollama's models,
// folders side by side). One file in this folder, one line in index.ts. A store says which files make up which
// model and checks its own bookkeeping; what the files of a model say is the layouts' business.

import type { DirectoryView, LayoutDescription } from "../layouts/layout.ts";
import type { ArtifactKind, PackageName } from "../model/artifact.ts";
import type { Fact } from "../model/fact.ts";

/** One model or dataset of a store. Paths are relative to the artifact's root. */
export interface StoredPart {
  /** Id of the store. */
  readonly store: string;
  readonly name: string;
  /** The folder that its files are named from in its digest. */
  readonly root: string;
  readonly paths: readonly string[];
  /** Files that are not the part's own and speak for it: the card of a folder with several models. */
  readonly beside?: readonly string[];
  /** What the store knows it to be; else its files decide. */
  readonly kind?: ArtifactKind;
  /** What the store says it is; proven if the files of `provenBy` are what it says. */
  readonly package?: PackageName;
  /** SHA-256 by path. Compared where files are hashed, which a scan does not do. */
  readonly provenBy?: ReadonlyMap<string, string>;
  /** What the store's own files say about it. */
  readonly facts: readonly Fact[];
}

export interface StoreDescription extends LayoutDescription {
  readonly parts: readonly StoredPart[];
  /** True for files that the store explains; no other store is asked about them. */
  readonly owns: (path: string) => boolean;
  /** Of an artifact that is itself one model of a store. */
  readonly whole?: Pick<StoredPart, "package" | "provenBy">;
}

/** A way in which models lie in a directory. */
export interface Store {
  readonly id: string;
  /**
   * Undefined if the directory has nothing of this store. `before` are the parts that other stores found.
   * Bookkeeping that cannot be read becomes findings and `unverified` entries, not exceptions.
   */
  describe(directory: DirectoryView, before: readonly StoredPart[]): StoreDescription | undefined;
}
