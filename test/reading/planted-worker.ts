// SPDX-License-Identifier: Apache-2.0
// A reader's thread with readers that misbehave, chosen by the file's name. All other files are read as usual.

import { readOnDisk } from "../../src/reading/file-on-disk.ts";
import { serve } from "../../src/reading/serve.ts";

const hoard: unknown[] = [];

/** Needs as much stack as there is. */
function overflow(depth: number): number {
  return overflow(depth + 1) + 1;
}

const misdeeds: Readonly<Record<string, () => void>> = {
  hang() {
    for (;;) {
      // Nothing ends this but the end of the thread.
    }
  },
  "throw-string"() {
    throw "a string";
  },
  "overflow-stack"() {
    overflow(0);
  },
  "eat-objects"() {
    for (;;) {
      hoard.push({ a: hoard.length, b: [hoard.length] });
    }
  },
  "eat-arrays"() {
    for (;;) {
      hoard.push(new Array(5_000_000).fill(1.5));
    }
  },
  "eat-text"() {
    for (let text = "x"; ; text += text.slice(0, 1_000_000)) {
      hoard.push(JSON.parse(JSON.stringify(text)));
    }
  },
  exit() {
    process.exit(0);
  },
  "answer-and-exit"() {
    setImmediate(() => process.exit(0));
  },
  "throw-later"() {
    setTimeout(() => {
      throw new Error("later");
    }, 0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  },
};

serve((file) => {
  const [name = ""] = file.path.split(".");
  misdeeds[name]?.();
  const read = readOnDisk(file);
  return name === "not-cloneable" ? { ...read, description: { detail: () => 1 } as never } : read;
});
