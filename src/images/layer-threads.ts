// SPDX-License-Identifier: Apache-2.0
// Threads that read layers, one layer each at a time. One that says nothing for long is ended: its layer counts as not
// looked at, and the others go on. Those that are done wait a moment for the next pass, since to start one takes as long as
// to read some megabytes; they keep no process alive.

import { Worker } from "node:worker_threads";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { LayerEntry, LayerJob, LayerMessage, ReadLayer } from "./layer-job.ts";

/** The thread's program lies beside this file: as TypeScript in the source tree, bundled in `dist/`. */
const workerUrl = new URL(
  import.meta.url.endsWith(".ts") ? "./layer-worker.ts" : "./layer-worker.js",
  import.meta.url,
);

/**
 * MiB. Old: windows of one large file, small files until they are read, and what readers need. Young: little, because the
 * chunks that zlib unpacks into are freed with it. With 32 they pile up until V8 collects the whole heap, every 64 MB of
 * them, which took a quarter of the time.
 */
const resourceLimits = { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 2 };

/** Bytes of layers for which another thread is worth its start, which takes as long as reading about so many. */
const bytesOfThread = 4 * 1024 * 1024;

/** Milliseconds that a thread without work is kept. */
const restMilliseconds = 2000;

export interface LayerThreadsOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; tests have less patience. */
  readonly silence?: number;
}

/** Reads all jobs; the answers are in their order. @throws the signal's reason when aborted */
export async function readLayers(
  jobs: readonly LayerJob[],
  { threads, signal, silence = limits.maxLayerSilentMilliseconds }: LayerThreadsOptions,
): Promise<readonly ReadLayer[]> {
  const answers: ReadLayer[] = [];
  // The largest first: the last one to end decides how long all of it takes.
  const order = [...jobs.keys()].sort((a, b) => (jobs[b]?.file.size ?? 0) - (jobs[a]?.file.size ?? 0));
  const work = async (): Promise<void> => {
    let thread: LayerThread | undefined;
    try {
      for (let index = order.shift(); index !== undefined; index = order.shift()) {
        signal?.throwIfAborted();
        const job = jobs[index];
        if (job !== undefined) {
          thread = thread?.isAlive === true ? thread : takeThread();
          answers[index] = await thread.read(job, silence, signal);
        }
      }
    } finally {
      if (thread !== undefined) {
        keepThread(thread);
      }
    }
  };
  const bytes = jobs.reduce((sum, { file }) => sum + file.size, 0);
  const useful = Math.min(threads, jobs.length, Math.ceil(bytes / bytesOfThread) || 1);
  await Promise.all(Array.from({ length: useful }, work));
  signal?.throwIfAborted();
  return answers;
}

/** Threads without work. */
const idle: LayerThread[] = [];

function takeThread(): LayerThread {
  for (let thread = idle.pop(); thread !== undefined; thread = idle.pop()) {
    if (thread.isAlive) {
      thread.wake();
      return thread;
    }
  }
  return new LayerThread();
}

function keepThread(thread: LayerThread): void {
  if (thread.isAlive) {
    thread.rest();
    idle.push(thread);
  }
}

class LayerThread {
  isAlive = true;
  readonly #worker: Worker;
  #rest: NodeJS.Timeout | undefined;

  constructor() {
    this.#worker = new Worker(workerUrl, {
      name: "aibom-layer",
      resourceLimits,
      // Own output streams and no inherited flags, as the other threads.
      execArgv: [],
      env: {},
      argv: [],
      stdin: false,
      stdout: true,
      stderr: true,
    });
    // An error between two layers has nobody to tell. One listener for all of them, or Node warns of a leak.
    this.#worker
      .on("error", () => undefined)
      .on("exit", () => {
        this.isAlive = false;
      });
  }

  /** Never rejects: a thread that ends before its answer makes the layer incomplete. */
  read(job: LayerJob, silence: number, signal: AbortSignal | undefined): Promise<ReadLayer> {
    const entries: LayerEntry[] = [];
    const worker = this.#worker;
    const { promise, resolve } = Promise.withResolvers<ReadLayer>();
    let timer: NodeJS.Timeout | undefined;
    const fail = (reason: Finding): void => resolve(unread(job, entries, reason));
    const end = (reason: Finding): void => {
      this.isAlive = false;
      void worker.terminate();
      fail(reason);
    };
    const where = { path: job.path, member: job.digest };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () => end(finding("IMAGE_LAYER_TIMEOUT", where, { seconds: silence / 1000 })),
        silence,
      );
    };
    const crashed = (reason: string): void =>
      end(finding("READER_CRASHED", where, { format: "layer", reason }));
    const onMessage = (message: LayerMessage): void => {
      wait();
      if (message.kind === "entries") {
        for (const entry of message.entries) {
          entries.push(entry);
        }
      } else if (message.kind === "end") {
        resolve({ ...message.end, digest: job.digest, entries });
      } else if (message.kind === "failed") {
        fail(message.finding);
      }
    };
    const onError = (error: unknown): void => crashed(error instanceof Error ? error.message : String(error));
    const onExit = (code: number): void => crashed(`exit code ${code}`);
    const onAbort = (): void => crashed("aborted");
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    signal?.addEventListener("abort", onAbort, { once: true });
    wait();
    worker.postMessage(job);
    return promise.finally(() => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      signal?.removeEventListener("abort", onAbort);
    });
  }

  /** Waits for work, and ends when none comes. */
  rest(): void {
    this.#worker.unref();
    this.#rest = setTimeout(() => {
      this.isAlive = false;
      void this.#worker.terminate();
    }, restMilliseconds).unref();
  }

  wake(): void {
    clearTimeout(this.#rest);
    this.#worker.ref();
  }
}

function unread(job: LayerJob, entries: readonly LayerEntry[], reason: Finding): ReadLayer {
  return {
    digest: job.digest,
    entries,
    actual: job.digest,
    diffId: job.diffId ?? job.digest,
    compression: "none",
    unpackedBytes: 0,
    findings: [reason],
    complete: false,
    again: [],
  };
}
