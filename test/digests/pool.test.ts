// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type JobData, openJob, packJob } from "../../src/digests/job.ts";
import { Pool } from "../../src/digests/pool.ts";
import type { TaskResult } from "../../src/digests/run-task.ts";
import { AibomError } from "../../src/errors.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const task = { first: 0, count: 1, start: 0, end: Number.POSITIVE_INFINITY, readsAhead: false };

async function run(data: JobData, onResult: () => void = () => undefined): Promise<void> {
  const pool = new Pool({ threads: 2, signal: undefined, onResult });
  pool.add(data);
  await pool.finish();
}

const isWorkerFailure = (error: unknown): boolean =>
  error instanceof AibomError && error.code === "DIGEST_WORKER_FAILED";

test("a thread that crashes rejects instead of hanging", async () => {
  const data = { ...packJob([], [task], []), files: undefined as unknown as SharedArrayBuffer };
  await assert.rejects(run(data), isWorkerFailure);
  assert.ok(!process.getActiveResourcesInfo().includes("Worker"));
});

test("threads that end without their results reject", async () => {
  const data = packJob([], [task], []);
  // As if somebody had taken the task and never answered.
  openJob(data).takeTask();
  await assert.rejects(run(data), isWorkerFailure);
});

test("an exception of the receiver ends the job with that exception", async (t) => {
  const absolutePath = join(temporaryDirectory(t), "f");
  writeFileSync(absolutePath, "x");
  const data = packJob(
    [{ absolutePath, size: 1, wanted: 0 }],
    [task],
    [{ algorithms: ["sha256"], shards: undefined }],
  );
  const reason = new Error("no room");
  await assert.rejects(
    run(data, () => {
      throw reason;
    }),
    reason,
  );
});

test("jobs that are added while others run are all done, and a stopped pool leaves no thread", async (t) => {
  const directory = temporaryDirectory(t);
  const jobOf = (name: string): JobData => {
    const absolutePath = join(directory, name);
    writeFileSync(absolutePath, "x");
    const tasks = Array.from({ length: 20 }, () => task);
    return packJob([{ absolutePath, size: 1, wanted: 0 }], tasks, [
      { algorithms: ["sha256"], shards: undefined },
    ]);
  };
  const counts = new Map<number, number>();
  const onResult = (job: number, result: TaskResult): void => {
    assert.ok("records" in result);
    counts.set(job, (counts.get(job) ?? 0) + 1);
  };
  const pool = new Pool({ threads: 2, signal: undefined, onResult });
  for (let job = 0; job < 10; job++) {
    assert.equal(pool.add(jobOf(`f${job}`), job % 3 === 0), job);
    await setTimeout(job);
  }
  await pool.finish();
  assert.deepEqual(
    [...counts].sort(([a], [b]) => a - b),
    Array.from({ length: 10 }, (_, job) => [job, 20]),
  );

  const stopped = new Pool({ threads: 2, signal: undefined, onResult: () => undefined });
  stopped.add(jobOf("g"));
  await stopped.stop();
  assert.ok(!process.getActiveResourcesInfo().includes("Worker"));
});
