// SPDX-License-Identifier: Apache-2.0
// The shape of a layout: what several files of one directory say together (shards and their index, a
// Hugging Face model directory, external tensors). One file in this folder, one line in index.ts.

import type { ByteSource } from "../bytes/byte-source.ts";
import type { Description } from "../formats/format.ts";
import type { Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";

/** A file of the directory as the layouts see it. */
export interface LayoutFile {
  /** Relative to the artifact's root. */
  readonly path: string;
  readonly size: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
  readonly format: string;
  /** Undefined if the file was opaque or unverified. */
  readonly description?: Description;
  /** Hard links to the inode; more than one for a referenced file is a way out of the directory. */
  readonly linkCount: number;
  /** Of a symbolic link: where its end lies, relative to the artifact's root; may start with `../`. */
  readonly linkTarget?: string | undefined;
}

/** The directory of one artifact, or of one of its parts, read-only. All paths are relative to the artifact's root. */
export interface DirectoryView {
  readonly name: string;
  /** The folder that the view is about; empty for the artifact's root. */
  readonly root: string;
  /** Names of the directories that the artifact lies in, nearest first, where they are a known store's. */
  readonly above?: readonly string[];
  /** One of several views of an artifact with several models: what is in it lies with a model, or beside one. */
  readonly isAmongModels?: true;
  readonly files: ReadonlyMap<string, LayoutFile>;
  /** Opens a file for bounded reads. @throws {AibomError} if it changed since it was hashed. */
  open(path: string): ByteSource;
}

export interface LayoutDescription {
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** Files the layout could not read completely: they become `unverified`. */
  readonly unverified: readonly string[];
  /**
   * The directory holds a dataset: `own-card` if its own README.md says so, `described` if a document that lies in
   * it describes one, which a model's training data may be as well.
   */
  readonly dataset?: "own-card" | "described";
  /** The directory holds a model, whatever formats its files have. */
  readonly model?: true;
}

/** Something that several files say together. */
export interface Layout {
  readonly id: string;
  /**
   * Empty description if the directory has nothing of this layout.
   * Reads of single files that fail become findings and `unverified` entries, not exceptions.
   */
  describe(directory: DirectoryView): LayoutDescription;
}
