// SPDX-License-Identifier: Apache-2.0
// Cuts the requests into tasks: largest first, so that no thread starts the biggest file when the others
// are done; small files in batches, so that taking work and posting results cost nothing per file.

import { AibomError } from "../errors.ts";
import type { JobFile, Task } from "./job.ts";
import type { HashRequest } from "./request.ts";
import { type ShardSpec, shardCount, type Wanted, wholeAlgorithms } from "./wanted.ts";

const MiB = 1024 * 1024;

/** Files of one batch: 256 results make a message of 40 kB, and a batch takes about two milliseconds. */
const maxBatchFiles = 256;
/** Bytes of one batch, and the size from which a file is a task of its own: about 5 ms of hashing. */
const maxBatchBytes = 8 * MiB;
/** Bytes of one task of shards. Below it, opening the file again for each task would show. */
const minRangeBytes = 64 * MiB;
/** Bytes from which several reads in flight pay for their threads. */
const minAheadBytes = 64 * MiB;
/** Shards of one file: 1 MiB shards of a 1 TB file. More would be memory for an attacker to choose. */
const maxShards = 1_000_000;

/** The work list. `files[i]` belongs to `requests[order[i]]`. */
export interface Plan {
  readonly files: readonly JobFile[];
  readonly order: readonly number[];
  readonly tasks: readonly Task[];
  readonly totalBytes: number;
}

/** Kinds of requests by content, so that each is described once. */
export interface WantedTable {
  readonly all: readonly Wanted[];
  /** Index of what `request` needs computed. */
  indexOf(request: HashRequest): number;
}

/** An empty table that grows with the requests it sees. */
export function createWantedTable(): WantedTable {
  const all: Wanted[] = [];
  const indexes = new Map<string, number>();
  // Most requests of a run share one list of algorithms, and then need no key.
  let plain: { readonly algorithms: HashRequest["algorithms"]; readonly index: number } | undefined;
  return {
    all,
    indexOf(request) {
      const shards = needsShards(request) ? request.shards : undefined;
      const { algorithms, weak } = request;
      const isPlain = shards === undefined && weak === undefined;
      if (isPlain && plain?.algorithms === algorithms) {
        return plain.index;
      }
      const key = `${algorithms.join()};${weak?.join() ?? ""};${shards?.algorithm ?? ""};${shards?.sizeBytes ?? ""}`;
      let index = indexes.get(key);
      if (index === undefined) {
        const wanted = { algorithms: [...new Set(algorithms)], shards };
        index = all.push(weak === undefined ? wanted : { ...wanted, weak: [...new Set(weak)] }) - 1;
        indexes.set(key, index);
      }
      if (isPlain) {
        plain = { algorithms, index };
      }
      return index;
    },
  };
}

/** A file that fits into one shard needs no second pass if its whole digest is computed anyway. */
function needsShards({ algorithms, shards, size }: HashRequest): boolean {
  return shards !== undefined && !(size <= shards.sizeBytes && algorithms.includes(shards.algorithm));
}

/**
 * Plans the requests with the given indexes for `jobs` threads.
 * @throws {AibomError} DIGEST_TOO_MANY_SHARDS
 */
export function planTasks(
  requests: readonly HashRequest[],
  indexes: readonly number[],
  table: WantedTable,
  jobs: number,
): Plan {
  const order: number[] = [];
  const files: JobFile[] = [];
  const tasks: Task[] = [];
  const add = (index: number, request: HashRequest): JobFile => {
    const file = { absolutePath: request.absolutePath, size: request.size, wanted: table.indexOf(request) };
    order.push(index);
    files.push(file);
    return file;
  };
  const large: Selected[] = [];
  const small: Selected[] = [];
  let totalBytes = 0;
  for (const index of indexes) {
    const request = requests[index];
    if (request !== undefined) {
      (isLarge(request) ? large : small).push({ index, request });
      // Of a file without digests the first bytes are read, and no more.
      totalBytes += request.algorithms.length === 0 && request.shards === undefined ? 0 : request.size;
    }
  }
  large.sort((a, b) => b.request.size - a.request.size);
  for (const { index, request } of large) {
    assertShardCount(request);
    tasks.push(...largeTasks(files.length, add(index, request), table));
  }
  const areFewRanges = tasks.filter(({ start, end }) => end - start >= minAheadBytes).length < jobs;
  const readsAhead = (task: Task): boolean => areFewRanges && task.end - task.start >= minAheadBytes;
  const largeFirst = tasks.map((task) => ({ ...task, readsAhead: readsAhead(task) }));
  const batches = batchTasks(small, add, files);
  return { files, order, tasks: [...largeFirst, ...batches], totalBytes };
}

interface Selected {
  readonly index: number;
  readonly request: HashRequest;
}

/** True for a file that is a task of its own. */
export function isLarge(request: HashRequest): boolean {
  return request.size >= maxBatchBytes;
}

/** One task for a file whose digest is serial, several if only shards are wanted. */
function largeTasks(first: number, file: JobFile, table: WantedTable): Task[] {
  const wanted = table.all[file.wanted];
  const step =
    wanted?.shards === undefined || wholeAlgorithms(wanted).length > 0
      ? file.size
      : rangeBytes(wanted.shards);
  const tasks: Task[] = [];
  for (let start = 0; start < file.size; start += step) {
    tasks.push({ first, count: 1, start, end: Math.min(start + step, file.size), readsAhead: false });
  }
  return tasks;
}

function rangeBytes({ sizeBytes }: ShardSpec): number {
  return Math.ceil(minRangeBytes / sizeBytes) * sizeBytes;
}

/** Small files stay in the order of the walk, which is the order on most disks. */
function batchTasks(
  small: readonly Selected[],
  add: (index: number, request: HashRequest) => JobFile,
  files: readonly JobFile[],
): Task[] {
  const tasks: Task[] = [];
  let first = files.length;
  let bytes = 0;
  const close = (): void => {
    if (files.length > first) {
      tasks.push({
        first,
        count: files.length - first,
        start: 0,
        end: Number.POSITIVE_INFINITY,
        readsAhead: false,
      });
    }
    first = files.length;
    bytes = 0;
  };
  for (const { index, request } of small) {
    if (files.length - first === maxBatchFiles || bytes + request.size > maxBatchBytes) {
      close();
    }
    assertShardCount(request);
    add(index, request);
    bytes += request.size;
  }
  close();
  return tasks;
}

function assertShardCount({ path, size, shards }: HashRequest): void {
  const count = shards !== undefined && shards.sizeBytes >= 1 ? shardCount(shards, size) : Infinity;
  if (shards !== undefined && !(count <= maxShards)) {
    throw AibomError.of("DIGEST_TOO_MANY_SHARDS", { count, limit: maxShards }, { where: { path } });
  }
}
