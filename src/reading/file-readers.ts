// SPDX-License-Identifier: Apache-2.0
// Decides where each file is read. Where a plain reader needs few bytes (a small file, the header of a large one) it is
// done here: they cannot keep it busy, and a thread would cost more than the reading. All else goes to threads with
// limits.

import { availableParallelism } from "node:os";
import { type Identification, identify } from "../formats/identify.ts";
import { readHead, readLightly } from "../formats/read-file.ts";
import { limits } from "../limits.ts";
import { describeContents } from "./archive-contents.ts";
import { type FileOnDisk, headOf, withOpenFile } from "./file-on-disk.ts";
import type { OnRead, ReaderThreads, ReaderThreadsOptions } from "./reader-threads.ts";

export interface FileReadersOptions {
  /** Threads at most; default: one for each core. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** Other limits and another program for the threads: tests have readers that hang. */
  readonly threads?: Omit<ReaderThreadsOptions, "threads">;
}

/** Reads files of one run. Whoever makes one must call `close`. */
export class FileReaders {
  readonly #options: FileReadersOptions;
  /** Bytes of files that are read whole which this thread still reads itself. */
  #left: number = limits.maxMainThreadRunBytes;
  #threads: Promise<ReaderThreads> | undefined;

  constructor(options: FileReadersOptions = {}) {
    this.#options = options;
  }

  /** Identifies the file and reads it, now or later. `onRead` is called once, before `finish` resolves. */
  read(file: FileOnDisk, onRead: OnRead): void {
    const head = headOf(file);
    const identification = identify(head);
    const read =
      readHead(head, identification) ??
      withOpenFile(file, identification, (source) =>
        readLightly(head, source, identification, this.#allowed(identification, file.size), describeContents),
      );
    if (read !== undefined) {
      onRead(read);
      return;
    }
    this.#threads ??= this.#load();
    // A failure to load is reported by `finish`.
    this.#threads.then((threads) => threads.read(file, onRead)).catch(() => undefined);
  }

  /** Bytes that may be read of this file here. */
  #allowed({ reader }: Identification, size: number): number {
    const isOurs = reader?.readsWhole === true && size <= Math.min(limits.maxMainThreadFileBytes, this.#left);
    if (!isOurs) {
      return limits.maxMainThreadReadBytes;
    }
    this.#left -= size;
    // Once for the reader, and what those read who look for an archive at its end.
    return 3 * size + limits.maxMainThreadReadBytes;
  }

  /**
   * Resolves when every file is read.
   * @throws the signal's reason when aborted
   */
  async finish(): Promise<void> {
    const { signal } = this.#options;
    const threads = await this.#threads;
    const stop = (): void => void threads?.close();
    signal?.throwIfAborted();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await threads?.idle();
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    signal?.throwIfAborted();
  }

  /** Ends reading where it stands: after it no thread is left. */
  async close(): Promise<void> {
    await (await this.#threads)?.close();
  }

  /** Loaded only when there is work for it, like the threads themselves. */
  async #load(): Promise<ReaderThreads> {
    const { readerLimits, ReaderThreads } = await import("./reader-threads.ts");
    const { jobs, threads = readerLimits } = this.#options;
    return new ReaderThreads({ ...threads, threads: Math.max(1, jobs ?? availableParallelism()) });
  }
}
