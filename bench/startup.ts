// SPDX-License-Identifier: Apache-2.0
// Start-up of the built program above an empty script in the same Node: `--help` and `--version` (goal: at most
// 15 ms) and `verify` of a small signed model (goal: at most 100 ms). Needs `npm run build`. Output goes to a
// pipe, as in CI, and once to a terminal of `script`, whose stream classes Node has to load. The difference of
// the medians counts; the differences of the minima are less noisy on a busy machine.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchEnvironment, command, compare, hasCommand, numberFlags, type Series } from "./harness.ts";

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
    command(name, [process.execPath, ...args], { cwd: directory, output: "pipe" });
  const inTerminal = (name: string, ...args: readonly string[]) =>
    command(name, ["script", "-qec", [process.execPath, ...args].join(" "), "/dev/null"], { cwd: directory });
  const { rounds } = numberFlags({ rounds: 25 });
  const empty = join(directory, "empty.mjs");
  printDifferences(
    await compare(
      [
        node("empty", empty),
        node("--version", bin, "--version"),
        node("--help", bin, "--help"),
        node("verify", bin, "verify", "model"),
        node("verify --policy", bin, "verify", "model", "--policy", "policy.yaml"),
      ],
      rounds,
    ),
  );
  if (hasCommand("script")) {
    const terminal = [inTerminal("empty", empty), inTerminal("--help, terminal", bin, "--help")];
    printDifferences(await compare(terminal, rounds));
  } else {
    console.log("skipped: a terminal (no `script` here)");
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** What each series takes above the first. */
function printDifferences([empty, ...series]: readonly Series[]): void {
  for (const each of series) {
    const median = each.median - (empty?.median ?? 0);
    const min = each.min - (empty?.min ?? 0);
    const goal = each.name.startsWith("verify") ? 100 : 15;
    console.log(
      `${each.name.padEnd(17)} +${median.toFixed(1)} ms median, +${min.toFixed(1)} ms least, goal +${goal} ms`,
    );
  }
}
