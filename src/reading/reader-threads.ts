// SPDX-License-Identifier: Apache-2.0
// Threads on which the readers of hostile bytes run, each with a ceiling for memory and for the time of one file. A
// file that goes over it, or takes its thread down, becomes `unverified` with the reason; its thread is replaced and
// the others go on. docs/decisions/0010 has the reasons and the numbers.

import { Worker } from "node:worker_threads";
import { identify } from "../formats/identify.ts";
import type { ReadFile } from "../formats/read-file.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import { type FileOnDisk, headOf, unverified } from "./file-on-disk.ts";
import type { ThreadMessage } from "./serve.ts";

/** Takes what was read of a file. */
export type OnRead = (read: ReadFile) => void;

export interface ReaderThreadsOptions {
  /** Threads at most; they are started when there is a file for them. */
  readonly threads: number;
  /** Milliseconds for one file. */
  readonly milliseconds: number;
  /** MiB of one thread: its JavaScript heap and the buffers outside of it. */
  readonly memoryMiB: number;
  /** The thread's program. */
  readonly worker: URL;
}

/** The thread's program lies beside this file: as TypeScript in the source tree, bundled in `dist/`. */
const readerWorkerUrl = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./reader-worker.js",
  import.meta.url,
);

const MiB = 1024 * 1024;

/** How often the memory of a busy thread is looked at; a thread fills some 50 MB in that time. */
const watchMilliseconds = 25;

/**
 * MiB. V8's own ceiling is the second one, above that of `memoryMiB`: an allocation that goes over it by more than
 * 16 MiB at once ends the process, not the thread. No array or text of JavaScript is larger than what lies between.
 */
const resourceLimits = {
  maxOldGenerationSizeMb: 2 * limits.maxReaderMemoryMiB,
  maxYoungGenerationSizeMb: 64,
};

/** What may cross to a thread: no accessors, and of the buffer that the head is a view of only the head. */
function plainFile({ path, absolutePath, head, size, hasNoArchiveEnd, identity }: FileOnDisk): FileOnDisk {
  const isKnown = hasNoArchiveEnd === undefined ? {} : { hasNoArchiveEnd };
  return { path, absolutePath, head: head.slice(), size, identity, ...isKnown };
}

/** A file, and who waits for it. */
interface Waiting {
  readonly file: FileOnDisk;
  readonly onRead: OnRead;
}

/** What ended a thread before it answered. */
type End =
  | { readonly kind: "time" }
  | { readonly kind: "memory" }
  | { readonly kind: "crash"; readonly reason: string };

interface Thread {
  readonly worker: Worker;
  /** It has started: the time of its files counts from here. */
  isReady: boolean;
  /** The one file that it has; the next is given when this one is answered. */
  current: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
  watch: NodeJS.Timeout | undefined;
  end: End | undefined;
}

/** Reads files on threads, in any order. Whoever makes one must call `close`. */
export class ReaderThreads {
  readonly #options: ReaderThreadsOptions;
  readonly #queue: Waiting[] = [];
  readonly #threads = new Set<Thread>();
  readonly #exits = new Set<Promise<void>>();
  #next = 0;
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor(options: ReaderThreadsOptions) {
    this.#options = options;
  }

  /** Reads the file when a thread is free. `onRead` is called once, unless `close` comes before. */
  read(file: FileOnDisk, onRead: OnRead): void {
    this.#queue.push({ file, onRead });
    this.#dispatch();
  }

  /** Resolves when every file is answered. */
  async idle(): Promise<void> {
    if (!this.#isIdle()) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }

  /** Ends the threads where they stand; resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const thread of this.#threads) {
      stopTimers(thread);
      void thread.worker.terminate();
    }
    await Promise.all(this.#exits);
    this.#onIdle?.();
  }

  #isIdle(): boolean {
    return (
      this.#next === this.#queue.length && [...this.#threads].every((each) => each.current === undefined)
    );
  }

  /** Gives waiting files to free threads, and starts threads while there are more files than that. */
  #dispatch(): void {
    while (!this.#isClosed && this.#next < this.#queue.length) {
      const free = [...this.#threads].find((each) => each.current === undefined && each.end === undefined);
      const thread = free ?? (this.#threads.size < this.#options.threads ? this.#start() : undefined);
      const waiting = this.#queue[this.#next];
      if (thread === undefined || waiting === undefined) {
        return;
      }
      this.#next += 1;
      this.#give(thread, waiting);
    }
    if (this.#next === this.#queue.length) {
      this.#queue.length = 0;
      this.#next = 0;
    }
  }

  #give(thread: Thread, waiting: Waiting): void {
    thread.current = waiting;
    if (thread.isReady) {
      this.#startTimers(thread, waiting);
    }
    thread.worker.postMessage(plainFile(waiting.file));
  }

  #startTimers(thread: Thread, waiting: Waiting): void {
    thread.timer = setTimeout(() => this.#outOfTime(thread, waiting), this.#options.milliseconds);
    this.#watchMemory(thread, waiting);
  }

  /** This thread may have been busy for longer than that one: answers that have come get their turn first. */
  #outOfTime(thread: Thread, waiting: Waiting): void {
    setImmediate(() => {
      if (thread.current === waiting) {
        thread.end ??= { kind: "time" };
        void thread.worker.terminate();
      }
    });
  }

  /** Looks at the thread's memory while it is busy with one file; short work is never looked at. */
  #watchMemory(thread: Thread, waiting: Waiting): void {
    thread.watch = setTimeout(() => {
      const look = async (): Promise<void> => {
        const { used_heap_size: heap, external_memory: outside } = await thread.worker.getHeapStatistics();
        if (thread.current === waiting) {
          if (heap + outside > this.#options.memoryMiB * MiB) {
            thread.end ??= { kind: "memory" };
            void thread.worker.terminate();
          } else {
            this.#watchMemory(thread, waiting);
          }
        }
      };
      // A thread that does not run yet is asked again; one that is gone has another file or none.
      look().catch(() => thread.current === waiting && this.#watchMemory(thread, waiting));
    }, watchMilliseconds);
  }

  #start(): Thread {
    const { worker: program } = this.#options;
    const worker = new Worker(program, {
      name: "aibom-reader",
      resourceLimits,
      // Own output streams and no inherited flags, as the hashing threads.
      execArgv: [],
      env: {},
      argv: [],
      stdin: false,
      stdout: true,
      stderr: true,
    });
    const thread: Thread = {
      worker,
      isReady: false,
      current: undefined,
      timer: undefined,
      watch: undefined,
      end: undefined,
    };
    this.#threads.add(thread);
    worker.on("message", (message: ThreadMessage) => this.#take(thread, message));
    worker.on("messageerror", (error) => {
      thread.end ??= { kind: "crash", reason: error.message };
      void worker.terminate();
    });
    // Acted upon at the exit: what the thread has sent before comes first.
    worker.on("error", (error) => {
      thread.end ??= endOf(error);
    });
    const gone = new Promise<void>((resolve) => {
      worker.once("exit", (code) => {
        this.#exits.delete(gone);
        this.#exited(thread, code);
        resolve();
      });
    });
    this.#exits.add(gone);
    return thread;
  }

  #take(thread: Thread, message: ThreadMessage): void {
    if (message !== "ready") {
      this.#answer(thread, message);
      return;
    }
    thread.isReady = true;
    if (thread.current !== undefined) {
      this.#startTimers(thread, thread.current);
    }
  }

  #answer(thread: Thread, read: ReadFile): void {
    const { current } = thread;
    stopTimers(thread);
    thread.current = undefined;
    if (!this.#isClosed) {
      this.#dispatch();
      current?.onRead(read);
      this.#tellIdle();
    }
  }

  #exited(thread: Thread, code: number): void {
    this.#threads.delete(thread);
    stopTimers(thread);
    const { current, end = { kind: "crash", reason: `exit code ${code}` } } = thread;
    if (current === undefined || this.#isClosed) {
      // It answered at the last moment, and others may still wait for a thread.
      this.#dispatch();
      return;
    }
    const identification = identify(headOf(current.file));
    const reason = this.#reasonOf(end, current.file, identification.format);
    this.#answer(thread, unverified(identification, reason));
  }

  #tellIdle(): void {
    if (this.#isIdle()) {
      this.#onIdle?.();
      this.#onIdle = undefined;
    }
  }

  #reasonOf(end: End, { path }: FileOnDisk, format: string): Finding {
    const { milliseconds, memoryMiB } = this.#options;
    switch (end.kind) {
      case "time":
        return finding("READER_TIMEOUT", { path }, { format, seconds: milliseconds / 1000 });
      case "memory":
        return finding("READER_OUT_OF_MEMORY", { path }, { format, limit: memoryMiB });
      case "crash":
        return finding("READER_CRASHED", { path }, { format, reason: end.reason });
    }
  }
}

function stopTimers(thread: Thread): void {
  clearTimeout(thread.timer);
  clearTimeout(thread.watch);
}

function endOf(error: unknown): End {
  const isMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return isMemory
    ? { kind: "memory" }
    : { kind: "crash", reason: error instanceof Error ? error.message : String(error) };
}

/** The limits of the program. */
export const readerLimits = {
  milliseconds: limits.maxReaderMilliseconds,
  memoryMiB: limits.maxReaderMemoryMiB,
  worker: readerWorkerUrl,
} as const;
