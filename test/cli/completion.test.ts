// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { renderCompletion, shells } from "../../src/cli/completion.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const program = await buildProgram(async () => {}, { write() {}, columns: 100 }, ["completion"]);

for (const shell of shells) {
  test(`${shell} accepts its script`, (t) => {
    const script = join(temporaryDirectory(t), "script");
    writeFileSync(script, renderCompletion(program, shell));
    const checked = spawnSync(shell, ["-n", script], { encoding: "utf8" });
    if (checked.error !== undefined) {
      t.skip(`${shell} is not installed`);
      return;
    }
    assert.equal(checked.stderr, "");
    assert.equal(checked.status, 0);
  });

  test(`the ${shell} script names every command and flag`, () => {
    const script = renderCompletion(program, shell);
    for (const word of [
      "inventory",
      "verify",
      "trust",
      "revoke",
      "unsafe-digest-cache",
      "spec-version",
      "ml-dsa-65",
    ]) {
      assert.ok(script.includes(word), word);
    }
  });
}

/** What bash offers for a command line whose last word is being typed. */
function complete(words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const script = `${renderCompletion(program, "bash")}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _aibom; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const result = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  assert.equal(result.stderr, "");
  return result.stdout.split("\n").filter((line) => line !== "");
}

test("bash completes commands, sub-commands, flags and values", () => {
  assert.deepEqual(complete(["aibom", "ver"]), ["verify"]);
  assert.deepEqual(complete(["aibom", "trust", "re"]), ["remove", "revoke"]);
  assert.deepEqual(complete(["aibom", "--quiet", "trust", "li"]), ["list"]);
  assert.deepEqual(complete(["aibom", "verify", "--uns"]), ["--unsafe-digest-cache"]);
  assert.deepEqual(complete(["aibom", "keygen", "--type", "ml"]), ["ml-dsa-65"]);
  assert.deepEqual(complete(["aibom", "verify", "--format", "ju"]), ["junit"]);
  assert.deepEqual(complete(["aibom", "scan", "--format", "ju"]), [], "a report of another command");
  assert.deepEqual(complete(["aibom", "verify", "--format", "text,sarif,gi"]), [
    "text,sarif,github",
    "text,sarif,gitlab",
  ]);
  assert.deepEqual(complete(["aibom", "verify", "--quie"]), ["--quiet"], "global flags");
  assert.deepEqual(complete(["aibom", "completion", "z"]), ["zsh"]);
  assert.deepEqual(complete(["aibom", "verify", "--policy", "x"]), [], "left to file names");
  assert.deepEqual(complete(["aibom", "verify", "trust", "li"]), [], "a target named like a command");
});
