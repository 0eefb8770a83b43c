// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type JobData, packJob } from "../../src/digests/job.ts";
import { runPool } from "../../src/digests/pool.ts";
import { AibomError } from "../../src/errors.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const task = { first: 0, count: 1, start: 0, end: Number.POSITIVE_INFINITY, readsAhead: false };

function run(data: JobData, onResult: () => void = () => undefined, taskCount = 1): Promise<void> {
  return runPool(data, { threads: 2, taskCount, signal: undefined, onResult });
}

const isWorkerFailure = (error: unknown): boolean =>
  error instanceof AibomError && error.code === "DIGEST_WORKER_FAILED";

test("a thread that crashes rejects instead of hanging", async () => {
  const data = { ...packJob([], [task], []), files: undefined as unknown as SharedArrayBuffer };
  await assert.rejects(run(data), isWorkerFailure);
  assert.ok(!process.getActiveResourcesInfo().includes("Worker"));
});

test("threads that end without their results reject", async () => {
  await assert.rejects(run(packJob([], [], []), undefined, 1), isWorkerFailure);
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
