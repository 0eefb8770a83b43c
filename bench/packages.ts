// SPDX-License-Identifier: Apache-2.0
// A site-packages of many files whose RECORDs are verified, against hashing the same files and nothing else, and against
// their inventory without records: `node bench/packages.ts --files 100000`. Ceiling: 1.3 times each.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashTarget, inventoryTarget } from "../src/inventory.ts";
import { compare, machineLine, numberFlags, printSeries, task, temporaryDirectory } from "./harness.ts";

const filesPerPackage = 1000;
const { files, bytes, rounds, jobs } = numberFlags({ files: 100_000, bytes: 4096, rounds: 5, jobs: 2 });

/** Packages of modules, no two files equal, each listed in its RECORD. */
function writeSite(site: string): void {
  const content = Buffer.alloc(bytes, "# module\n");
  for (let first = 0; first < files; first += filesPerPackage) {
    const name = `package_${first / filesPerPackage}`;
    const record: string[] = [];
    mkdirSync(join(site, name), { recursive: true });
    for (let index = first; index < Math.min(first + filesPerPackage, files); index += 1) {
      content.write(String(index).padStart(10, "0"), 2, "latin1");
      const path = `${name}/module_${index}.py`;
      writeFileSync(join(site, path), content);
      record.push(`${path},sha256=${createHash("sha256").update(content).digest("base64url")},${bytes}`);
    }
    const info = join(site, `${name}-1.0.dist-info`);
    mkdirSync(info);
    writeFileSync(join(info, "METADATA"), `Metadata-Version: 2.4\nName: ${name}\nVersion: 1.0\n`);
    writeFileSync(join(info, "RECORD"), record.join("\n"));
  }
}

const scratch = temporaryDirectory("packages");
const [withRecords, without] = [join(scratch, "records"), join(scratch, "plain")];
writeSite(withRecords);
cpSync(withRecords, without, { recursive: true });
for (const name of readdirSync(without).filter((each) => each.endsWith(".dist-info"))) {
  rmSync(join(without, name), { recursive: true });
}

async function inventory(folder: string): Promise<void> {
  const { artifact } = await inventoryTarget(folder, { jobs });
  const wrong =
    artifact.findings.length +
    (artifact.packages ?? []).filter(({ integrity }) => integrity === undefined).length;
  if (wrong > 0) {
    throw new Error("the files of the bench must be what their RECORDs say");
  }
}

console.log(machineLine());
const series = await compare(
  [
    task("hashed only", () => hashTarget(without, { jobs })),
    task("hashed and listed", () => inventory(without)),
    task("RECORDs verified", () => inventory(withRecords)),
  ],
  rounds,
);
const isMet = printSeries(`site-packages of ${files} files of ${bytes} bytes (ms)`, series, {
  bytes: files * bytes,
  targets: ["hashed only", "hashed and listed"].map((against) => ({
    of: "RECORDs verified",
    against,
    maxRatio: 1.3,
  })),
});
process.exitCode = isMet ? 0 : 1;
