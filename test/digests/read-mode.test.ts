// SPDX-License-Identifier: Apache-2.0
// Which way a large file is read. That the digest is right whichever way was chosen is tested with the engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type ReadCost, ReadModes, startCost } from "../../src/digests/read-mode.ts";

const MiB = 1024 * 1024;

/** The first stretches of a file in which reading costs what `costs` say per MiB. */
function stretches(costs: Readonly<Record<"plain" | "ahead", ReadCost>>, count: number): string[] {
  const modes = new ReadModes();
  return Array.from({ length: count }, () => {
    const stretch = modes.next();
    const { cpuMicroseconds, diskBlocks } = costs[stretch.mode];
    const megabytes = stretch.bytes / MiB;
    modes.took(stretch, stretch.bytes, {
      cpuMicroseconds: cpuMicroseconds * megabytes,
      diskBlocks: diskBlocks * megabytes,
    });
    return `${stretch.mode} ${megabytes}`;
  });
}

const cached = (cpuMicroseconds: number): ReadCost => ({ cpuMicroseconds, diskBlocks: 0 });

test("both ways are tried, the cheaper one is taken for a gibibyte, then both are tried again", () => {
  assert.deepEqual(stretches({ plain: cached(600), ahead: cached(500) }, 5), [
    "plain 32",
    "ahead 64",
    "ahead 1024",
    "plain 32",
    "ahead 64",
  ]);
  assert.deepEqual(stretches({ plain: cached(500), ahead: cached(600) }, 4), [
    "plain 32",
    "ahead 64",
    "plain 1024",
    "plain 32",
  ]);
});

test("what comes from the disk is read with several reads in flight, whatever they cost", () => {
  const cold = { cpuMicroseconds: 600, diskBlocks: 2048 };
  assert.deepEqual(stretches({ plain: cold, ahead: { ...cold, cpuMicroseconds: 900 } }, 4), [
    "plain 32",
    "ahead 1024",
    "plain 32",
    "ahead 1024",
  ]);
});

test("a file whose second half is not in memory is found out", () => {
  const modes = new ReadModes();
  const seen: string[] = [];
  for (let index = 0; index < 6; index++) {
    const stretch = modes.next();
    seen.push(stretch.mode);
    const isCold = index >= 3;
    const cpuMicroseconds = stretch.mode === "plain" ? 100 : 200;
    modes.took(stretch, MiB, { cpuMicroseconds, diskBlocks: isCold ? 100_000 : 0 });
  }
  assert.deepEqual(seen, ["plain", "ahead", "plain", "plain", "ahead", "plain"]);
});

test("cost is processor time of this thread", () => {
  const cost = startCost();
  let sum = 0;
  for (let index = 0; index < 3e7; index++) {
    sum = (sum + index) % 1013;
  }
  const { cpuMicroseconds, diskBlocks } = cost();
  assert.ok(sum >= 0 && cpuMicroseconds > 0 && cpuMicroseconds < 60e6 && diskBlocks >= 0);
});
