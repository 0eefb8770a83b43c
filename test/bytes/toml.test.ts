// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseToml } from "../../src/bytes/toml.ts";
import { AibomError } from "../../src/errors.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";

const parse = (text: string): unknown => parseToml(text, "x.toml");

const sample = `# comment
title = "a\\tb\\u00e9" # behind
'quoted key' = 'C:\\dir'
a.b.c = 1_000
big = 12345678901234567890
hex = 0xff
float = -1.5e3
yes = true
day = 1979-05-27 07:32:00Z
long = """
one \\
   two"""
literal = '''
x''y'''
list = [
  1, # one
  [ "n" ], { k = "v", "q r" = 2 },
]
[table]
x = 1
[table.inner]
y = 2
[[items]]
n = 1
[items.sub]
s = 1
[[items]]
n = 2
`;

test("every kind of value", () => {
  assert.deepEqual(parse(sample), {
    title: "a\tb\u00e9",
    "quoted key": "C:\\dir",
    a: { b: { c: 1000 } },
    big: "12345678901234567890",
    hex: 255,
    float: -1500,
    yes: true,
    day: "1979-05-27 07:32:00Z",
    long: "one two",
    literal: "x''y",
    list: [1, ["n"], { k: "v", "q r": 2 }],
    table: { x: 1, inner: { y: 2 } },
    items: [{ n: 1, sub: { s: 1 } }, { n: 2 }],
  });
});

test("a key called __proto__ is a key", () => {
  const value = parse("[__proto__]\nx = 1\n") as object;
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal((value as { x?: number }).x, undefined);
});

test("what two readers would read in two ways is refused", () => {
  const refused = [
    "a = 1\na = 2",
    "[t]\n[t]",
    "a = 1\n[a]",
    "a = 1\n[[a]]",
    "a = ",
    "a = 1 b = 2",
    'a = "x',
    'a = "\\q"',
    'a = "\\ud800"',
    "= 1",
    "a = [1",
    "[a",
    `a = ${"[".repeat(100)}`,
    `${"a.".repeat(100_000)}b = 1`,
    `[${"a.".repeat(100_000)}b]`,
  ];
  for (const text of refused) {
    assert.throws(
      () => parse(text),
      (error) => error instanceof AibomError && error.code === "TOML_INVALID",
      text,
    );
  }
});

test("any bytes are parsed or refused", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 3000; round += 1) {
    const text = Buffer.from(mutate(Buffer.from(sample), random)).toString("utf8");
    try {
      parse(text);
    } catch (error) {
      assert.ok(error instanceof AibomError, String(error));
    }
  }
});
