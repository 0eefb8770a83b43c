// SPDX-License-Identifier: Apache-2.0
// Threads that work on jobs. `finish` and `stop` settle only when every thread is gone: after success, after
// the first failure, after an abort and after a crash alike.

import { Worker } from "node:worker_threads";
import { faultError } from "./fault-error.ts";
import { type JobData, openJob, type PoolMessage } from "./job.ts";
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
  readonly signal: AbortSignal | undefined;
  /** Takes one result, with the number that `add` gave its job; what it throws ends the work. */
  readonly onResult: (job: number, result: TaskResult) => void;
}

/** Threads at work. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #workers: Worker[] = [];
  readonly #exits: Promise<void>[] = [];
  readonly #onAbort = (): void => this.#fail(this.#options.signal?.reason);
  #failure: { readonly reason: unknown } | undefined;
  #jobs = 0;
  #expected = 0;
  #received = 0;

  /** Starts the threads. Whoever does must call `finish` or `stop`. */
  constructor(options: PoolOptions) {
    this.#options = options;
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    for (let thread = 0; thread < options.threads; thread++) {
      this.#startWorker();
    }
    if (options.signal?.aborted === true) {
      this.#onAbort();
    }
  }

  /** Gives every thread one more job and returns its number. An urgent one comes before those under way. */
  add(data: JobData, isUrgent = false): number {
    const number = this.#jobs++;
    this.#expected += openJob(data).taskCount;
    this.#tell({ kind: "job", number, data, isUrgent });
    return number;
  }

  /**
   * Resolves when every task gave its result.
   * @throws {AibomError} DIGEST_WORKER_FAILED, or what `onResult` threw; the signal's reason when aborted
   */
  async finish(): Promise<void> {
    this.#tell({ kind: "end" });
    await this.#allGone();
    if (this.#failure !== undefined) {
      throw this.#failure.reason;
    }
    if (this.#received !== this.#expected) {
      throw crash(`${this.#received} of ${this.#expected} results`);
    }
  }

  /** Ends the work where it stands. */
  async stop(): Promise<void> {
    this.#fail(undefined);
    await this.#allGone();
  }

  async #allGone(): Promise<void> {
    await Promise.all(this.#exits);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #tell(message: PoolMessage): void {
    for (const worker of this.#workers) {
      worker.postMessage(message);
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    for (const worker of this.#workers) {
      void worker.terminate();
    }
  }

  #accept({ job, result }: { readonly job: number; readonly result: TaskResult }): void {
    if (this.#failure !== undefined) {
      return;
    }
    try {
      this.#options.onResult(job, result);
      this.#received++;
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #startWorker(): void {
    const worker = startWorker();
    this.#workers.push(worker);
    worker.on("message", (message) => this.#accept(message));
    worker.on("messageerror", (error) => this.#fail(crash(error.message)));
    worker.on("error", (error) => this.#fail(crash(messageOf(error))));
    this.#exits.push(
      new Promise<void>((resolve) => {
        worker.once("exit", (code) => {
          if (code !== 0) {
            this.#fail(crash(`exit code ${code}`));
          }
          resolve();
        });
      }),
    );
  }
}

/** Own output streams and no inherited flags: nothing a thread prints, and no debugger flag, gets in between. */
function startWorker(): Worker {
  return new Worker(workerUrl, {
    name: "aibom-hash",
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
