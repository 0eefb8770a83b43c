// SPDX-License-Identifier: Apache-2.0
// The hashing engine: every byte is read once, for all digests that anybody needs, by as many threads as
// there are cores, largest file first. docs/architecture.md has the drawing; bench/hash.ts the figures.

import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { type DigestCache, openDigestCache } from "./cache.ts";
import { type Collector, createCollector, resultOf } from "./collector.ts";
import { faultError } from "./fault-error.ts";
import { type Job, openJob, packJob } from "./job.ts";
import { createWantedTable, isLarge, type Plan, planTasks } from "./plan.ts";
import type { Pool } from "./pool.ts";
import { type HashProgress, reportProgress } from "./progress.ts";
import type { HashedFile, HashOptions, HashRequest } from "./request.ts";
import { createWriters, runTask, type TaskResult } from "./run-task.ts";

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
/** Small files that make a job of their own while others are still being found. */
const filesPerJob = 4096;

/**
 * Hashes every request, each byte once. Results in the order of the requests. The first file that cannot be
 * hashed ends the whole run; no thread outlives the promise.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, SOURCE_NOT_REGULAR, SOURCE_CHANGED,
 *   DIGEST_WORKER_FAILED, DIGEST_CACHE_REFUSED, DIGEST_TOO_MANY_SHARDS; the signal's reason when aborted
 */
export function hashFiles(
  requests: readonly HashRequest[],
  options: HashOptions = {},
): Promise<HashedFile[]> {
  const run = new HashRun(options);
  run.add(requests);
  return run.finish();
}

/** A job of the run: what was planned, where its counters are, who puts its records together. */
interface StartedJob {
  readonly order: Plan["order"];
  readonly job: Job;
  readonly collector: Collector;
}

/**
 * Hashing of files that are still being found. Whoever starts a run must call `finish` or `abandon`, after
 * which no thread is left.
 */
export class HashRun {
  readonly #options: HashOptions;
  readonly #jobs: number;
  readonly #requests: HashRequest[] = [];
  readonly #results: (HashedFile | undefined)[] = [];
  readonly #table = createWantedTable();
  readonly #started: StartedJob[] = [];
  readonly #progress: { finish(): void; stop(): void };
  /** Positions of requests that no job holds yet. */
  #large: number[] = [];
  #small: number[] = [];
  #cached: HashProgress = { bytes: 0, files: 0 };
  #cache: DigestCache | undefined;
  #pool: Pool | undefined;

  constructor(options: HashOptions) {
    this.#options = options;
    this.#jobs = Math.max(1, options.jobs ?? Math.min(availableParallelism(), maxDefaultJobs));
    this.#progress = reportProgress(options.onProgress, () => this.#counters());
  }

  /** Adds files, which are hashed when there are enough of them for threads, at the latest by `finish`. */
  add(requests: readonly HashRequest[]): void {
    for (const request of requests) {
      const index = this.#requests.push(request) - 1;
      this.#results.push(undefined);
      (isLarge(request) ? this.#large : this.#small).push(index);
    }
  }

  /**
   * Starts with the small files that are there, if they are many. Large ones wait for `finish`: the largest has
   * to be first. A file that cannot be hashed is reported by `finish`.
   * @throws {AibomError} DIGEST_TOO_MANY_SHARDS; the signal's reason when aborted
   */
  async startMany(): Promise<void> {
    if (this.#small.length < filesPerJob || this.#options.cacheDirectory !== undefined) {
      return;
    }
    const indexes = this.#small;
    this.#small = [];
    await this.#startJob(planTasks(this.#requests, indexes, this.#table, this.#jobs), false);
    // Results and signals get their turn.
    await setImmediate();
    this.#options.signal?.throwIfAborted();
  }

  /**
   * No more files. Resolves when all are hashed, with the results in the order in which they were added.
   * @throws {AibomError} as `hashFiles`
   */
  async finish(): Promise<HashedFile[]> {
    const { cacheDirectory, signal } = this.#options;
    try {
      signal?.throwIfAborted();
      if (cacheDirectory !== undefined) {
        this.#cache = openDigestCache(cacheDirectory, this.#requests);
        this.#takeCached(this.#cache);
      }
      await this.#hashRest();
      this.#progress.finish();
      const complete = this.#results.filter((result) => result !== undefined);
      if (complete.length !== this.#requests.length) {
        throw faultError({ kind: "crash", detail: "a file has no result" });
      }
      this.#cache?.save();
      return complete;
    } finally {
      await this.abandon();
    }
  }

  /** Ends the run where it stands. */
  async abandon(): Promise<void> {
    this.#progress.stop();
    this.#cache?.close();
    await this.#pool?.stop();
  }

  /** Leaves to hash what the cache does not know. */
  #takeCached(cache: DigestCache): void {
    const isUnknown = (index: number): boolean => {
      const request = this.#requests[index];
      const wanted = request && this.#table.all[this.#table.indexOf(request)];
      const record = request && wanted && cache.find(request, wanted);
      if (request === undefined || wanted === undefined || record === undefined) {
        return true;
      }
      const { bytes, files } = this.#cached;
      this.#cached = { bytes: bytes + request.size, files: files + 1 };
      this.#setResult(index, resultOf(request, wanted, record, 0, true));
      return false;
    };
    this.#large = this.#large.filter(isUnknown);
    this.#small = this.#small.filter(isUnknown);
  }

  async #hashRest(): Promise<void> {
    const plan = planTasks(this.#requests, [...this.#large, ...this.#small], this.#table, this.#jobs);
    if (this.#pool === undefined && isSmall(plan)) {
      await this.#runInline(plan);
      return;
    }
    if (plan.tasks.length > 0) {
      await this.#startJob(plan, true);
    }
    await this.#pool?.finish();
  }

  async #startJob(plan: Plan, isUrgent: boolean): Promise<void> {
    const data = packJob(plan.files, plan.tasks, [...this.#table.all]);
    if (this.#pool === undefined) {
      // Loaded only when there is work for it: worker threads cost a small job more than they save.
      const { Pool } = await import("./pool.ts");
      this.#pool = new Pool({
        threads: Math.min(this.#jobs, plan.tasks.length),
        signal: this.#options.signal,
        onResult: (job, result) => this.#accept(this.#started[job], result),
      });
    }
    this.#started.push(this.#startedJob(plan, openJob(data)));
    this.#pool.add(data, isUrgent);
  }

  /** Hashes on this thread, pausing between tasks so that signals and timers get their turn. */
  async #runInline(plan: Plan): Promise<void> {
    const job = openJob(packJob(plan.files, plan.tasks, this.#table.all));
    const started = this.#startedJob(plan, job);
    this.#started.push(started);
    const writers = await createWriters(job);
    for (let task = job.takeTask(); task < job.taskCount; task = job.takeTask()) {
      this.#accept(started, await runTask(job, task, writers));
      await setImmediate();
      this.#options.signal?.throwIfAborted();
    }
  }

  #startedJob({ order, tasks }: Plan, job: Job): StartedJob {
    const collector = createCollector(
      this.#requests,
      // What was packed for the threads is not kept.
      { order, tasks },
      this.#table,
      (index, wanted, records, offset, length) => {
        const request = this.#requests[index];
        if (request !== undefined) {
          this.#cache?.add(wanted, records.subarray(offset, offset + length));
          this.#setResult(index, resultOf(request, wanted, records, offset, false));
        }
      },
    );
    return { order, job, collector };
  }

  #accept(started: StartedJob | undefined, result: TaskResult): void {
    if (started === undefined) {
      throw new RangeError("a result of a job that does not exist");
    }
    if ("fault" in result) {
      const index = started.order[result.file];
      throw faultError(result.fault, index === undefined ? undefined : this.#requests[index]?.path);
    }
    started.collector.accept(result.task, result.records);
  }

  #setResult(index: number, file: HashedFile): void {
    this.#results[index] = file;
    this.#options.onFile?.(index, file);
  }

  #counters(): HashProgress {
    let { bytes, files } = this.#cached;
    for (const { job } of this.#started) {
      const done = job.progress();
      bytes += done.bytes;
      files += done.files;
    }
    return { bytes, files };
  }
}

function isSmall(plan: Plan): boolean {
  return plan.totalBytes < maxInlineBytes && plan.files.length < maxInlineFiles;
}
