// SPDX-License-Identifier: Apache-2.0
// A process that is killed before each step that changes the disk: the log that is left verifies, and the next process takes
// over the lock and appends.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { appendMany, claimed, copyOf, requireSound, sampleLog } from "./sample-log.ts";

test("a process is killed before each step of the append that fills a tile", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  await appendMany(writer, 255, { claimed });
  const script = join(import.meta.dirname, "crash-append.ts");
  const killed: string[] = [];
  for (let step = 1; ; step += 1) {
    const directory = copyOf(writer.directory, join(folder, `copy-${step}`));
    const child = spawnSync(process.execPath, [script, directory, String(step)], { encoding: "utf8" });
    if (child.signal === null) {
      assert.equal(child.status, 0, child.stderr);
      await requireSound(directory, 256, 256);
      break;
    }
    killed.push(child.stdout.trim());
    await requireSound(directory, 255, 256);
  }
  assert.deepEqual(killed, [
    "folder tile/entries/000",
    "write tile/entries/000",
    "folder tile/0/000",
    "write tile/0/000",
    "folder tile/1/000.p/1",
    "write tile/1/000.p/1",
    "write .checkpoint.new",
    "flush",
    "move checkpoint",
    "flush checkpoint",
    "remove tile/entries/000.p",
    "remove tile/0/000.p",
  ]);
});
