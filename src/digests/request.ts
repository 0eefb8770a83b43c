// SPDX-License-Identifier: Apache-2.0
// What the hashing engine is asked and what it answers.

import type { Digest, DigestAlgorithm } from "../model/digest.ts";
import type { FileIdentity } from "./record.ts";
import type { ShardSpec } from "./wanted.ts";
import type { WeakAlgorithm, WeakDigest } from "./weak-algorithm.ts";

/** One file to hash. */
export interface HashRequest {
  /** Relative path, for errors and results. */
  readonly path: string;
  /** Where it is on disk. Symbolic links are resolved already; the file is opened with O_NOFOLLOW. */
  readonly absolutePath: string;
  /** Size in bytes at the time of the walk. A file of another size has changed and is refused. */
  readonly size: number;
  /** Whole-file digests wanted. May be empty if only shards are wanted. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** OMS shards wanted besides. */
  readonly shards?: ShardSpec;
  /** Digests wanted besides that are only compared with what a manifest states. */
  readonly weak?: readonly WeakAlgorithm[];
}

/** The digest of the bytes from `start` to `end`. */
export interface HashedShard {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly digest: Digest;
}

/**
 * What hashing one file showed. `head`, `identity`, `linkCount` and `hasNoArchiveEnd` are read from its record when asked for: a copy
 * by spreading lacks them.
 */
export interface HashedFile {
  readonly path: string;
  readonly size: number;
  /** In the order of the request, each algorithm once. */
  readonly digests: readonly Digest[];
  /** Contiguous and in order, the last one shorter; none for an empty file. */
  readonly shards: readonly HashedShard[];
  readonly weak: readonly WeakDigest[];
  /** First bytes (up to 64), for identification without a second read. */
  readonly head: Uint8Array;
  readonly identity: FileIdentity;
  readonly linkCount: number;
  /** True if all of it was seen, and no ZIP archive ends in it; false if that is not known. */
  readonly hasNoArchiveEnd: boolean;
  /** True if the digests were not computed now: whoever can write to the cache could have chosen them. */
  readonly fromCache: boolean;
}

export interface HashOptions {
  /** Worker threads at most; default: cores, capped at 8. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** Called at most some times a second with bytes hashed so far, and once at the end. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly files: number }) => void;
  /**
   * Takes each result as soon as it is there, in any order, with the position of its request. What it throws
   * ends the run.
   */
  readonly onFile?: (index: number, file: HashedFile) => void;
  /** Directory of the digest cache; undefined = no cache. */
  readonly cacheDirectory?: string;
}
