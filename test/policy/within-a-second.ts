// SPDX-License-Identifier: Apache-2.0
// What a hostile policy may cost: a second, threads included. In processor time, which other work on the machine does not change.

import assert from "node:assert/strict";

const maxMilliseconds = 1000;

/** Runs the work and fails if it took more than a second of processor time. */
export async function withinASecond<T>(what: string, work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const milliseconds = Math.round((user + system) / 1000);
  assert.ok(milliseconds < maxMilliseconds, `${what} took ${milliseconds} ms, limit is ${maxMilliseconds}`);
  return result;
}
