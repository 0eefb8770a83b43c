// SPDX-License-Identifier: Apache-2.0
// A whole `aibom inventory` process on many small files, against the shell line that only hashes them:
// `node scripts/build.ts && node bench/inventory.ts --files 100000 --bytes 4096`.
// Ceiling: twice the time of openssl, which neither looks into the files nor writes a BOM.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  command,
  compare,
  hasCommand,
  machineLine,
  numberFlags,
  printSeries,
  shell,
  temporaryDirectory,
} from "./harness.ts";

const filesPerDirectory = 100;

const { files, bytes, rounds, jobs } = numberFlags({ files: 100_000, bytes: 4096, rounds: 5, jobs: 2 });

/** Files without a format, no two of them equal, and the same in every run. */
function writeFiles(directory: string): void {
  const content = Buffer.alloc(bytes, "inventory ");
  for (let index = 0; index < files; index++) {
    const folder = join(directory, `part-${String(Math.floor(index / filesPerDirectory)).padStart(5, "0")}`);
    if (index % filesPerDirectory === 0) {
      mkdirSync(folder, { recursive: true });
    }
    content.write(String(index).padStart(10, "0"), 0, "latin1");
    writeFileSync(join(folder, `file-${String(index).padStart(8, "0")}.dat`), content);
  }
}

const scratch = temporaryDirectory("inventory");
const data = join(scratch, "data");
writeFiles(data);
const bin = join(import.meta.dirname, "..", "bin", "aibom.js");
const openssl = `find . -type f -print0 | xargs -0 -P ${jobs} -n 256 openssl dgst -sha256`;
const aibom = command("aibom inventory", [
  process.execPath,
  bin,
  "--jobs",
  String(jobs),
  "inventory",
  data,
  "-o",
  join(scratch, "bom.json"),
]);
const contenders = hasCommand("openssl", "version")
  ? [shell("openssl dgst", openssl, { cwd: data }), aibom]
  : [aibom];

console.log(machineLine());
const series = await compare(contenders, rounds);
const isMet = printSeries(`inventory of ${files} files of ${bytes} bytes (ms)`, series, {
  bytes: files * bytes,
  targets: [{ of: "aibom inventory", against: "openssl dgst", maxRatio: 2 }],
});
process.exitCode = isMet ? 0 : 1;
