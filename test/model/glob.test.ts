// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { compileGlob } from "../../src/model/glob.ts";

const cases: readonly [pattern: string, matching: readonly string[], others: readonly string[]][] = [
  ["model.onnx", ["model.onnx"], ["model_onnx", "a/model.onnx", "model.onnx2", "Model.onnx", ""]],
  ["*.onnx", ["a.onnx", ".onnx"], ["a/b.onnx", "a.onnx/", "a.onn"]],
  ["**/*.onnx", ["a.onnx", "a/b.onnx", "a/b/c.onnx"], ["a/b.onn", "a.onnx/b"]],
  ["**/a", ["a", "x/a", "x/y/a"], ["ba", "x/ba", "a/x"]],
  ["a/**", ["a/b", "a/b/c", "a/"], ["a", "b/a"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "a/b/c"]],
  ["**", ["", "a", "a/b"], []],
  ["a**b", ["ab", "a/b", "axxb"], ["a", "b"]],
  ["?.bin", ["a.bin", "é.bin", "😀.bin"], ["/.bin", "ab.bin", ".bin"]],
  ["a.b+c(d)|$^", ["a.b+c(d)|$^"], ["axb+c(d)|$^", "a.bbc(d)|$^"]],
  ["**/**/**/a", ["a", "x/a", "x/y/z/w/a"], ["xa"]],
];

test("patterns match whole paths, and nothing else", () => {
  for (const [pattern, matching, others] of cases) {
    const matches = compileGlob(pattern);
    for (const text of matching) {
      assert.ok(matches(text), `${pattern} matches ${text}`);
    }
    for (const text of others) {
      assert.ok(!matches(text), `${pattern} does not match ${text}`);
    }
  }
});

test("a pattern without wildcards is equality", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((each) => !/[*?]/.test(each));
  fc.assert(fc.property(text, text, (pattern, other) => compileGlob(pattern)(other) === (pattern === other)));
});

test("agrees with the definition, tried out recursively", () => {
  const pattern = fc
    .array(fc.constantFrom("a", "/", "*", "?", "**", "**/"), { maxLength: 6 })
    .map((parts) => parts.join(""));
  const path = fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(pattern, path, (glob, text) => compileGlob(glob)(text) === reference(glob, text, 0, 0)),
    { numRuns: 3000 },
  );
});

/** The meaning of a pattern by trying everything: exponential, for short words only. */
function reference(glob: string, text: string, at: number, from: number): boolean {
  if (at === glob.length) {
    return from === text.length;
  }
  const rest = (next: number, to: number) => reference(glob, text, next, to);
  if (glob.startsWith("**/", at) && (at === 0 || glob[at - 1] === "/")) {
    const ends = [
      from,
      ...Array.from(text, (_, index) => index + 1).filter((end) => end > from && text[end - 1] === "/"),
    ];
    return ends.some((end) => rest(at + 3, end));
  }
  const width = glob.startsWith("**", at) ? 2 : 1;
  if (glob[at] === "*") {
    for (let end = from; end <= text.length; end++) {
      if (rest(at + width, end)) {
        return true;
      }
      if (width === 1 && text[end] === "/") {
        return false;
      }
    }
    return false;
  }
  const isEqual = glob[at] === "?" ? text[from] !== undefined && text[from] !== "/" : glob[at] === text[from];
  return isEqual && rest(at + 1, from + 1);
}

test("hostile patterns and paths take no time", () => {
  const started = performance.now();
  const path = `${"a/".repeat(2000)}b`;
  for (const pattern of [
    `${"**/".repeat(80)}c`,
    `${"*a".repeat(120)}c`,
    `${"**a".repeat(80)}c`,
    `${"a*".repeat(120)}`,
  ]) {
    assert.equal(compileGlob(pattern)(path), false);
    assert.equal(compileGlob(pattern)("a".repeat(4096)), pattern.startsWith("a*"));
  }
  assert.ok(performance.now() - started < 1000);
});
