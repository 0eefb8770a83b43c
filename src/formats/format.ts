// SPDX-License-Identifier: Apache-2.0
// The shape of a format: one file in this folder, one line in index.ts, one fixture, one test.

import type { ByteSource } from "../bytes/byte-source.ts";
import type { FileStatus } from "../model/artifact.ts";
import type { Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";

/** Whether the first bytes belong to a format. `possible` formats are confirmed by reading on. */
export type Match = "certain" | "possible" | "no";

/** The first bytes of a file (up to `headBytes`), and what else is cheap to know. */
export interface Head {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly size: number;
  /** True if it is known that no ZIP archive ends in the file: nobody need look for one behind other bytes. */
  readonly hasNoArchiveEnd?: boolean;
}

/** Bytes of each file that the hashing pass hands to identification. */
export const headBytes = 64;

/** A file that a file refers to, relative to the artifact's root. Layouts check that it is there. */
export interface FileReference {
  readonly path: string;
  /** Range inside the referenced file that must exist. */
  readonly offset?: number;
  readonly length?: number;
  /** What refers to it: a tensor name, an index entry. */
  readonly member: string;
}

/** What one file's reader learnt. */
export interface Description {
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly references: readonly FileReference[];
  /** A more exact id than the format's own, one of its `refinements`: a ZIP that is a PyTorch file. */
  readonly format?: string;
  /**
   * Reading stopped before the end, and a finding says why. What was learnt before counts all the same (the
   * imports of a pickle have run by the time it breaks); the file is `unverified`.
   */
  readonly incomplete?: true;
  /** Whether this file holds weights (a model in an archive), where the format alone cannot say. */
  readonly holdsWeights?: boolean;
  /** Reader-specific details that a layout of the same family needs (a shard's tensor names). */
  readonly detail?: unknown;
}

/** A format inside a format, by its id. */
export interface Refinement {
  readonly id: string;
  readonly holdsWeights: boolean;
}

/** A part of a file (an archive's member, a decompressed stream) after identification and description. */
export interface MemberDescription {
  /** Path inside the container, with `!` between nested containers. */
  readonly name: string;
  /** Bytes that were there to be read, whatever the container says. */
  readonly size: number;
  readonly format: string;
  readonly status: FileStatus;
  readonly holdsWeights: boolean;
  /** Located in the container's file; `member` and `pointer` start with the member's name. */
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** Of the member's own reader, with places relative to the member. */
  readonly description?: Description;
}

/** A file in an archive, for what several of them say together. */
export interface ArchivedFile {
  /** As the archive has it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Undefined for links. */
  readonly member?: MemberDescription;
  /** Of a link: where it leads; a hard link starts from the archive's root. */
  readonly link?: { readonly target: string; readonly isHard: boolean };
  /** The content, at the cost of the purse if it is packed. @throws {AibomError} */
  open(): ByteSource;
}

/** What the files of an archive say together. */
export interface ContentsDescription {
  /** Located in the archive. */
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** A file in it could not be read completely. */
  readonly incomplete?: true;
}

/** Says what the files in the archive at `path` mean together. Never throws on the content. */
export type DescribeContents = (path: string, files: readonly ArchivedFile[]) => ContentsDescription;

/** What a reader of containers needs: other readers for what lies inside, and a purse to pay for unpacking. */
export interface Members {
  /** How deep this reader stands in nested containers: 0 for a file on disk. */
  readonly depth: number;
  /**
   * Identifies and describes one member. `bytes.path` is ignored; `name` is what the member is called. Beyond
   * `limits.maxContainerDepth` the member is `unverified`. Never throws on the content.
   */
  describe(name: string, bytes: ByteSource): MemberDescription;
  /** What the files in the archive at `path`, each of which was described, say together. */
  readonly describeContents: DescribeContents;
  /**
   * To be called before (or while) bytes are unpacked. The purse is one for a file on disk and all that is nested in it.
   * @throws {AibomError} CONTAINER_UNPACKS_TOO_MUCH
   */
  spend(unpackedBytes: number): void;
}

/** A file format that aibom recognises. Implementations read hostile bytes, know no clock and no disk. */
export interface Format {
  /** Id used in BOMs, reports and policies: `safetensors`. */
  readonly id: string;
  /** Does a file of this format hold model weights (so that a directory with one is a model)? */
  readonly holdsWeights: boolean;
  /** Names the format usually has, in lower case; a file so named that does not match is a finding. */
  readonly extensions: readonly string[];
  /** More exact ids that `describe` may return. */
  readonly refinements?: readonly Refinement[];
  /**
   * The reader rests on a library, or does work that its bounds do not keep small: it always runs on a thread
   * of its own, however small the file.
   */
  readonly isHeavy?: true;
  /** The reader reads all of most files, not a header: a large one goes to a thread without a first try. */
  readonly readsWhole?: true;
  /** A ZIP archive at the end of a file belongs to the format (TFLite's associated files) and is no polyglot. */
  readonly mayHoldZip?: true;
  /** Looks at the first bytes. Never throws. */
  match(head: Head): Match;
  /**
   * Looks further into a file whose first bytes are `possible`: false if the format is another one after all.
   * Without it, `describe` decides, and a refusal makes the file `unverified`. May throw AibomError (false).
   */
  confirm?(file: ByteSource): boolean;
  /**
   * Reads the headers, never the payload.
   * @throws {AibomError} and nothing else: the file then is `unverified`.
   */
  describe(file: ByteSource, members: Members): Description;
}
