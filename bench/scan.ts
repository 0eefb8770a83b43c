// SPDX-License-Identifier: Apache-2.0
// Scanning as whole processes, against peers on the same files; and what reading headers adds to hashing:
// `node scripts/build.ts && node bench/scan.ts`. Peers are Python packages of an environment named by
// AIBOM_BENCH_PYTHON (its `bin/` holds picklescan, and python imports fickling); without it they are skipped.

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { buildGguf } from "../fixtures/gguf.ts";
import { buildSafetensors, patternBytes } from "../fixtures/safetensors.ts";
import { allSamples } from "../fixtures/samples.ts";
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

const MiB = 1024 * 1024;
const flags = numberFlags({ files: 1000, rounds: 5, megabytes: 2048, jobs: 2 });
const python = process.env["AIBOM_BENCH_PYTHON"];
const bin = join(import.meta.dirname, "..", "bin", "aibom.js");
const scratch = temporaryDirectory("scan");
const aibom = (name: string, ...args: readonly string[]) =>
  command(name, [process.execPath, bin, "--jobs", String(flags.jobs), ...args], { exitCodes: [0, 1, 3] });

/** Fickling's own check, called for file after file in one process: its command line takes one file. */
const ficklingProgram = `
import os, sys
from fickling.analysis import check_safety
from fickling.fickle import Pickled
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        check_safety(Pickled.load(file))
`;

console.log(machineLine());
const results = [
  await pickles("small", 40),
  await pickles("medium", 500),
  // Of a usual size: a forest of scikit-learn's has 100 kB to 1 MB.
  await pickles("large", 4000),
  await largeModel(),
  await mixedModels(),
];
process.exitCode = results.every(Boolean) ? 0 : 1;

/** A dictionary of `entries` numbers by name, as protocol 2 writes it: what a vocabulary or a configuration looks like. */
function pickleOf(entries: number, seed: number): Uint8Array {
  const parts: Buffer[] = [Buffer.from([0x80, 2, 0x7d, 0x71, 0, 0x28])];
  for (let index = 0; index < entries; index++) {
    const name = Buffer.from(`token-${seed}-${index}`);
    const head = Buffer.alloc(5);
    head[0] = 0x58;
    head.writeUInt32LE(name.length, 1);
    const number = Buffer.alloc(5);
    number[0] = 0x4a;
    number.writeInt32LE(index, 1);
    parts.push(head, name, number);
  }
  return Buffer.concat([...parts, Buffer.from("u.")]);
}

async function pickles(size: string, entries: number): Promise<boolean> {
  const directory = join(scratch, `pickles-${size}`);
  mkdirSync(directory);
  let bytes = 0;
  for (let index = 0; index < flags.files; index++) {
    const pickle = pickleOf(entries, index);
    bytes += pickle.length;
    writeFileSync(join(directory, `model-${String(index).padStart(5, "0")}.pkl`), pickle);
  }
  const contenders = [aibom("aibom scan", "scan", directory)];
  const targets = [];
  if (python !== undefined && hasCommand(join(python, "bin/picklescan"), "--help")) {
    contenders.push(
      command("picklescan", [join(python, "bin/picklescan"), "-p", directory], { exitCodes: [0, 1] }),
      command("fickling", [join(python, "bin/python"), "-c", ficklingProgram, directory]),
    );
    targets.push({ of: "aibom scan", against: "picklescan", maxRatio: 1 / 20 });
    targets.push({ of: "aibom scan", against: "fickling", maxRatio: 1 / 20 });
  }
  const title = `${flags.files} ${size} pickles, ${(bytes / MiB).toFixed(1)} MiB (ms)`;
  return printSeries(title, await compare(contenders, flags.rounds), { bytes, targets });
}

/** What a reader adds to hashing one large model: the same bytes under a name and with a start that no reader claims. */
async function largeModel(): Promise<boolean> {
  const tensors = 400;
  const tensorBytes = Math.floor((flags.megabytes * MiB) / tensors / 4) * 4;
  const entries = Array.from({ length: tensors }, (_, index) => {
    const [start, end] = [index * tensorBytes, (index + 1) * tensorBytes];
    return `"layers.${index}.weight":{"dtype":"F32","shape":[${tensorBytes / 4}],"data_offsets":[${start},${end}]}`;
  });
  const header = Buffer.from(`{${entries.join(",")}}`);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(header.length));
  const block = Buffer.from(patternBytes(tensorBytes, 1));
  for (const name of ["model.safetensors", "model.data"]) {
    mkdirSync(join(scratch, name));
    const file = openSync(join(scratch, name, name), "w");
    // The copy without a reader differs in its first byte only.
    const first = Buffer.concat([start, header]);
    first[7] = name.endsWith(".data") ? 0xff : 0;
    writeSync(file, first);
    for (let index = 0; index < tensors; index++) {
      writeSync(file, block);
    }
    closeSync(file);
  }
  const inventory = (name: string, directory: string) =>
    aibom(name, "inventory", join(scratch, directory), "-o", join(scratch, `${directory}.json`));
  const series = await compare(
    [inventory("hashed only", "model.data"), inventory("safetensors", "model.safetensors")],
    flags.rounds,
  );
  return printSeries(`inventory of one safetensors file of ${flags.megabytes} MB (ms)`, series, {
    bytes: flags.megabytes * MiB,
    targets: [{ of: "safetensors", against: "hashed only", maxRatio: 1.03 }],
  });
}

/** A directory of models of every kind that the fixtures can write, against a program that only hashes. */
async function mixedModels(): Promise<boolean> {
  const directory = join(scratch, "mixed");
  const samples = allSamples().filter(({ label }) => label === "benign");
  const tensor = { dtype: "F32", shape: [MiB / 4] } as const;
  let bytes = 0;
  for (let index = 0; index < flags.files; index++) {
    const folder = join(directory, `model-${String(index).padStart(5, "0")}`);
    mkdirSync(folder, { recursive: true });
    const weights =
      index % 2 === 0
        ? buildSafetensors({ tensors: { [`w${index}`]: tensor } })
        : buildGguf({ tensors: [{ name: `w${index}`, type: "F32", dimensions: [MiB / 4] }] });
    const sample = samples[index % samples.length];
    writeFileSync(join(folder, index % 2 === 0 ? "model.safetensors" : "model.gguf"), weights);
    if (sample !== undefined) {
      writeFileSync(join(folder, sample.name.split("/").at(-1) ?? "sample"), sample.bytes);
    }
    bytes += readdirSync(folder).reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  }
  const line = `find . -type f -print0 | xargs -0 -P ${flags.jobs} -n 64 openssl dgst -sha256`;
  const contenders = [
    ...(hasCommand("openssl", "version") ? [shell("openssl dgst", line, { cwd: directory })] : []),
    aibom("aibom inventory", "inventory", directory, "-o", join(scratch, "mixed.json")),
  ];
  return printSeries(
    `inventory of ${flags.files} mixed models (ms)`,
    await compare(contenders, flags.rounds),
    {
      bytes,
      targets: existsSync(directory)
        ? [{ of: "aibom inventory", against: "openssl dgst", maxRatio: 1.3 }]
        : [],
    },
  );
}
