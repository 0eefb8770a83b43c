// SPDX-License-Identifier: Apache-2.0
// A small model directory with names on which implementations have disagreed.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a model into a new directory. */
export function makeModel(directory: string, weights = "w-1.bin"): string {
  mkdirSync(join(directory, "a"), { recursive: true });
  writeFileSync(join(directory, "config.json"), "{}");
  // Names on which path order and code point order differ.
  writeFileSync(join(directory, "a/b"), "b");
  writeFileSync(join(directory, "a b"), "c");
  // The reference implementation cannot read shards of a file whose name has a colon, so it is a parameter.
  writeFileSync(join(directory, weights), "0123456789".repeat(5));
  writeFileSync(join(directory, ".hidden"), "signed too");
  return directory;
}
