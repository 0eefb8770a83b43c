// SPDX-License-Identifier: Apache-2.0
// Runs one task on any thread: the same code hashes inline and in workers.

import { createDigestWriter, type DigestWriter } from "./digest-writer.ts";
import { type Fault, faultOf } from "./fault.ts";
import { hashFile, hashFileAhead } from "./hash-file.ts";
import type { Job, JobFile, Task } from "./job.ts";
import { recordHeaderLength } from "./record.ts";
import { digestsLength, type Wanted } from "./wanted.ts";

/** What became of a task: the records of its files one after the other, or the first fault. */
export type TaskResult =
  | { readonly task: number; readonly records: ArrayBuffer }
  | { readonly task: number; readonly file: number; readonly fault: Fault };

/** Prepares the hash functions of the job, one writer for each kind of request. */
export function createWriters(job: Job): Promise<DigestWriter[]> {
  return Promise.all(job.wanted.map(createDigestWriter));
}

/** Bytes of the record of a file that `task` hashes, whole or in part. */
export function recordLength(wanted: Wanted, size: number, task: Pick<Task, "start" | "end">): number {
  return recordHeaderLength + digestsLength(wanted, Math.min(task.end, size) - task.start);
}

/** Hashes the files of one task. Faults are results; only a defect in this code throws. */
export async function runTask(
  job: Job,
  taskIndex: number,
  writers: readonly DigestWriter[],
): Promise<TaskResult> {
  const task = job.task(taskIndex);
  const files = Array.from({ length: task.count }, (_, index) => job.file(task.first + index));
  const writerOf = (file: JobFile): DigestWriter => {
    const writer = writers[file.wanted];
    if (writer === undefined) {
      throw new RangeError("the job names a request kind that it does not have");
    }
    return writer;
  };
  const lengths = files.map((file) => recordLength(writerOf(file).wanted, file.size, task));
  const records = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const [index, file] of files.entries()) {
    const record = records.subarray(offset, offset + (lengths[index] ?? 0));
    const range = { ...file, start: task.start, end: Math.min(task.end, file.size) };
    const writer = writerOf(file);
    try {
      if (task.readsAhead && !writer.isIdle) {
        await hashFileAhead(range, writer, record, job.addBytes);
      } else {
        hashFile(range, writer, record, job.addBytes);
      }
    } catch (thrown) {
      writer.reset();
      return { task: taskIndex, file: task.first + index, fault: faultOf(thrown) };
    }
    offset += record.length;
  }
  job.addFiles(task.start === 0 ? task.count : 0);
  return { task: taskIndex, records: records.buffer };
}
