// SPDX-License-Identifier: Apache-2.0
// Canonical JSON: the example and number table of RFC 8785, its author's vectors, and every refusal.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalizeJson } from "../../src/bytes/jcs.ts";
import { type JsonValue, parseJson } from "../../src/bytes/json.ts";
import type { Code } from "../../src/codes/index.ts";
import { AibomError } from "../../src/errors.ts";

const parse = (bytes: Uint8Array) => parseJson(bytes, { path: "a.json", maxBytes: 1 << 28, maxDepth: 64 });
const canonical = (value: JsonValue, maxDepth = 64) =>
  Buffer.from(canonicalizeJson(value, maxDepth)).toString();

function refuses(value: JsonValue, code: Code, maxDepth?: number): void {
  assert.throws(
    () => canonical(value, maxDepth),
    (error: unknown) => error instanceof AibomError && error.code === code,
  );
}

const vectors = join(import.meta.dirname, "../../../shared/corpora/cyclonedx/jcs-vectors");
const missing = existsSync(vectors) ? false : "corpora not present: cyclonedx/jcs-vectors";

test("vectors of the author of RFC 8785", { skip: missing }, (t) => {
  const names = readdirSync(join(vectors, "input"));
  for (const name of names) {
    const input = parse(readFileSync(join(vectors, "input", name)));
    assert.equal(canonical(input), readFileSync(join(vectors, "output", name), "utf8"), name);
  }
  t.diagnostic(`${names.length} of ${names.length} are equal byte for byte`);
  assert.equal(names.length, 6);
});

test("members are sorted by UTF-16 code units, not by code points", () => {
  const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
  const value = Object.fromEntries(keys.map((key) => [key, 0]));
  // RFC 8785, section 3.2.3: the emoji's first half, d83d, is below fb33.
  const expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"];
  assert.deepEqual(
    Object.keys(JSON.parse(canonical(value))).slice(1),
    expected.filter((key) => key !== "1"),
  );
  assert.equal(canonical({ b: 1, a: { d: [], c: {} } }), '{"a":{"c":{},"d":[]},"b":1}');
  // Integer-like keys come first in a JavaScript object whatever the order of the text.
  assert.equal(canonical({ "10": 1, "9": 2, "": 3 }), '{"":3,"10":1,"9":2}');
});

test("numbers are printed as ECMAScript prints them", () => {
  const cases: [number, string][] = [
    [-0, "0"],
    [5e-324, "5e-324"],
    [-1.7976931348623157e308, "-1.7976931348623157e+308"],
    [9007199254740992, "9007199254740992"],
    [295147905179352830000, "295147905179352830000"],
    [9.999999999999997e22, "9.999999999999997e+22"],
    [1e23, "1e+23"],
    [999999999999999900000, "999999999999999900000"],
    [1e21, "1e+21"],
    [9.999999999999997e-7, "9.999999999999997e-7"],
    [0.000001, "0.000001"],
    [Number("333333333.33333329"), "333333333.3333333"],
  ];
  for (const [number, text] of cases) {
    assert.equal(canonical([number]), `[${text}]`);
  }
});

test("strings are escaped as ECMAScript does, and no more", () => {
  const text = '\u20ac$\u000f\nA\'B"\\\\"/\u007f\u2028';
  assert.equal(canonical(text), '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f\u2028"');
  assert.equal(canonical([true, false, null, "", [], {}]), '[true,false,null,"",[],{}]');
});

test("what has no canonical form is refused", () => {
  for (const half of ["\ud83d", "a\ude00", "\ude00\ud83d"]) {
    refuses(half, "JSON_NOT_CANONICAL");
    refuses({ [half]: 1 }, "JSON_NOT_CANONICAL");
    refuses([[{ a: half }]], "JSON_NOT_CANONICAL");
  }
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    refuses([number], "JSON_NOT_CANONICAL");
  }
});

test("depth is bounded, also for values that no parser bounded", () => {
  let deep: JsonValue = [];
  for (let level = 1; level < 1_000_000; level++) {
    deep = level % 2 === 0 ? [deep] : { a: deep };
  }
  refuses(deep, "JSON_TOO_DEEP");
  refuses([[[]]], "JSON_TOO_DEEP", 2);
  assert.equal(canonical([[[]]], 3), "[[[]]]");
});

test("members that mean something to an engine are members like others", () => {
  const text = '{"toJSON":{"b":1,"a":2},"__proto__":{"z":1,"y":2},"constructor":0,"hasOwnProperty":1}';
  const expected = '{"__proto__":{"y":2,"z":1},"constructor":0,"hasOwnProperty":1,"toJSON":{"a":2,"b":1}}';
  assert.equal(canonical(parse(Buffer.from(text))), expected);
});

test("documents of more than one chunk, with characters of every length", () => {
  const value = Array.from({ length: 20_000 }, (_, index) => ({
    b: "\u{1f600}\u00e9\u20acx".repeat(5),
    a: index,
  }));
  const expected = `[${value.map(({ a, b }) => `{"a":${a},"b":"${b}"}`).join(",")}]`;
  assert.equal(canonical(value), expected);
});

test("property: the order of members does not matter, and the result reads as the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const given = JSON.parse(JSON.stringify(value)) as JsonValue;
      if (!JSON.stringify(given).isWellFormed() || /\\ud[89a-f]/.test(JSON.stringify(given))) {
        return;
      }
      const text = canonical(given);
      assert.deepEqual(JSON.parse(text), given);
      assert.equal(canonical(reversed(given)), text);
      assert.equal(canonical(parse(Buffer.from(text))), text);
    }),
    { numRuns: 500 },
  );
});

/** The same value with the members of all objects in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(reversed);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, each]) => [key, reversed(each)]),
    );
  }
  return value;
}
