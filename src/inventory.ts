// SPDX-License-Identifier: Apache-2.0
// The inventory use-case: paths in, artifacts out. Every byte is hashed once; headers are read once more,
// from the same unchanged files, by the format readers. Finding files, hashing them and describing them goes on at
// the same time: of a large tree the last file is found when most are hashed.

import { checkPackageFiles } from "./check-packages.ts";
import { type DescribedFile, describedFile, describeShown, describeTree, HashedOnDisk } from "./describe.ts";
import type { HashedFile, HashOptions } from "./digests/engine.ts";
import { checkExpectedFiles, type OptionsFor } from "./expected-files.ts";
import type { ReadFile } from "./formats/read-file.ts";
import { hashTree, inOrder, type ShardPlan, type TreeHashing } from "./hash-tree.ts";
import type { Artifact } from "./model/artifact.ts";
import type { DigestAlgorithm } from "./model/digest.ts";
import { NamedBlobs } from "./named-blobs.ts";
import { imageBlobs, withImages } from "./read-target-images.ts";
import { FileReaders } from "./reading/file-readers.ts";
import { pathInside, usualIgnoreRules } from "./sources/companions.ts";
import type { IgnoreRule } from "./sources/ignore.ts";
import type { SourceFile, SourceTree } from "./sources/tree.ts";

export interface InventoryOptions {
  /** Digests of every file; SHA-256 is always among them. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Digests of ranges of a file besides, for a signature made over shards. */
  readonly shardsFor?: (path: string, sizeBytes: number) => ShardPlan | undefined;
  /** Paths to leave out besides the default rules, relative to the target, each with its subtree. */
  readonly ignore?: readonly IgnoreRule[];
  /** Instead of `usualIgnoreRules`: for a caller who knows which files a signature names. */
  readonly defaultRules?: readonly IgnoreRule[];
  /**
   * Files that this run or the next step writes (the BOM, its signature). Where they lie inside a target they
   * are left out and listed, whether or not they exist yet: the second run gives the same bytes as the first.
   */
  readonly outputs?: readonly string[];
  /** Those of the targets that are root file systems: their links lead inside of them, absolute ones too. */
  readonly rootFileSystems?: readonly string[];
  /** Worker threads at most. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** A file of so many bytes was found, or was looked into: for a run that hashes nothing. */
  readonly onFound?: (bytes: number) => void;
  readonly onRead?: (bytes: number) => void;
  /** Directory of the digest cache. A gate sets it only for `--unsafe-digest-cache`. */
  readonly digestCacheDirectory?: string;
}

export interface Progress {
  readonly bytes: number;
  /** Of the files found so far, each once however many links lead to it; large trees are hashed while they are walked. */
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
  return withReaders(options, (readers) => inventoryWith(target, options, readers));
}

/** The same with `readers`, and what the target's manifests say about its files compared with the bytes. */
async function inventoryWith(
  target: string,
  options: InventoryOptions,
  readers: FileReaders,
): Promise<InventoriedTarget> {
  const read = await readTarget(target, withSha256(options), readers);
  const further = secondPassOptions(options, read.tree);
  const artifact = await checkExpectedFiles(read, further);
  return { ...read, artifact: await checkPackageFiles({ ...read, artifact }, further) };
}

/** Progress goes on from where the first pass ended. Nothing of a second pass is cached. */
function secondPassOptions(options: InventoryOptions, { files: found }: SourceTree): OptionsFor {
  const { digestCacheDirectory: _, onProgress, ...rest } = options;
  // A file that several links lead to was read once.
  const read = new Map(found.map(({ absolutePath, size }) => [absolutePath, size]));
  const first = [...read.values()].reduce((sum, size) => sum + size, 0);
  const files = read.size;
  return (second) =>
    hashOptions(
      onProgress === undefined
        ? rest
        : { ...rest, onProgress: (done) => onProgress({ ...done, bytes: first + done.bytes, files }) },
      { totalBytes: first + second, totalFiles: files },
    );
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
  const read = (index: number, source: SourceFile, file: HashedFile): void =>
    readers.read(new HashedOnDisk(source, file), (said) => {
      described[index] = describedFile(source, file, said);
      options.onRead?.(file.size);
    });
  const blobs = new NamedBlobs();
  const { order, ...hashed } = await hashFiles(target, options, (index, source, file) => {
    if (!blobs.postpone(index, source, file)) {
      read(index, source, file);
    }
  });
  const isOfImage = imageBlobs(hashed.tree);
  for (const { index, source, hashed: file } of blobs.hidden()) {
    if (isOfImage(source.path)) {
      described[index] = describedFile(source, file, imageBlob);
    } else {
      read(index, source, file);
    }
  }
  await readers.finish();
  for (const { index, source, hashed: file, shownAt } of blobs.shown()) {
    const link = described[shownAt];
    if (link !== undefined) {
      described[index] = describeShown(source, file, link);
    }
  }
  const artifact = describeTree(hashed.tree, inOrder(described, order));
  return { ...hashed, artifact: await withImages(artifact, hashed.tree, options) };
}

/** A blob of an image until its image is read. */
const imageBlob: ReadFile = { format: "file", status: "unverified", holdsWeights: false, findings: [] };

/**
 * Reads and hashes one target without looking into its files. Computes exactly the digests asked for: whole
 * files for `algorithms` (none by default), ranges for `shardsFor`.
 * @throws {AibomError} SOURCE_*: the target is missing, empty, unreadable or changed while it was read
 */
export async function hashTarget(target: string, options: InventoryOptions): Promise<HashedTarget> {
  const { order: _, ...hashed } = await hashFiles(target, options, () => undefined);
  return hashed;
}

async function hashFiles(
  target: string,
  options: InventoryOptions,
  onFile: TreeHashing["onFile"],
): Promise<HashedTarget & { readonly order: readonly number[] }> {
  const { defaultRules = usualIgnoreRules(target), ignore = [], algorithms = [], shardsFor } = options;
  const totals = { totalBytes: 0, totalFiles: 0 };
  const hashed = await hashTree(target, {
    rules: [...defaultRules, ...ignore, ...outputRules(target, options.outputs ?? [])],
    algorithms,
    shardsFor,
    isRootFileSystem: options.rootFileSystems?.includes(target),
    options: hashOptions(options, totals),
    onRequest({ size }) {
      totals.totalBytes += size;
      totals.totalFiles += 1;
      options.onFound?.(size);
    },
    onFile,
  });
  return { target, ...hashed };
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
      artifacts.push((await inventoryWith(target, options, readers)).artifact);
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
  totals: Readonly<Pick<Progress, "totalBytes" | "totalFiles">>,
): HashOptions {
  const { onProgress } = options;
  return {
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.digestCacheDirectory === undefined ? {} : { cacheDirectory: options.digestCacheDirectory }),
    ...(onProgress === undefined ? {} : { onProgress: (done) => onProgress({ ...done, ...totals }) }),
  };
}
