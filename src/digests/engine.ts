// SPDX-License-Identifier: Apache-2.0
// CONTRACT ONLY — to be implemented.
import type { Digest, DigestAlgorithm } from "../model/digest.ts";

/** Identity of an open file, to notice a change between hashing and reading. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

export interface HashRequest {
  /** Relative path, for errors and results. */
  readonly path: string;
  /** Where it is on disk. Symbolic links are resolved already; the file is opened with O_NOFOLLOW. */
  readonly absolutePath: string;
  /** Size in bytes at the time of the walk, for scheduling. */
  readonly size: number;
  /** Whole-file digests wanted. May be empty if only shards are wanted. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** OMS shards wanted besides. */
  readonly shards?: { readonly algorithm: DigestAlgorithm; readonly sizeBytes: number };
}

export interface HashedShard {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly digest: Digest;
}

export interface HashedFile {
  readonly path: string;
  readonly size: number;
  readonly digests: readonly Digest[];
  readonly shards: readonly HashedShard[];
  /** First bytes (up to 64), for identification without a second read. */
  readonly head: Uint8Array;
  readonly identity: FileIdentity;
  readonly linkCount: number;
}

export interface HashOptions {
  /** Worker threads at most; default: cores, capped at 8. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** Called at most some times a second with bytes hashed so far. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly files: number }) => void;
  /** Directory of the digest cache; undefined = no cache. */
  readonly cacheDirectory?: string;
}
/** Hashes every request, each byte once. Results in the order of the requests. */
export declare function hashFiles(
  requests: readonly HashRequest[],
  options?: HashOptions,
): Promise<HashedFile[]>;
