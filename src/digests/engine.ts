// SPDX-License-Identifier: Apache-2.0
// The hashing engine: every byte is read once, for all digests that anybody needs, by as many threads as
// there are cores, largest file first. docs/architecture.md has the drawing; bench/hash.ts the figures.

import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { openDigestCache } from "./cache.ts";
import { createCollector, resultOf } from "./collector.ts";
import { faultError } from "./fault-error.ts";
import { type Job, openJob, packJob } from "./job.ts";
import { createWantedTable, type Plan, planTasks, type WantedTable } from "./plan.ts";
import { reportProgress } from "./progress.ts";
import type { HashedFile, HashOptions, HashRequest } from "./request.ts";
import { createWriters, runTask, type TaskResult } from "./run-task.ts";
import type { Wanted } from "./wanted.ts";

export type { FileIdentity } from "./record.ts";
export type { HashedFile, HashOptions, HashRequest } from "./request.ts";

/** More threads than this compete for the memory bus: measured flat from 8 on every disk but the fastest. */
const maxDefaultJobs = 8;
/**
 * Below both, hashing on this thread ends before threads have started (30 ms each): measured break-even at
 * about 100 MB or 8,000 files of 4 kB on two cores.
 */
const maxInlineBytes = 128 * 1024 * 1024;
const maxInlineFiles = 4000;

/**
 * Hashes every request, each byte once. Results in the order of the requests. The first file that cannot be
 * hashed ends the whole run; no thread outlives the promise.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, SOURCE_NOT_REGULAR, SOURCE_CHANGED,
 *   DIGEST_WORKER_FAILED, DIGEST_CACHE_REFUSED, DIGEST_TOO_MANY_SHARDS; the signal's reason when aborted
 */
export async function hashFiles(
  requests: readonly HashRequest[],
  options: HashOptions = {},
): Promise<HashedFile[]> {
  const { cacheDirectory, signal } = options;
  signal?.throwIfAborted();
  const cache = cacheDirectory === undefined ? undefined : openDigestCache(cacheDirectory, requests);
  try {
    const table = createWantedTable();
    const results = new Array<HashedFile | undefined>(requests.length);
    const missing: number[] = [];
    for (const [index, request] of requests.entries()) {
      const wanted = table.all[table.indexOf(request)];
      const record = wanted && cache?.find(request, wanted);
      if (wanted !== undefined && record !== undefined) {
        results[index] = resultOf(request, wanted, record, true);
      } else {
        missing.push(index);
      }
    }
    await hashMissing(requests, missing, table, options, (index, request, wanted, record) => {
      cache?.add(wanted, record);
      results[index] = resultOf(request, wanted, record, false);
    });
    const complete = results.filter((result) => result !== undefined);
    if (complete.length !== requests.length) {
      throw faultError({ kind: "crash", detail: "a file has no result" });
    }
    cache?.save();
    return complete;
  } finally {
    cache?.close();
  }
}

type OnRecord = (index: number, request: HashRequest, wanted: Wanted, record: Buffer) => void;

async function hashMissing(
  requests: readonly HashRequest[],
  missing: readonly number[],
  table: WantedTable,
  options: HashOptions,
  onRecord: OnRecord,
): Promise<void> {
  const jobs = Math.max(1, options.jobs ?? Math.min(availableParallelism(), maxDefaultJobs));
  const plan = planTasks(requests, missing, table, jobs);
  const data = packJob(plan.files, plan.tasks, table.all);
  const job = openJob(data);
  const collector = createCollector(requests, plan, table, (index, wanted, record) => {
    const request = requests[index];
    if (request !== undefined) {
      onRecord(index, request, wanted, record);
    }
  });
  const onResult = (result: TaskResult): void => {
    if ("fault" in result) {
      const index = plan.order[result.file];
      throw faultError(result.fault, index === undefined ? undefined : requests[index]?.path);
    }
    collector.accept(result.task, result.records);
  };
  const cached = requests.length - missing.length;
  const progress = reportProgress(job, options.onProgress, {
    files: cached,
    bytes: cachedBytes(requests, plan),
  });
  try {
    if (isSmall(plan)) {
      await runInline(job, options.signal, onResult);
    } else {
      const threads = Math.min(jobs, plan.tasks.length);
      // Loaded only when there is work for it: worker threads cost a small job more than they save.
      const { runPool } = await import("./pool.ts");
      await runPool(data, { threads, taskCount: plan.tasks.length, signal: options.signal, onResult });
    }
    progress.finish();
  } finally {
    progress.stop();
  }
}

function cachedBytes(requests: readonly HashRequest[], plan: Plan): number {
  return requests.reduce((sum, request) => sum + request.size, 0) - plan.totalBytes;
}

function isSmall(plan: Plan): boolean {
  return plan.totalBytes < maxInlineBytes && plan.files.length < maxInlineFiles;
}

/** Hashes on this thread, pausing between tasks so that signals and timers get their turn. */
async function runInline(
  job: Job,
  signal: AbortSignal | undefined,
  onResult: (result: TaskResult) => void,
): Promise<void> {
  const writers = await createWriters(job);
  for (let task = job.takeTask(); task < job.taskCount; task = job.takeTask()) {
    onResult(await runTask(job, task, writers));
    await setImmediate();
    signal?.throwIfAborted();
  }
}
