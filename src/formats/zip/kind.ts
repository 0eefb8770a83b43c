// SPDX-License-Identifier: Apache-2.0
// A kind of ZIP archive: a format that is a ZIP with certain entries in it (PyTorch, Keras, NPZ, skops). A kind is
// one file, and one line in kinds.ts. Its id is what the file's format is called in reports and policies.

import type { ByteSource } from "../../bytes/byte-source.ts";
import type { ZipEntry } from "../../bytes/zip.ts";
import type { Description, MemberDescription, Members } from "../format.ts";

/** An archive whose entries were all described already, each by what its bytes are. */
export interface ZipView {
  readonly file: ByteSource;
  /** All of them: hidden ones and those whose name occurs twice too. A loader takes one, so a kind looks at each. */
  readonly entries: readonly ZipEntry[];
  /** Names of the entries, each once. */
  readonly names: ReadonlySet<string>;
  /** What became of an entry; undefined for directories and for entries that could not be opened. */
  memberOf(entry: ZipEntry): MemberDescription | undefined;
  /**
   * The content of an entry: a window of the file, or unpacked to memory at the cost of `members`.
   * @throws {AibomError}
   */
  open(entry: ZipEntry): ByteSource;
}

export interface ZipKind {
  /** Id used in BOMs, reports and policies: `keras`. */
  readonly id: string;
  readonly holdsWeights: boolean;
  /** Names that files of this kind usually have: `.keras`. */
  readonly extensions: readonly string[];
  /** Tells from the names of the entries. Never throws. */
  recognises(names: ReadonlySet<string>): boolean;
  /**
   * False if an entry holds raw numbers by the layout of this kind, and what its bytes were taken for says nothing:
   * numbers can begin like a pickle by chance. Its findings and facts are then left out.
   */
  keeps?(member: MemberDescription): boolean;
  /**
   * What the entries say together: facts, and findings beyond those of the members, which are added by the caller.
   * @throws {AibomError} and nothing else: the file then is `unverified`, and its members' findings are kept.
   */
  describe(zip: ZipView, members: Members): Description;
}
