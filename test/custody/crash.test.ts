// SPDX-License-Identifier: Apache-2.0
// A crash at any step: the log that is left verifies, has all that was acknowledged, and takes the next entry. Once with
// real processes that are killed, and for many sizes with steps that fail and files that are torn.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { openLog, openWriter, readEntries, verifyLog } from "../../src/custody-log.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { appendMany, claimed, sampleLog } from "./sample-log.ts";

/** A copy of a log with its private folder. */
function copyOf(directory: string, to: string): string {
  cpSync(directory, to, { recursive: true });
  cpSync(`${directory}.private`, `${to}.private`, { recursive: true });
  return to;
}

/** The log verifies, has `least` entries or more, and takes another. */
async function requireSound(directory: string, least: number, most: number): Promise<void> {
  const log = openLog(directory);
  const { size } = log.checkpoint;
  assert.ok(size === least || size === most, `${size} entries, not ${least} or ${most}`);
  assert.deepEqual((await verifyLog(log)).findings, []);
  await appendMany(await openWriter(directory), 1);
  const after = openLog(directory);
  assert.equal(after.checkpoint.size, size + 1);
  assert.deepEqual((await verifyLog(after)).findings, []);
}

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
    "move checkpoint",
    "flush checkpoint",
    "remove tile/entries/000.p",
    "remove tile/0/000.p",
  ]);
});

test("steps that fail and files that are torn, at many sizes", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  let copies = 0;
  for (const grow of [0, 255, 1, 100, 155]) {
    if (grow > 0) {
      await appendMany(writer, grow);
    }
    const { size } = openLog(writer.directory).checkpoint;
    for (let stop = 1; ; stop += 1) {
      copies += 1;
      const directory = copyOf(writer.directory, join(folder, `copy-${copies}`));
      let step = 0;
      const onStep = (name: string): void => {
        step += 1;
        if (step === stop) {
          tear(directory, name);
          throw new Error("stopped");
        }
      };
      const isStopped = await appendMany(await openWriter(directory), 1, { claimed }, { onStep }).then(
        () => false,
        () => true,
      );
      await requireSound(directory, size, size + 1);
      if (!isStopped) {
        break;
      }
    }
  }
  assert.ok(copies > 25);
});

/** Leaves the beginning of a file that was about to be written, with bytes that do not belong there. */
function tear(directory: string, step: string): void {
  const path = /^write (tile\/.*|\.checkpoint\.new)$/.exec(step)?.[1];
  if (path !== undefined) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), Buffer.alloc(100, 0xff));
  }
}

test("what a crash left beyond the checkpoint is in no entry", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  await appendMany(writer, 3);
  const stop = (name: string): void => {
    if (name.startsWith("move")) {
      throw new Error("stopped");
    }
  };
  await assert.rejects(appendMany(writer, 2, { claimed }, { onStep: stop }));
  await appendMany(writer, 1);
  const shown = await readEntries(openLog(writer.directory), 0, 4);
  assert.deepEqual(
    shown.map(({ entry }) => entry.subject[0]?.name),
    ["model-0", "model-1", "model-2", "model-0"],
  );
});
