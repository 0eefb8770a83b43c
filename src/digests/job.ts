// SPDX-License-Identifier: Apache-2.0
// The work list as shared memory: paths, sizes and tasks that every thread reads in place, and the counters
// through which threads take tasks and report progress. Nothing is copied per thread.

import type { Wanted } from "./wanted.ts";

/** One file of the job, in the order of the plan. */
export interface JobFile {
  readonly absolutePath: string;
  readonly size: number;
  /** Index into `Job.wanted`. */
  readonly wanted: number;
}

/** One piece of work: some small files, one large file, or some shards of a large file. */
export interface Task {
  /** Index of the first file in the job, and how many follow each other. */
  readonly first: number;
  readonly count: number;
  /** Byte range; `end` is exclusive. For whole files 0 and Infinity. */
  readonly start: number;
  readonly end: number;
  /** Several reads in flight, because idle cores can fetch while one hashes. */
  readonly readsAhead: boolean;
}

/** What a worker is given. */
export interface JobData {
  readonly paths: SharedArrayBuffer;
  readonly files: SharedArrayBuffer;
  readonly tasks: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly wanted: readonly Wanted[];
}

const fileFields = 4;
const taskFields = 5;
const bytesPerField = Float64Array.BYTES_PER_ELEMENT;
const nextTaskSlot = 0;
const doneFilesSlot = 1;

/** Packs files and tasks into shared memory. */
export function packJob(
  files: readonly JobFile[],
  tasks: readonly Task[],
  wanted: readonly Wanted[],
): JobData {
  // A UTF-16 unit takes three bytes at most, and memory that is never written to costs nothing.
  const units = files.reduce((sum, file) => sum + file.absolutePath.length, 0);
  const paths = new SharedArrayBuffer(3 * units);
  const fileTable = new SharedArrayBuffer(files.length * fileFields * bytesPerField);
  const taskTable = new SharedArrayBuffer(tasks.length * taskFields * bytesPerField);
  const text = Buffer.from(paths);
  const fileRows = new Float64Array(fileTable);
  let offset = 0;
  for (const [index, file] of files.entries()) {
    const row = index * fileFields;
    const length = text.write(file.absolutePath, offset);
    fileRows[row] = offset;
    fileRows[row + 1] = length;
    fileRows[row + 2] = file.size;
    fileRows[row + 3] = file.wanted;
    offset += length;
  }
  const taskRows = new Float64Array(taskTable);
  for (const [index, task] of tasks.entries()) {
    const row = [task.first, task.count, task.start, task.end, task.readsAhead ? 1 : 0];
    taskRows.set(row, index * taskFields);
  }
  return { paths, files: fileTable, tasks: taskTable, counters: new SharedArrayBuffer(16), wanted };
}

/** A thread's view of the job. */
export interface Job {
  readonly wanted: readonly Wanted[];
  readonly taskCount: number;
  file(index: number): JobFile;
  task(index: number): Task;
  /** Takes the next task; at or above `taskCount` there is none left. */
  takeTask(): number;
  addBytes(count: number): void;
  addFiles(count: number): void;
  progress(): { readonly bytes: number; readonly files: number };
}

/** Opens packed work on any thread. */
export function openJob(data: JobData): Job {
  const text = Buffer.from(data.paths);
  const fileRows = new Float64Array(data.files);
  const taskRows = new Float64Array(data.tasks);
  const slots = new Int32Array(data.counters, 0, 2);
  const doneBytes = new BigInt64Array(data.counters, 8, 1);
  const fileField = (index: number, field: number): number => fileRows[index * fileFields + field] ?? 0;
  const taskField = (index: number, field: number): number => taskRows[index * taskFields + field] ?? 0;
  return {
    wanted: data.wanted,
    taskCount: taskRows.length / taskFields,
    file(index) {
      const start = fileField(index, 0);
      return {
        absolutePath: text.toString("utf8", start, start + fileField(index, 1)),
        size: fileField(index, 2),
        wanted: fileField(index, 3),
      };
    },
    task: (index) => ({
      first: taskField(index, 0),
      count: taskField(index, 1),
      start: taskField(index, 2),
      end: taskField(index, 3),
      readsAhead: taskField(index, 4) === 1,
    }),
    takeTask: () => Atomics.add(slots, nextTaskSlot, 1),
    addBytes: (count) => void Atomics.add(doneBytes, 0, BigInt(count)),
    addFiles: (count) => void Atomics.add(slots, doneFilesSlot, count),
    progress: () => ({
      bytes: Number(Atomics.load(doneBytes, 0)),
      files: Atomics.load(slots, doneFilesSlot),
    }),
  };
}

/** What a thread is told: another job, or that there will be none. */
export type PoolMessage =
  | {
      readonly kind: "job";
      /** Which job of the pool it is, for its results. */
      readonly number: number;
      readonly data: JobData;
      /** To be taken up before the jobs that are not finished. */
      readonly isUrgent: boolean;
    }
  | { readonly kind: "end" };
