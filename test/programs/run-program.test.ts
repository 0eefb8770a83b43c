// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { ProgramFailure, runProgram } from "../../src/programs/run-program.ts";

const run = {
  environment: { PATH: process.env["PATH"] },
  input: [],
  errors: "ignore",
  maxOutputBytes: 1000,
  maxMilliseconds: 20_000,
} as const;

test("a program that starts another one and says too much through it is cut off", async () => {
  const before = process.memoryUsage.rss();
  await assert.rejects(runProgram({ ...run, program: "sh", args: ["-c", "yes; true"] }), (error) => {
    assert.ok(error instanceof ProgramFailure);
    assert.match(error.message, /more than 1000 bytes/);
    return true;
  });
  assert.ok(process.memoryUsage.rss() - before < 100_000_000);
});

test("what a program says within its bounds is its answer", async () => {
  const { exitCode, output } = await runProgram({ ...run, program: "sh", args: ["-c", "echo said; exit 3"] });
  assert.equal(exitCode, 3);
  assert.equal(output.toString(), "said\n");
});
