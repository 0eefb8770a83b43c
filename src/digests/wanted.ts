// SPDX-License-Identifier: Apache-2.0
// Which digests a request asks for, and how many bytes of results that makes.

import type { DigestAlgorithm } from "../model/digest.ts";
import { type HashAlgorithm, hashHexLengths, type WeakAlgorithm } from "./weak-algorithm.ts";

/** OpenSSF Model Signing shards: a file cut every `sizeBytes` bytes, the last piece shorter. */
export interface ShardSpec {
  readonly algorithm: DigestAlgorithm;
  readonly sizeBytes: number;
}

/** The digests wanted of one file. Few distinct ones serve any number of files. */
export interface Wanted {
  readonly algorithms: readonly DigestAlgorithm[];
  readonly shards: ShardSpec | undefined;
  readonly weak?: readonly WeakAlgorithm[];
}

/** Length of a raw digest in bytes. */
export function digestBytes(algorithm: HashAlgorithm): number {
  return hashHexLengths[algorithm] / 2;
}

/** The functions over the whole range, in the order of their digests. */
export function wholeAlgorithms({ algorithms, weak }: Wanted): readonly HashAlgorithm[] {
  return weak === undefined ? algorithms : [...algorithms, ...weak];
}

/** Number of shards of a range of `length` bytes. An empty file has none (OMS v1.0). */
export function shardCount(shards: ShardSpec | undefined, length: number): number {
  return shards === undefined ? 0 : Math.ceil(length / shards.sizeBytes);
}

/** Bytes of all digests over a range of `length` bytes: whole ones first, weak ones next, then the shards in order. */
export function digestsLength(wanted: Wanted, length: number): number {
  const whole = wholeAlgorithms(wanted).reduce((sum, algorithm) => sum + digestBytes(algorithm), 0);
  const shard = wanted.shards === undefined ? 0 : digestBytes(wanted.shards.algorithm);
  return whole + shard * shardCount(wanted.shards, length);
}
