// SPDX-License-Identifier: Apache-2.0
// Entry of a hashing thread: takes tasks of the jobs it is given, until it is told that there are no more. It
// imports no code table and no other layer, because its start-up is paid once for every thread.

import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { createDigestWriter, type DigestWriter } from "./digest-writer.ts";
import { type Job, openJob, type PoolMessage } from "./job.ts";
import { runTask } from "./run-task.ts";

const jobs: { readonly number: number; readonly job: Job }[] = [];
const writers: DigestWriter[] = [];
let isEnd = false;
let wake: () => void = () => undefined;

function take(message: PoolMessage): void {
  if (message.kind === "end") {
    isEnd = true;
  } else {
    const { number, data, isUrgent } = message;
    const opened = { number, job: openJob(data) };
    if (isUrgent) {
      jobs.unshift(opened);
    } else {
      jobs.push(opened);
    }
  }
  wake();
}

/** Messages that came while this thread was busy: hashing does not let the event loop turn. */
function takeWaiting(): void {
  while (parentPort !== null) {
    const received = receiveMessageOnPort(parentPort) as { readonly message: PoolMessage } | undefined;
    if (received === undefined) {
      return;
    }
    take(received.message);
  }
}

async function work(): Promise<void> {
  for (;;) {
    takeWaiting();
    const [current] = jobs;
    if (current !== undefined) {
      await workOn(current.number, current.job);
    } else if (isEnd) {
      return;
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

/** Runs the next task of a job, or lays the job aside if it has none. */
async function workOn(number: number, job: Job): Promise<void> {
  // Later jobs of a pool want what earlier ones wanted, and perhaps more.
  for (const wanted of job.wanted.slice(writers.length)) {
    writers.push(await createDigestWriter(wanted));
  }
  const task = job.takeTask();
  if (task >= job.taskCount) {
    jobs.splice(
      jobs.findIndex((each) => each.job === job),
      1,
    );
    return;
  }
  const result = await runTask(job, task, writers);
  parentPort?.postMessage({ job: number, result }, "records" in result ? [result.records] : []);
}

parentPort?.on("message", take);
await work();
parentPort?.unref();
