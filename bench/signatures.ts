// SPDX-License-Identifier: Apache-2.0
// `verify` of a small signed model as a whole process against the programs that it replaces: Python's model_signing on
// the same model.sig (goal: at most a third of its time), and cosign on the same file with the same message signature
// (goal: less than its time). Both by key, without any network; an empty script shows how much of ours is Node's own
// start. Needs `npm run build`. The programs are looked for in AIBOM_INTEROP_DIR, as in test/interop; one that is missing
// is skipped. Flag: --rounds N.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { missingGoTools, pathOf, python } from "../test/interop/tools.ts";
import {
  benchEnvironment,
  type Contender,
  command,
  compare,
  machineLine,
  numberFlags,
  printSeries,
  temporaryDirectory,
} from "./harness.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "bin/aibom.js");
if (!existsSync(join(root, "dist/main.js"))) {
  throw new Error("dist/ is not built: run `npm run build` first");
}
const { rounds } = numberFlags({ rounds: 15 });
const cwd = temporaryDirectory("signatures");

function makeModel(): void {
  writeFileSync(join(cwd, "empty.mjs"), "");
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/config.json"), '{"model_type":"tiny"}\n');
  writeFileSync(join(cwd, "model/weights.bin"), Buffer.alloc(1 << 20, "weights"));
  writeFileSync(join(cwd, "weights.bin"), Buffer.alloc(1 << 20, "weights"));
  for (const args of [
    ["init"],
    ["keygen", "--out", "release.key", "--no-passphrase"],
    ["trust", "add", "release", "--key", "release.pub"],
    ["sign", "model", "--key", "release.key"],
    ["sign", "weights.bin", "--message", "--key", "release.key"],
  ]) {
    execFileSync(process.execPath, [bin, ...args], { cwd, env: benchEnvironment(), stdio: "ignore" });
  }
}

const aibom = (name: string, target: string): Contender =>
  command(name, [process.execPath, bin, "verify", target], { cwd, output: "pipe" });

const empty = command("Node alone", [process.execPath, join(cwd, "empty.mjs")], { cwd, output: "pipe" });

/** Undefined, with a line, if the package is not there. */
function modelSigning(): Contender | undefined {
  if (spawnSync(python, ["-c", "import model_signing"], { stdio: "ignore" }).status !== 0) {
    console.log(`skipped: model_signing (not installed for ${python})`);
    return undefined;
  }
  const args = ["verify", "key", "model", "--signature", "model/model.sig", "--public_key", "release.pub"];
  return command("model_signing", [python, "-m", "model_signing", ...args], { cwd, output: "pipe" });
}

/** Undefined, with a line, if the program is not there. */
function cosign(): Contender | undefined {
  const missing = missingGoTools("cosign");
  if (missing !== false) {
    console.log(`skipped: cosign (${missing})`);
    return undefined;
  }
  const program = pathOf("cosign");
  // Without a trusted root, if only an empty one, it asks the public instance.
  const create = ["trusted-root", "create", "--out", "trusted-root.json"];
  execFileSync(program, create, { cwd, env: benchEnvironment(), stdio: "ignore" });
  const args = ["verify-blob", "--key", "release.pub", "--bundle", "weights.bin.sigstore.json"];
  const offline = ["--insecure-ignore-tlog", "--trusted-root", "trusted-root.json"];
  return command("cosign", [program, ...args, ...offline, "weights.bin"], { cwd, output: "pipe" });
}

async function race(title: string, target: string, peer: Contender | undefined, maxRatio: number) {
  const own = aibom("aibom", target);
  const series = await compare([own, ...(peer === undefined ? [] : [peer]), empty], rounds);
  const targets = peer === undefined ? [] : [{ of: "aibom", against: peer.name, maxRatio }];
  return printSeries(title, series, { targets });
}

const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(", ");

console.log(`${machineLine()}\nload ${load()}, ${rounds} rounds`);
makeModel();
const models = await race("a signed model of two files, by key", "model", modelSigning(), 1 / 3);
const files = await race("a message signature over one file, by key", "weights.bin", cosign(), 1);
console.log(`load ${load()}`);
process.exitCode = models && files ? 0 : 1;
