// SPDX-License-Identifier: Apache-2.0
// What a crash would leave: while `work` runs, a copy of a directory is taken before each single change below it, and
// one with the first half of each file that is written. Not simulated: a disk that loses or reorders what was not flushed.

import fs, { cpSync, mkdtempSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const changing = ["writeFileSync", "renameSync", "mkdirSync", "mkdtempSync", "rmSync", "rmdirSync"] as const;

/**
 * The copies, in order, below `store`. Nothing else may use the file system of this process meanwhile.
 * Each copy is named like the directory, so that what depends on the name stays.
 */
export async function crashSnapshots(
  directory: string,
  store: string,
  work: () => Promise<unknown>,
): Promise<readonly string[]> {
  const copies: string[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: functions of several shapes are replaced and put back
  const patched = fs as any;
  const originals = new Map(changing.map((name) => [name, patched[name]]));
  let isCopying = false;
  const copy = (): string => {
    isCopying = true;
    const target = join(mkdtempSync(join(store, "crash-")), "copy");
    cpSync(directory, target, { recursive: true });
    copies.push(target);
    isCopying = false;
    return target;
  };
  for (const name of changing) {
    patched[name] = (...args: unknown[]): unknown => {
      const path = String(args[0]);
      if (!isCopying && path.startsWith(directory)) {
        copy();
        if (name === "writeFileSync") {
          const bytes = Buffer.from(args[1] as Uint8Array);
          originals.get(name)?.(
            join(copy(), path.slice(directory.length)),
            bytes.subarray(0, bytes.length / 2),
          );
        }
      }
      return originals.get(name)?.(...args);
    };
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const [name, original] of originals) {
      patched[name] = original;
    }
    syncBuiltinESMExports();
  }
  return copies;
}
