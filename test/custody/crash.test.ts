// SPDX-License-Identifier: Apache-2.0
// A crash at any step, at several sizes, with files that are torn: the log that is left verifies, has all that was
// acknowledged, and takes the next entry. crash-kill.test.ts does the same with real processes.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { openLog, openWriter, readEntries } from "../../src/custody-log.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { appendMany, claimed, copyOf, requireSound, sampleLog } from "./sample-log.ts";

test("steps that fail and files that are torn, at many sizes", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  let copies = 0;
  for (const grow of [0, 1, 254, 1]) {
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
  assert.ok(copies > 30);
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
