// SPDX-License-Identifier: Apache-2.0
// The files of a target, hashed while they are found. Each byte is read once: links to one file, such as those of a
// Hugging Face snapshot to a blob beside it, have the digests of that file.

import { type HashedFile, type HashOptions, type HashRequest, HashRun } from "./digests/engine.ts";
import type { DigestAlgorithm } from "./model/digest.ts";
import { comparePaths } from "./model/path-order.ts";
import type { IgnoreRule } from "./sources/ignore.ts";
import { walkTarget } from "./sources/target.ts";
import type { SourceFile, SourceTree } from "./sources/tree.ts";

/** OMS shards: each range of `sizeBytes` is hashed on its own. */
export interface ShardPlan {
  readonly algorithm: DigestAlgorithm;
  readonly sizeBytes: number;
}

export interface TreeHashing {
  readonly rules: readonly IgnoreRule[];
  readonly algorithms: readonly DigestAlgorithm[];
  readonly shardsFor?: ((path: string, sizeBytes: number) => ShardPlan | undefined) | undefined;
  readonly isRootFileSystem?: boolean | undefined;
  readonly options: Omit<HashOptions, "onFile">;
  /** Told of each file that is going to be read. */
  readonly onRequest: (source: SourceFile) => void;
  /** Takes each file as soon as it is hashed; `index` is the position at which it was found. */
  readonly onFile: (index: number, source: SourceFile, hashed: HashedFile) => void;
}

export interface HashedTree {
  readonly tree: SourceTree;
  /** In the order of the tree. */
  readonly hashed: readonly HashedFile[];
  /** `order[i]` is the position at which the tree's i-th file was found. */
  readonly order: readonly number[];
}

/**
 * Walks and hashes one target.
 * @throws {AibomError} SOURCE_*
 */
export async function hashTree(target: string, hashing: TreeHashing): Promise<HashedTree> {
  const { rules, algorithms, shardsFor, options, onRequest, onFile, isRootFileSystem = false } = hashing;
  const found: SourceFile[] = [];
  const hashed: HashedFile[] = [];
  /** By the position of a request, the position at which its file was found. */
  const requested: number[] = [];
  const request = (index: number, source: SourceFile): HashRequest => {
    requested.push(index);
    onRequest(source);
    const { path, absolutePath, size } = source;
    const shards = shardsFor?.(path, size);
    const plain = { path, absolutePath, size, algorithms };
    return shards === undefined ? plain : { ...plain, shards };
  };
  const take = (index: number, file: HashedFile): void => {
    const source = found[index];
    if (source !== undefined) {
      hashed[index] = file;
      onFile(index, source, file);
    }
  };
  const run = new HashRun({ ...options, onFile: (position, file) => take(requested[position] ?? 0, file) });
  const tree = await walkAndHash(run, walkTarget(target, rules, { isRootFileSystem }), (source) => {
    const index = found.push(source) - 1;
    // Where links lead is known when everything was found.
    return source.isLink ? [] : [request(index, source)];
  });
  const { first, others } = sortLinks(found, shardsFor);
  run.add(first.map(([index, source]) => request(index, source)));
  await run.finish();
  for (const { index, same } of others) {
    const file = hashed[same];
    const path = found[index]?.path;
    if (file !== undefined && path !== undefined) {
      take(index, renamed(file, path));
    }
  }
  return inTreeOrder(tree, found, hashed);
}

interface SortedLinks {
  /** Links that are the first to lead to their file, which itself is not part of the tree. */
  readonly first: readonly (readonly [index: number, source: SourceFile])[];
  /** Links to a file that is hashed under another path. */
  readonly others: readonly { readonly index: number; readonly same: number }[];
}

function sortLinks(found: readonly SourceFile[], shardsFor: TreeHashing["shardsFor"]): SortedLinks {
  const links = [...found.entries()].filter(([, source]) => source.isLink);
  const targets = new Set(links.map(([, source]) => source.absolutePath));
  const known = new Map<string, number>();
  // What a signature covers in shards may be cut in another way under another path.
  const key = ({ path, absolutePath, size }: SourceFile): string => {
    const shards = shardsFor?.(path, size);
    return shards === undefined ? absolutePath : `${absolutePath}\0${shards.algorithm} ${shards.sizeBytes}`;
  };
  for (const [index, source] of targets.size === 0 ? [] : found.entries()) {
    if (!source.isLink && targets.has(source.absolutePath)) {
      known.set(key(source), index);
    }
  }
  const first: (readonly [number, SourceFile])[] = [];
  const others: { index: number; same: number }[] = [];
  for (const [index, source] of links) {
    const same = known.get(key(source));
    if (same === undefined) {
      known.set(key(source), index);
      first.push([index, source]);
    } else {
      others.push({ index, same });
    }
  }
  return { first, others };
}

/** The same file under another path. Its parts are read from its record when asked for, so they are named. */
function renamed(file: HashedFile, path: string): HashedFile {
  const { size, digests, weak, shards, head, identity, linkCount, hasNoArchiveEnd, fromCache } = file;
  return { path, size, digests, weak, shards, head, identity, linkCount, hasNoArchiveEnd, fromCache };
}

function inTreeOrder(
  tree: SourceTree,
  found: readonly SourceFile[],
  hashed: readonly HashedFile[],
): HashedTree {
  const order = found
    .map((_, index) => index)
    .sort((a, b) => comparePaths(found[a]?.path ?? "", found[b]?.path ?? ""));
  const sorted = inOrder(hashed, order);
  if (sorted.some((file, index) => file.path !== tree.files[index]?.path)) {
    throw new Error("results and files of the tree must be in one order");
  }
  return { tree, hashed: sorted, order };
}

/** The items at the positions that `order` names. */
export function inOrder<T>(items: readonly T[], order: readonly number[]): T[] {
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
  take: (source: SourceFile) => readonly HashRequest[],
): Promise<SourceTree> {
  try {
    for (;;) {
      const step = walking.next();
      if (step.done === true) {
        return step.value;
      }
      run.add(step.value.flatMap(take));
      await run.startMany();
    }
  } catch (error) {
    await run.abandon();
    throw error;
  }
}
