// SPDX-License-Identifier: Apache-2.0
// Entry of a hashing thread: takes tasks until none is left, then ends. It imports no code table and no
// other layer, because its start-up is paid once for every thread.

import { parentPort, workerData } from "node:worker_threads";
import { type JobData, openJob } from "./job.ts";
import { createWriters, runTask } from "./run-task.ts";

async function work(): Promise<void> {
  const job = openJob(workerData as JobData);
  const writers = await createWriters(job);
  for (let task = job.takeTask(); task < job.taskCount; task = job.takeTask()) {
    const result = await runTask(job, task, writers);
    parentPort?.postMessage(result, "records" in result ? [result.records] : []);
  }
}

await work();
