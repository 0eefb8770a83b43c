// SPDX-License-Identifier: Apache-2.0
// The yardstick of bench/hash.ts: the plain serial loop over the files of a directory, no checks at all.

import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? ".";
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (entry.isFile()) {
    const hash = createHash("sha256");
    const descriptor = openSync(join(entry.parentPath, entry.name), "r");
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, count));
    }
    closeSync(descriptor);
    console.log(hash.digest("hex"));
  }
}
