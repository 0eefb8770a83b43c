// SPDX-License-Identifier: Apache-2.0
// Start-up of the built program against an empty script in the same Node: `--help` and `--version` (target:
// at most 15 ms more) and `verify` of a small signed model (target: at most 100 ms more). Needs `npm run build`.
// The difference of the medians counts; the differences of the minima are less noisy on a busy machine.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchEnvironment, command, compare } from "./harness.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "bin/aibom.js");
if (!existsSync(join(root, "dist/main.js"))) {
  throw new Error("dist/ is not built: run `npm run build` first");
}

const directory = mkdtempSync(join(tmpdir(), "aibom-startup-"));
try {
  mkdirSync(join(directory, "model"));
  writeFileSync(join(directory, "model/config.json"), '{"model_type":"tiny"}\n');
  writeFileSync(join(directory, "empty.mjs"), "");
  for (const args of [
    ["init"],
    ["keygen", "--out", "k.key", "--no-passphrase"],
    ["trust", "add", "k", "--key", "k.pub"],
    ["sign", "model", "--key", "k.key"],
  ]) {
    execFileSync(process.execPath, [bin, ...args], {
      cwd: directory,
      env: benchEnvironment(),
      stdio: "ignore",
    });
  }
  const node = (name: string, ...args: readonly string[]) =>
    command(name, [process.execPath, ...args], { cwd: directory });
  const series = await compare(
    [
      node("empty", join(directory, "empty.mjs")),
      node("--version", bin, "--version"),
      node("--help", bin, "--help"),
      node("verify", bin, "verify", "model"),
    ],
    25,
  );
  const [empty] = series;
  for (const each of series.slice(1)) {
    const median = each.median - (empty?.median ?? 0);
    const min = each.min - (empty?.min ?? 0);
    const limit = each.name === "verify" ? 100 : 15;
    console.log(
      `${each.name.padEnd(10)} +${median.toFixed(1)} ms median, +${min.toFixed(1)} ms minimum, target +${limit} ms`,
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
