// SPDX-License-Identifier: Apache-2.0
// Command lines are split as a POSIX shell splits them, and nothing else of a shell happens.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { AibomError } from "../../src/errors.ts";
import { splitWords } from "../../src/signers/command-words.ts";

const cases: readonly (readonly [string, readonly string[]])[] = [
  ["sign", ["sign"]],
  ["  sign \t --slot\n3 ", ["sign", "--slot", "3"]],
  ["'a b' \"c d\" e\\ f", ["a b", "c d", "e f"]],
  [`a'b'"c"d`, ["abcd"]],
  [`x "" ''`, ["x", "", ""]],
  [`x "say \\"no\\"" 'a\\b'`, ["x", 'say "no"', "a\\b"]],
  [
    "x $HOME *.pem `id` $(id) | y > z; w &",
    ["x", "$HOME", "*.pem", "`id`", "$(id)", "|", "y", ">", "z;", "w", "&"],
  ],
];

for (const [line, words] of cases) {
  test(`splits ${JSON.stringify(line)}`, () => assert.deepEqual(splitWords(line), words));
}

test("what is open or empty is refused", () => {
  for (const line of ["", "  ", "''", '"" x', "'a", 'x "a', "x\\", 'x "a\\"', "x\0y"]) {
    assert.throws(
      () => splitWords(line),
      (error) => error instanceof AibomError && error.code === "SIGNER_COMMAND_INVALID",
      JSON.stringify(line),
    );
  }
});

test("sh agrees about quotes", { skip: process.platform === "win32" && "no sh" }, () => {
  const lines = ["a 'b c' d", `a "b \\" c" 'd"e' f\\ g`, `a ''"" b`, `a "b 'c'" d`];
  for (const line of lines) {
    const output = execFileSync("sh", ["-c", `printf '%s\\0' ${line}`]).toString();
    assert.deepEqual(splitWords(line), output.split("\0").slice(0, -1), line);
  }
});

test("quoted words come back, whatever they are; long lines take no time", () => {
  const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const word = fc.string({ unit: "grapheme" }).filter((each) => !each.includes("\0"));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      assert.deepEqual(splitWords(["x", ...words.map(quote)].join(" ")), ["x", ...words]);
    }),
  );
  const start = performance.now();
  splitWords(`x ${"a'b'".repeat(100_000)}`);
  assert.throws(() => splitWords(`x "${"\\\\".repeat(100_000)}`), AibomError);
  assert.ok(performance.now() - start < 2000);
});
