// SPDX-License-Identifier: Apache-2.0
// Runs a job on worker threads. The promise settles only when every thread is gone: after success, after the
// first failure, after an abort and after a crash alike.

import { Worker } from "node:worker_threads";
import { faultError } from "./fault-error.ts";
import type { JobData } from "./job.ts";
import type { TaskResult } from "./run-task.ts";

/** The worker lies beside this file: as TypeScript in the source tree, bundled under the same name in `dist/`. */
const workerUrl = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/**
 * MiB. A worker holds path strings and small records on its heap, buffers lie outside of it. The limits make
 * a defect end one thread with an error instead of the machine.
 */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 };

export interface PoolOptions {
  readonly threads: number;
  readonly taskCount: number;
  readonly signal: AbortSignal | undefined;
  /** Takes one result; what it throws ends the job. */
  readonly onResult: (result: TaskResult) => void;
}

/**
 * Resolves when every task gave its result.
 * @throws {AibomError} DIGEST_WORKER_FAILED, or what `onResult` threw; the signal's reason when aborted
 */
export async function runPool(data: JobData, options: PoolOptions): Promise<void> {
  const { threads, taskCount, signal } = options;
  signal?.throwIfAborted();
  const workers: Worker[] = [];
  let failure: { readonly reason: unknown } | undefined;
  let received = 0;
  const fail = (reason: unknown): void => {
    failure ??= { reason };
    for (const worker of workers) {
      void worker.terminate();
    }
  };
  const onAbort = (): void => fail(signal?.reason);
  const onResult = (result: TaskResult): void => {
    if (failure !== undefined) {
      return;
    }
    try {
      options.onResult(result);
      received++;
    } catch (thrown) {
      fail(thrown);
    }
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const exits = Array.from({ length: threads }, () => {
      const worker = startWorker(data);
      workers.push(worker);
      worker.on("message", onResult);
      worker.on("messageerror", (error) => fail(crash(error.message)));
      worker.on("error", (error) => fail(crash(messageOf(error))));
      return new Promise<void>((resolve) => {
        worker.once("exit", (code) => {
          if (code !== 0) {
            fail(crash(`exit code ${code}`));
          }
          resolve();
        });
      });
    });
    await Promise.all(exits);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
  if (failure !== undefined) {
    throw failure.reason;
  }
  if (received !== taskCount) {
    throw crash(`${received} of ${taskCount} results`);
  }
}

/** Own output streams and no inherited flags: nothing a thread prints, and no debugger flag, gets in between. */
function startWorker(data: JobData): Worker {
  return new Worker(workerUrl, {
    name: "aibom-hash",
    workerData: data,
    resourceLimits,
    execArgv: [],
    env: {},
    argv: [],
    stdin: false,
    stdout: true,
    stderr: true,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function crash(detail: string): Error {
  return faultError({ kind: "crash", detail });
}
