// SPDX-License-Identifier: Apache-2.0
// The export of a system of 1,000 and of 10,000 components, hashed before (`--unsafe-digest-cache`): one in twenty is a signed
// model, the others are the packages of an environment. Ceilings: 3 s; 20 s and 800 MB. Then what checks the folder:
// verify.mjs in 3 s. `node bench/report.ts --components 1000`.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeTree } from "../fixtures/make.ts";
import { buildSafetensors } from "../fixtures/safetensors.ts";
import { sign } from "../src/sign.ts";
import { benchEnvironment, machineLine, numberFlags, temporaryDirectory } from "./harness.ts";

const main = join(import.meta.dirname, "../bin/aibom.js");
const { components, rounds } = numberFlags({ components: 0, rounds: 3 });
const at = "2026-06-30T12:00:00Z";

/** Seconds and megabytes that an export of so many components may take. */
const ceilings = new Map([
  [1000, { seconds: 3, megabytes: 800 }],
  [10_000, { seconds: 20, megabytes: 800 }],
]);
const maxVerifierSeconds = 3;

function run(folder: string, program: readonly string[], exits: readonly number[]) {
  const time = existsSync("/usr/bin/time") ? ["/usr/bin/time", "-f", "%M"] : [];
  const [file = "", ...args] = [...time, process.execPath, ...program];
  const start = process.hrtime.bigint();
  const result = spawnSync(file, args, {
    cwd: folder,
    env: benchEnvironment(),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (result.status === null || !exits.includes(result.status)) {
    throw new Error(`${program.join(" ").slice(0, 200)}: ${result.status} ${result.stderr.slice(-2000)}`);
  }
  const kilobytes = Number(result.stderr.trim().split("\n").at(-1));
  return { seconds, megabytes: time.length === 0 ? Number.NaN : kilobytes / 1024 };
}

/** Members with their signatures, a BOM of all of them, and a digest cache. */
async function writeSystem(folder: string, count: number): Promise<void> {
  const models = Math.ceil(count / 20);
  for (let index = 0; index < models; index += 1) {
    writeTree(
      join(folder, `models/model-${index}`),
      new Map([
        [
          "model.safetensors",
          buildSafetensors({ tensors: { [`w${index}`]: { dtype: "F32", shape: [16, 16] } } }),
        ],
        ["config.json", Buffer.from(JSON.stringify({ model_type: "llama", index }))],
      ]),
    );
  }
  const packages: Record<string, object> = { "": { name: "server", version: "1.0.0" } };
  for (let index = models; index < count; index += 1) {
    packages[`node_modules/library-${index}`] = { version: `1.0.${index}`, license: "MIT" };
  }
  mkdirSync(join(folder, "server"));
  writeFileSync(
    join(folder, "server/package-lock.json"),
    JSON.stringify({ name: "server", version: "1.0.0", lockfileVersion: 3, packages }),
  );
  const members = Array.from(
    { length: models },
    (_, index) => `  model-${index}: { path: models/model-${index} }`,
  );
  writeFileSync(
    join(folder, "aibom.yaml"),
    `apiVersion: aibom/system/v1\nname: bench\nmodels:\n${members.join("\n")}\nenvironments:\n  server: { path: server }\n`,
  );
  run(folder, [main, "keygen", "--out", "key", "--no-passphrase"], [0]);
  run(folder, [main, "init"], [0]);
  run(folder, [main, "trust", "add", "release", "--key", "key.pub", "--usage", "model,bom,report"], [0]);
  for (let index = 0; index < models; index += 1) {
    const { bundle, defaultPath } = await sign(join(folder, `models/model-${index}`), {
      signer: { kind: "key", key: join(folder, "key") },
      at: new Date(at),
    });
    writeFileSync(defaultPath, bundle);
  }
  run(folder, [main, "inventory", "--digest-cache", "cache", "-o", "aibom.cdx.json", "--quiet"], [0, 3]);
  run(folder, [main, "sign", "aibom.cdx.json", "--key", "key"], [0]);
}

async function measure(count: number): Promise<boolean> {
  const folder = temporaryDirectory(`report-${count}`);
  await writeSystem(folder, count);
  const report = [
    ...[main, "report", "--bom", "aibom.cdx.json", "--unsafe-digest-cache", "cache", "--key", "key"],
    ...["--at", at, "--out", "audit", "--replace", "--format", "json=verdict.json"],
  ];
  const all = Array.from({ length: rounds }, () => run(folder, report, [0, 1, 3]));
  const best = all.toSorted((a, b) => a.seconds - b.seconds)[0] ?? { seconds: Number.NaN, megabytes: 0 };
  const check = run(folder, [join(folder, "audit/verify.mjs"), join(folder, "audit")], [0, 1, 3]);
  const page = statSync(join(folder, "audit/START-HERE.html")).size / 1e6;
  const ceiling = ceilings.get(count) ?? {
    seconds: Number.POSITIVE_INFINITY,
    megabytes: Number.POSITIVE_INFINITY,
  };
  const isMet =
    best.seconds <= ceiling.seconds &&
    !(best.megabytes > ceiling.megabytes) &&
    (count > 1000 || check.seconds <= maxVerifierSeconds);
  console.log(
    `${count} components: ${best.seconds.toFixed(2)} s, ${best.megabytes.toFixed(0)} MB (at most ${ceiling.seconds} s, ` +
      `${ceiling.megabytes} MB); verify.mjs ${check.seconds.toFixed(2)} s; START-HERE.html ${page.toFixed(2)} MB: ` +
      `${isMet ? "met" : "MISSED"}`,
  );
  return isMet;
}

console.log(machineLine());
const counts = components === 0 ? [...ceilings.keys()] : [components];
let isMet = true;
for (const count of counts) {
  isMet = (await measure(count)) && isMet;
}
process.exitCode = isMet ? 0 : 1;
