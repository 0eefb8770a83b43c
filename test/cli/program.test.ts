// SPDX-License-Identifier: Apache-2.0
// The list of commands, and what of it a command line loads.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Help } from "commander";
import { commands, nameOf } from "../../src/cli/commands/index.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { cleanEnvironment, mainPath, runProgram } from "./run-aibom.ts";

const dist = join(import.meta.dirname, "../../dist");
const output = { write() {}, columns: 100 };

/** Paths below `root` of the modules that a process loads, without those of packages. */
async function loadedBy(root: string, script: string, args: readonly string[]): Promise<string[]> {
  const hook = `import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) { process._rawDebug("loaded " + url); return next(url, context); } });`;
  const node = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
  const result = await runProgram(process.execPath, [...node, script, ...args], { env: cleanEnvironment() });
  assert.equal(result.code, 0, result.stderr);
  return [...result.stderr.matchAll(/^loaded file:\/\/(\S+)$/gm)]
    .map(([, path = ""]) => path)
    .filter((path) => path.startsWith(`${root}/`) && !path.includes("/node_modules/"))
    .map((path) => path.slice(root.length + 1));
}

test("a command's line in the list says what its definition says", async () => {
  const program = await buildProgram(async () => {}, output, commands.map(nameOf));
  const standard = new Help();
  for (const [index, { term }] of commands.entries()) {
    const command = program.commands[index];
    assert.ok(command !== undefined && command.description() !== "", term);
    assert.equal(standard.subcommandTerm(command), term);
  }
});

test("only the commands that the command line names are defined", async () => {
  const defined = async (words: readonly string[]): Promise<string[]> => {
    const program = await buildProgram(async () => {}, output, words);
    return program.commands.filter((each) => each.description() !== "").map((each) => each.name());
  };
  assert.deepEqual(await defined(["--help"]), []);
  assert.deepEqual(await defined(["--jobs", "2", "verify", "model"]), ["verify"]);
  assert.deepEqual(await defined(["help", "trust"]), ["trust"]);
  assert.deepEqual(await defined(["completion", "bash"]), commands.map(nameOf));
});

test("help and version load the command line and nothing else", async () => {
  const source = join(import.meta.dirname, "../../src");
  for (const args of [["--help"], ["--version"], ["help"]]) {
    const loaded = await loadedBy(source, mainPath, args);
    assert.ok(loaded.includes("cli/program.ts"));
    const foreign = /^(?!main\.ts$|cli\/|model\/|report\/style\.ts$)|^cli\/commands\/(?!index\.ts$)/;
    assert.deepEqual(
      loaded.filter((path) => foreign.test(path)),
      [],
    );
  }
  const commandFiles = (await loadedBy(source, mainPath, ["verify", "--help"])).filter((path) =>
    path.startsWith("cli/commands/"),
  );
  assert.deepEqual(commandFiles.toSorted(), ["cli/commands/index.ts", "cli/commands/verify.ts"]);
});

test("dist/: help takes four files, and the library loads no command line", async (t) => {
  if (!existsSync(join(dist, "index.js"))) {
    t.skip("dist/ is not built: npm run build");
    return;
  }
  const plain = (path: string): string => path.replace(/-[\w-]{8}\.js$/, "");
  const help = await loadedBy(dist, join(dist, "main.js"), ["--help"]);
  assert.deepEqual(help.map(plain).toSorted(), ["base", "main.js", "run", "start"], "npm run build?");
  const built: object = await import(join(dist, "index.js"));
  assert.deepEqual(Object.keys(built), Object.keys(await import("../../src/index.ts")));
  const library = await loadedBy(dist, join(dist, "index.js"), []);
  assert.ok(library.length > 1);
  assert.ok(!library.map(plain).includes("start"), library.join(" "));
});
