// SPDX-License-Identifier: Apache-2.0
// The inventory use-case: paths in, artifacts out. Every byte is hashed once; headers are read once more,
// from the same unchanged files, by the format readers. Finding files, hashing them and describing them goes on at
// the same time: of a large tree the last file is found when most are hashed.

import { type DescribedFile, describedFile, describeTree, fileOnDisk } from "./describe.ts";
import { type HashedFile, type HashOptions, type HashRequest, HashRun } from "./digests/engine.ts";
import type { Artifact } from "./model/artifact.ts";
import type { DigestAlgorithm } from "./model/digest.ts";
import { comparePaths } from "./model/path-order.ts";
import { FileReaders } from "./reading/file-readers.ts";
import { pathInside } from "./sources/companions.ts";
import { defaultIgnoreRules, type IgnoreRule } from "./sources/ignore.ts";
import { walkTarget } from "./sources/target.ts";
import type { SourceFile, SourceTree } from "./sources/tree.ts";

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
  /** Of the files found so far; large trees are hashed while they are walked. */
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
export function inventoryTarget(target: string, options: InventoryOptions = {}): Promise<InventoriedTarget> {
  return withReaders(options, (readers) => readTarget(target, withSha256(options), readers));
}

function withSha256(options: InventoryOptions): InventoryOptions {
  return { ...options, algorithms: [...new Set<DigestAlgorithm>(["sha256", ...(options.algorithms ?? [])])] };
}

/** Readers for `work`, which may be about several targets; no thread is left when it is done. */
export async function withReaders<T>(
  options: Pick<InventoryOptions, "jobs" | "signal">,
  work: (readers: FileReaders) => Promise<T>,
): Promise<T> {
  const { jobs, signal } = options;
  const readers = new FileReaders({
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    return await work(readers);
  } finally {
    await readers.close();
  }
}

/**
 * Reads one target with `readers`, which several targets may share, and computes exactly the digests asked for: none
 * by default, for a scan.
 * @throws {AibomError} as `inventoryTarget`
 */
export async function readTarget(
  target: string,
  options: InventoryOptions,
  readers: FileReaders,
): Promise<InventoriedTarget> {
  const described: DescribedFile[] = [];
  const { order, ...hashed } = await hashTree(target, options, (index, source, file) => {
    readers.read(fileOnDisk(source, file), (read) => {
      described[index] = describedFile(source, file, read);
    });
  });
  await readers.finish();
  return { ...hashed, artifact: describeTree(hashed.tree, inOrder(described, order)) };
}

/**
 * Reads and hashes one target without looking into its files. Computes exactly the digests asked for: whole
 * files for `algorithms` (none by default), ranges for `shardsFor`.
 * @throws {AibomError} SOURCE_*: the target is missing, empty, unreadable or changed while it was read
 */
export async function hashTarget(target: string, options: InventoryOptions): Promise<HashedTarget> {
  const { order: _, ...hashed } = await hashTree(target, options, () => undefined);
  return hashed;
}

/** `order[i]` is the position at which the tree's i-th file was found. */
async function hashTree(
  target: string,
  options: InventoryOptions,
  onFile: (index: number, source: SourceFile, hashed: HashedFile) => void,
): Promise<HashedTarget & { readonly order: readonly number[] }> {
  const { defaultRules = defaultIgnoreRules, ignore = [], algorithms = [], shardsFor } = options;
  const found: SourceFile[] = [];
  let totalBytes = 0;
  const totals = (): { totalBytes: number; totalFiles: number } => ({ totalBytes, totalFiles: found.length });
  const take = (source: SourceFile): HashRequest => {
    found.push(source);
    totalBytes += source.size;
    const { path, absolutePath, size } = source;
    const shards = shardsFor?.(path, size);
    const request = { path, absolutePath, size, algorithms };
    return shards === undefined ? request : { ...request, shards };
  };
  const run = new HashRun({
    ...hashOptions(options, totals),
    onFile(index, hashed) {
      const source = found[index];
      if (source !== undefined) {
        onFile(index, source, hashed);
      }
    },
  });
  const rules = [...defaultRules, ...ignore, ...outputRules(target, options.outputs ?? [])];
  const tree = await walkAndHash(run, walkTarget(target, rules), take);
  const results = await run.finish();
  const order = found
    .map((_, index) => index)
    .sort((a, b) => comparePaths(found[a]?.path ?? "", found[b]?.path ?? ""));
  const hashed = inOrder(results, order);
  if (hashed.some((file, index) => file.path !== tree.files[index]?.path)) {
    throw new Error("results and files of the tree must be in one order");
  }
  return { target, tree, hashed, order };
}

function inOrder<T>(items: readonly T[], order: readonly number[]): T[] {
  return order.map((index) => {
    const item = items[index];
    if (item === undefined) {
      throw new Error("the hashing engine must answer for every file");
    }
    return item;
  });
}

/** Hands the files of a walk to a run as they are found. What the walk throws ends the run. */
async function walkAndHash(
  run: HashRun,
  walking: Generator<readonly SourceFile[], SourceTree>,
  take: (source: SourceFile) => HashRequest,
): Promise<SourceTree> {
  try {
    for (;;) {
      const step = walking.next();
      if (step.done === true) {
        return step.value;
      }
      run.add(step.value.map(take));
      await run.startMany();
    }
  } catch (error) {
    await run.abandon();
    throw error;
  }
}

/**
 * Inventories several targets one after the other, each with all cores.
 * @throws {AibomError} as `inventoryTarget`
 */
export async function inventory(
  targets: readonly string[],
  options: InventoryOptions = {},
): Promise<readonly Artifact[]> {
  return withReaders(options, async (readers) => {
    const artifacts: Artifact[] = [];
    for (const target of targets) {
      artifacts.push((await readTarget(target, withSha256(options), readers)).artifact);
    }
    return artifacts;
  });
}

function outputRules(target: string, outputs: readonly string[]): IgnoreRule[] {
  return outputs
    .map((output) => pathInside(target, output))
    .filter((path) => path !== undefined)
    .map((path) => ({ path, reason: "written by aibom", isOutput: true, isFileOnly: true }));
}

function hashOptions(
  options: InventoryOptions,
  totals: () => Pick<Progress, "totalBytes" | "totalFiles">,
): HashOptions {
  const { onProgress } = options;
  return {
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.digestCacheDirectory === undefined ? {} : { cacheDirectory: options.digestCacheDirectory }),
    ...(onProgress === undefined ? {} : { onProgress: (done) => onProgress({ ...done, ...totals() }) }),
  };
}
