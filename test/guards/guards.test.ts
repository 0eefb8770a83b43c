// SPDX-License-Identifier: Apache-2.0
// Each static check must catch a planted violation: a misconfigured tool is as green as clean code.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";

const root = join(import.meta.dirname, "../..");
const guards = join(root, "fixtures/guards");

function run(tool: string, args: readonly string[], cwd: string): { status: number | null; text: string } {
  const result = spawnSync(join(root, "node_modules/.bin", tool), args, { cwd, encoding: "utf8" });
  return { status: result.status, text: `${result.stdout}${result.stderr}` };
}

/** A copy of a planted project outside the repository, where no ignore file hides it. */
function plantedCopy(t: TestContext, name: string): string {
  const directory = temporaryDirectory(t);
  cpSync(join(guards, name), directory, { recursive: true });
  return directory;
}

test("import rules: each planted violation is named", () => {
  const { status, text } = run(
    "depcruise",
    ["--config", join(root, ".dependency-cruiser.mjs"), "src"],
    join(guards, "imports"),
  );
  assert.notEqual(status, 0);
  for (const rule of [
    "no-cycles",
    "base-imports",
    "formats-imports",
    "reading-imports",
    "policy-imports",
    "only-verifiers-mint-evidence",
    "verification-never-updates-trust",
    "use-cases-do-not-import-the-command-line",
    "fs-has-homes",
    "child-process-has-homes",
    "worker-threads-has-homes",
    "network-has-homes",
    "self-verifier-stands-alone",
    "nobody-imports-the-self-verifier",
    "only-policy/cel-imports--marcbachmann-cel-js",
    "only-policy/cel-imports-re-js",
  ]) {
    assert.ok(text.includes(rule), `${rule} did not fire:\n${text}`);
  }
});

test("lint: default export, console, environment, non-null assertion", (t) => {
  const directory = plantedCopy(t, "lint");
  const config = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as Record<string, unknown>;
  // Outside the repository there is no git to ask for ignore files.
  writeFileSync(join(directory, "biome.json"), JSON.stringify({ ...config, vcs: { enabled: false } }));
  const { status, text } = run("biome", ["lint", "planted.ts"], directory);
  assert.notEqual(status, 0);
  for (const rule of [
    "noDefaultExport",
    "noConsole",
    "noProcessEnv",
    "noNonNullAssertion",
    "noFloatingPromises",
  ]) {
    assert.ok(text.includes(rule), `${rule} did not fire:\n${text}`);
  }
});

test("types: unchecked index, promise as condition, message without its argument", () => {
  const { status, text } = run("tsc", ["-p", join(guards, "types")], root);
  assert.notEqual(status, 0);
  for (const error of ["TS2322", "TS2801", "TS2345"]) {
    assert.ok(text.includes(error), `${error} did not fire:\n${text}`);
  }
});

test("dead code: unused file, export and dependency", (t) => {
  const { status, text } = run("knip", [], plantedCopy(t, "dead"));
  assert.notEqual(status, 0);
  for (const planted of ["planted-orphan.ts", "plantedUnused", "left-over"]) {
    assert.ok(text.includes(planted), `${planted} was not found:\n${text}`);
  }
});

test("duplicate code: one function twice", (t) => {
  const { status, text } = run(
    "jscpd",
    ["--config", join(root, ".jscpd.json"), "."],
    plantedCopy(t, "duplicates"),
  );
  assert.notEqual(status, 0, text);
  assert.ok(text.includes("planted-a.ts") && text.includes("planted-b.ts"), text);
});

test("package lint: an entry point that is not there", (t) => {
  const { status, text } = run("publint", ["--strict"], plantedCopy(t, "package"));
  assert.notEqual(status, 0, text);
  assert.ok(text.includes("missing.js"), text);
});
