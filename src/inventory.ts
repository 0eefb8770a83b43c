// SPDX-License-Identifier: Apache-2.0
// The inventory use-case: paths in, artifacts out. Every byte is hashed once; headers are read once more,
// from the same unchanged files, by the format readers.

import { describeTree } from "./describe.ts";
import { type HashedFile, type HashOptions, hashFiles } from "./digests/engine.ts";
import type { Artifact } from "./model/artifact.ts";
import type { DigestAlgorithm } from "./model/digest.ts";
import { pathInside } from "./sources/companions.ts";
import { defaultIgnoreRules, type IgnoreRule } from "./sources/ignore.ts";
import { readTarget } from "./sources/target.ts";
import type { SourceTree } from "./sources/tree.ts";

export interface InventoryOptions {
  /** Digests of every file; SHA-256 is always among them. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Digests of ranges of a file besides, for a signature made over shards. */
  readonly shardsFor?: (path: string, sizeBytes: number) => ShardPlan | undefined;
  /** Paths to leave out besides the default rules, relative to the target, each with its subtree. */
  readonly ignore?: readonly IgnoreRule[];
  /** Instead of `defaultIgnoreRules`: for a caller who knows which files a signature names. */
  readonly defaultRules?: readonly IgnoreRule[];
  /**
   * Files that this run or the next step writes (the BOM, its signature). Where they lie inside a target they
   * are left out and listed, whether or not they exist yet: the second run gives the same bytes as the first.
   */
  readonly outputs?: readonly string[];
  /** Worker threads at most. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Directory of the digest cache. A gate sets it only for `--unsafe-digest-cache`. */
  readonly digestCacheDirectory?: string;
}

/** OMS shards: each range of `sizeBytes` is hashed on its own. */
export interface ShardPlan {
  readonly algorithm: DigestAlgorithm;
  readonly sizeBytes: number;
}

export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly files: number;
  readonly totalFiles: number;
}

/** A tree and its digests: all that a signature needs. */
export interface HashedTarget {
  readonly target: string;
  readonly tree: SourceTree;
  /** In the order of the tree. */
  readonly hashed: readonly HashedFile[];
}

/** An artifact together with what its verification needs: its tree and the raw results of hashing. */
export interface InventoriedTarget extends HashedTarget {
  readonly artifact: Artifact;
}

/**
 * Inventories one target: a directory or a single file.
 * @throws {AibomError} SOURCE_*: the target is missing, empty, unreadable or changed while it was read
 */
export async function inventoryTarget(
  target: string,
  options: InventoryOptions = {},
): Promise<InventoriedTarget> {
  const algorithms = [...new Set<DigestAlgorithm>(["sha256", ...(options.algorithms ?? [])])];
  const hashed = await hashTarget(target, { ...options, algorithms });
  return { ...hashed, artifact: describeTree(hashed.tree, hashed.hashed) };
}

/**
 * Reads and hashes one target without looking into its files. Computes exactly the digests asked for: whole
 * files for `algorithms` (none by default), ranges for `shardsFor`.
 * @throws {AibomError} SOURCE_*: the target is missing, empty, unreadable or changed while it was read
 */
export async function hashTarget(target: string, options: InventoryOptions): Promise<HashedTarget> {
  const { defaultRules = defaultIgnoreRules, ignore = [] } = options;
  const tree = readTarget(target, [
    ...defaultRules,
    ...ignore,
    ...outputRules(target, options.outputs ?? []),
  ]);
  const requests = tree.files.map((file) => {
    const shards = options.shardsFor?.(file.path, file.size);
    return {
      path: file.path,
      absolutePath: file.absolutePath,
      size: file.size,
      algorithms: options.algorithms ?? [],
      ...(shards === undefined ? {} : { shards }),
    };
  });
  return { target, tree, hashed: await hashFiles(requests, hashOptions(tree, options)) };
}

/**
 * Inventories several targets one after the other, each with all cores.
 * @throws {AibomError} as `inventoryTarget`
 */
export async function inventory(
  targets: readonly string[],
  options: InventoryOptions = {},
): Promise<readonly Artifact[]> {
  const artifacts: Artifact[] = [];
  for (const target of targets) {
    artifacts.push((await inventoryTarget(target, options)).artifact);
  }
  return artifacts;
}

function outputRules(target: string, outputs: readonly string[]): IgnoreRule[] {
  return outputs
    .map((output) => pathInside(target, output))
    .filter((path) => path !== undefined)
    .map((path) => ({ path, reason: "written by aibom", isOutput: true, isFileOnly: true }));
}

function hashOptions(tree: SourceTree, options: InventoryOptions): HashOptions {
  const totalBytes = tree.files.reduce((sum, file) => sum + file.size, 0);
  const { onProgress } = options;
  return {
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.digestCacheDirectory === undefined ? {} : { cacheDirectory: options.digestCacheDirectory }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: (done) => onProgress({ ...done, totalBytes, totalFiles: tree.files.length }) }),
  };
}
