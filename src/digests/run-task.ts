// SPDX-License-Identifier: Apache-2.0
// Runs one task on any thread: the same code hashes inline and in workers.

import { createDigestWriter, type DigestWriter } from "./digest-writer.ts";
import { type Fault, faultOf } from "./fault.ts";
import { hashFile, hashFileAhead } from "./hash-file.ts";
import type { Job, JobFile, Task } from "./job.ts";
import { recordBuffer, recordHeaderLength } from "./record.ts";
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
  const files: JobFile[] = [];
  let length = 0;
  for (let index = task.first; index < task.first + task.count; index++) {
    const file = job.file(index);
    files.push(file);
    length += recordLength(writerOf(file, writers).wanted, file.size, task);
  }
  const records = recordBuffer(length);
  let offset = 0;
  for (const [index, file] of files.entries()) {
    const { absolutePath, size } = file;
    const range = { absolutePath, size, start: task.start, end: Math.min(task.end, size) };
    const writer = writerOf(file, writers);
    const place = { records, offset, length: recordLength(writer.wanted, size, task) };
    try {
      if (task.readsAhead && !writer.isIdle) {
        await hashFileAhead(range, writer, place, job.addBytes);
      } else {
        hashFile(range, writer, place, job.addBytes);
      }
    } catch (thrown) {
      writer.reset();
      return { task: taskIndex, file: task.first + index, fault: faultOf(thrown) };
    }
    offset += place.length;
  }
  job.addFiles(task.start === 0 ? task.count : 0);
  return { task: taskIndex, records: records.view.buffer as ArrayBuffer };
}

function writerOf(file: JobFile, writers: readonly DigestWriter[]): DigestWriter {
  const writer = writers[file.wanted];
  if (writer === undefined) {
    throw new RangeError("the job names a request kind that it does not have");
  }
  return writer;
}
