// SPDX-License-Identifier: Apache-2.0
// The hashing engine against openssl on as many files at once as there are cores, and against the plain
// serial loop. Whole processes, bundled as they are shipped, interleaved; what counts is the ratio.
// `node bench/hash.ts [--big-files 8] [--cold-files 4] [--big-mb 512] [--one-mb 4096] [--small-files 100000]
// [--rounds 5]`

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import {
  type Contender,
  cachedBytes,
  command,
  compare,
  evict,
  hasCommand,
  machineLine,
  numberFlags,
  printSeries,
  shell,
  type Target,
  temporaryDirectory,
  warm,
} from "./harness.ts";

const flags = numberFlags({
  "big-files": 8,
  "cold-files": 4,
  "big-mb": 512,
  "one-mb": 4096,
  "small-files": 100_000,
  rounds: 5,
});
const cores = availableParallelism();
const scratch = temporaryDirectory("hash");
const hasOpenssl = hasCommand("openssl", "version");

/** Bundles the measured process the way dist/ is built: the worker beside it, under its own name. */
async function bundle(): Promise<string> {
  const here = import.meta.dirname;
  const build = await rolldown({
    input: {
      run: join(here, "hash-run.ts"),
      loop: join(here, "hash-loop.ts"),
      worker: join(here, "../src/digests/worker.ts"),
    },
    platform: "node",
    external: [/^node:/, /^hash-wasm$/],
  });
  const dir = join(scratch, "dist");
  await build.write({ dir, format: "esm", minify: true });
  await build.close();
  writeFileSync(join(dir, "package.json"), '{"type":"module"}');
  return dir;
}

/** Files of `bytes` each. The content does not repeat within a page, so that no layer below can cheat. */
function makeFiles(name: string, count: number, bytes: number): { directory: string; paths: string[] } {
  const directory = join(scratch, name);
  const block = new Uint8Array(Math.min(bytes, 1024 * 1024));
  const words = new Uint32Array(block.buffer, 0, block.length >> 2);
  let seed = 1;
  const paths = Array.from({ length: count }, (_, index) => {
    const folder = join(directory, `d${Math.floor(index / 100)}`);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `f${index}`);
    const descriptor = openSync(path, "w");
    for (let left = bytes; left > 0; left -= block.length) {
      for (let word = 0; word < words.length; word++) {
        seed = Math.imul(seed, 1_664_525) + 1_013_904_223;
        words[word] = seed;
      }
      writeSync(descriptor, block, 0, Math.min(left, block.length));
    }
    closeSync(descriptor);
    return path;
  });
  return { directory, paths };
}

function openssl(name: string, directory: string, filesPerProcess: number, prepare: () => void): Contender[] {
  const line = `find '${directory}' -type f -print0 | xargs -0 -P ${cores} -n ${filesPerProcess} openssl dgst -sha256`;
  return hasOpenssl ? [shell(name, line, { prepare })] : [];
}

async function measure(
  title: string,
  contenders: readonly Contender[],
  bytes: number,
  targets: readonly Target[],
  rounds = flags.rounds,
): Promise<boolean> {
  return printSeries(title, await compare(contenders, rounds), { bytes, targets });
}

async function bigFiles(dist: string): Promise<boolean> {
  const bytes = flags["big-mb"] * 1_000_000;
  const { directory, paths } = makeFiles("big", flags["big-files"], bytes);
  const prepare = (): void => warm(paths);
  return measure(
    `${paths.length} files of ${flags["big-mb"]} MB, page cache warm`,
    [
      command("aibom", [process.execPath, join(dist, "run.js"), directory], { prepare }),
      ...openssl("openssl", directory, 1, prepare),
    ],
    bytes * paths.length,
    [{ of: "aibom", against: "openssl", maxRatio: 1.05 }],
  );
}

/**
 * Files that are not in the page cache, beside `cat`, which only reads. Nothing is demanded: the disk decides.
 */
async function coldFiles(dist: string): Promise<void> {
  const bytes = flags["big-mb"] * 1_000_000;
  const { directory, paths } = makeFiles("cold", flags["cold-files"], bytes);
  if (!evict(paths)) {
    console.log("GNU dd is not installed: cold files are skipped");
    return;
  }
  let cached: number | undefined = 0;
  const prepare = (): void => {
    evict(paths);
    const left = cachedBytes(paths);
    cached = left === undefined || cached === undefined ? undefined : Math.max(cached, left);
  };
  await measure(
    `${paths.length} files of ${flags["big-mb"]} MB, page cache cold`,
    [
      shell("cat", `cat '${directory}'/*/* > /dev/null`, { prepare }),
      command("aibom", [process.execPath, join(dist, "run.js"), directory], { prepare }),
      ...openssl("openssl", directory, 1, prepare),
    ],
    bytes * paths.length,
    [],
  );
  console.log(
    `  in the cache before a run at most: ${cached === undefined ? "not known" : `${cached} bytes`}`,
  );
}

async function oneFile(dist: string): Promise<boolean> {
  const bytes = flags["one-mb"] * 1_000_000;
  const { directory, paths } = makeFiles("one", 1, bytes);
  const prepare = (): void => warm(paths);
  const run = (name: string, script: string, ...args: string[]): Contender =>
    command(name, [process.execPath, join(dist, script), directory, ...args], { prepare });
  return measure(
    `one file of ${flags["one-mb"]} MB, page cache warm`,
    [
      run("serial loop", "loop.js"),
      run("aibom", "run.js"),
      run("aibom shards", "run.js", "--shards", "256000000"),
    ],
    bytes,
    [
      { of: "aibom", against: "serial loop", maxRatio: 0.95 },
      { of: "aibom shards", against: "serial loop", maxRatio: cores > 1 ? 0.6 : 1.05 },
    ],
  );
}

async function smallFiles(dist: string): Promise<boolean> {
  const { directory, paths } = makeFiles("small", flags["small-files"], 4096);
  const node = (name: string, ...args: string[]): Contender =>
    command(name, [process.execPath, join(dist, "run.js"), directory, ...args], {
      prepare: () => warm(paths),
    });
  return measure(
    `${paths.length} files of 4 kB, page cache warm`,
    [
      node("aibom"),
      ...openssl("openssl", directory, 256, () => warm(paths)),
      node("aibom, digest cache", "--cache", join(scratch, "cache")),
    ],
    paths.length * 4096,
    [{ of: "aibom", against: "openssl", maxRatio: 1.3 }],
  );
}

console.log(machineLine());
if (!hasOpenssl) {
  console.log("openssl is not installed: its rows are skipped");
}
const dist = await bundle();
const results: boolean[] = [];
if (flags["small-files"] > 0) {
  results.push(await smallFiles(dist));
}
if (flags["one-mb"] > 0) {
  results.push(await oneFile(dist));
}
if (flags["big-files"] > 0) {
  results.push(await bigFiles(dist));
}
if (flags["cold-files"] > 0) {
  await coldFiles(dist);
}
process.exitCode = results.every((isMet) => isMet) ? 0 : 1;
