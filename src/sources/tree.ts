// SPDX-License-Identifier: Apache-2.0
// What a source finds on disk: the files of one target, and everything about them that is not content.

import type { IgnoredPath } from "../model/artifact.ts";
import type { Finding } from "../model/finding.ts";

/** One regular file of the target. */
export interface SourceFile {
  /** Relative to the target, `/` separated; a single-file target uses its basename. */
  readonly path: string;
  /** Where the bytes are: symbolic links are resolved. */
  readonly absolutePath: string;
  /** Bytes, at the time of the walk. */
  readonly size: number;
  /** Reached through a symbolic link inside the target. */
  readonly isLink: boolean;
  /** Of a link: where its end lies, relative to the target; may start with `../`. */
  readonly linkTarget?: string;
}

/** A symbolic link that leads to no file of the tree. */
export interface SourceLink {
  readonly path: string;
  /** What is written in it. */
  readonly target: string;
  readonly leadsTo: "directory" | "outside" | "unknown";
}

/** One target as it lies on disk. */
export interface SourceTree {
  /** Base name of the target. */
  readonly name: string;
  readonly isSingleFile: boolean;
  /** Names of the directories that the target lies in, nearest first, where they are a known store's. */
  readonly above?: readonly string[];
  /** Sorted by path in UTF-8 byte order. */
  readonly files: readonly SourceFile[];
  readonly ignored: readonly IgnoredPath[];
  /** Links that are no files; of a root file system all links. */
  readonly links?: readonly SourceLink[];
  /** It is a root file system: its links mean the root that it will have. */
  readonly isRootFileSystem?: true;
  /** Entries that were refused or look suspicious. */
  readonly findings: readonly Finding[];
  /** Paths that are in the target and could not be taken in: the inventory is incomplete. */
  readonly refused: readonly string[];
}
