// SPDX-License-Identifier: Apache-2.0
// The measured process of bench/hash.ts: walks a directory, hashes everything with all safety checks, prints
// one line. `node hash-run.ts DIR [--shards BYTES] [--cache DIR] [--jobs N]`

import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type HashOptions, type HashRequest, hashFiles } from "../src/digests/engine.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { shards: { type: "string" }, cache: { type: "string" }, jobs: { type: "string" } },
});

function requestsBelow(root: string): HashRequest[] {
  const requests: HashRequest[] = [];
  const pending = [""];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        pending.push(path);
      } else if (entry.isFile()) {
        const absolutePath = `${root}/${path}`;
        const { size } = lstatSync(absolutePath);
        const shards =
          values.shards === undefined
            ? { algorithms: ["sha256" as const] }
            : { algorithms: [], shards: { algorithm: "sha256" as const, sizeBytes: Number(values.shards) } };
        requests.push({ path, absolutePath, size, ...shards });
      }
    }
  }
  return requests;
}

const options: HashOptions = {
  ...(values.cache === undefined ? {} : { cacheDirectory: values.cache }),
  ...(values.jobs === undefined ? {} : { jobs: Number(values.jobs) }),
};
const hashed = await hashFiles(requestsBelow(positionals[0] ?? "."), options);
const bytes = hashed.reduce((sum, file) => sum + file.size, 0);
console.log(
  `${hashed.length} files, ${bytes} bytes, ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
);
