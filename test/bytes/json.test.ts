// SPDX-License-Identifier: Apache-2.0
// Strict JSON: agreement with the engine's parser, and every refusal beyond it.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parseJson } from "../../src/bytes/json.ts";
import { findJsonFault } from "../../src/bytes/json-fault.ts";
import type { Code } from "../../src/codes/index.ts";
import { AibomError } from "../../src/errors.ts";

const encoder = new TextEncoder();
const options = { path: "a.json", maxBytes: 64 * 1024 * 1024, maxDepth: 64 };

function parse(text: string | Uint8Array, more: Partial<Parameters<typeof parseJson>[1]> = {}) {
  return parseJson(typeof text === "string" ? encoder.encode(text) : text, { ...options, ...more });
}

function refuses(
  text: string | Uint8Array,
  code: Code,
  offset?: number,
  more?: Partial<Parameters<typeof parseJson>[1]>,
): void {
  assert.throws(
    () => parse(text, more),
    (error: unknown) => {
      assert.ok(error instanceof AibomError, String(error));
      assert.equal(error.code, code);
      assert.equal(error.where?.path, "a.json");
      if (offset !== undefined) {
        assert.equal(error.where?.offset, offset);
      }
      return true;
    },
  );
}

test("reads what JSON.parse reads", () => {
  for (const text of [
    "0",
    " null ",
    '"a"',
    "[]",
    "{}",
    '{"a":[1,2,{"b":null}]}',
    "-0.5e+3",
    '"\\ud83d\\ude00"',
  ]) {
    assert.deepEqual(parse(text), JSON.parse(text));
  }
});

test("refuses what JSON.parse refuses, with the offset of the fault", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["  ", 2],
    ["[1,]", 3],
    ['{"a":1,}', 7],
    ["{a:1}", 1],
    ["01", 1],
    ["[1 2]", 3],
    ["// c\n1", 0],
    ["NaN", 0],
    ['"\t"', 1],
    ['"\\x"', 2],
    ['"\\u12g4"', 5],
    ['"é', 3],
    ["1.", 2],
    ["1e", 2],
    ["-", 1],
    ["tru", 0],
    ["{} {}", 3],
    ["]", 0],
    ['{"a" 1}', 5],
    ["[1}", 2],
    ["\u00a01", 0],
  ];
  for (const [text, offset] of cases) {
    assert.throws(() => JSON.parse(text), text);
    refuses(text, "JSON_INVALID", offset);
  }
});

test("offsets count bytes from the start of the file", () => {
  refuses('["é",x]', "JSON_INVALID", 108, { offset: 102 });
});

test("duplicate keys are refused, compared after unescaping", () => {
  refuses('{"a":1,"a":1}', "JSON_DUPLICATE_KEY", 7);
  refuses('{"a":1,"\\u0061":2}', "JSON_DUPLICATE_KEY", 7);
  refuses('{"__proto__":1,"__proto__":2}', "JSON_DUPLICATE_KEY");
  refuses('[{"x":{"1":1,"b":2,"1":1}}]', "JSON_DUPLICATE_KEY");
  refuses('{"":0,"":0}', "JSON_DUPLICATE_KEY");
  assert.deepEqual(parse('[{"a":1},{"a":{"a":2}}]'), [{ a: 1 }, { a: { a: 2 } }]);
  assert.deepEqual(parse('{"a:b":"{[:]}","A:B":1}'), { "a:b": "{[:]}", "A:B": 1 });
});

test("__proto__ stays a member of its own", () => {
  const value = parse('{"__proto__":{"admin":true}}') as Record<string, unknown>;
  assert.ok(Object.hasOwn(value, "__proto__"));
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(JSON.stringify(value), '{"__proto__":{"admin":true}}');
});

test("bytes that are not UTF-8 are refused at the right byte", () => {
  const bad = (prefix: string, ...bytes: number[]) => Uint8Array.of(...encoder.encode(prefix), ...bytes);
  refuses(bad('"a', 0xff, 0x22), "TEXT_NOT_UTF8", 2);
  refuses(bad('"', 0xed, 0xa0, 0x80, 0x22), "TEXT_NOT_UTF8");
  refuses(bad('"', 0xc0, 0x80, 0x22), "TEXT_NOT_UTF8", 1);
  refuses(bad(`"${"é".repeat(5000)}`, 0xc3, 0x22), "TEXT_NOT_UTF8", 10_002);
  refuses(bad(`"${"x".repeat(4094)}`, 0xf0, 0x9f, 0x98), "TEXT_NOT_UTF8", 4098);
});

test("a byte order mark is refused", () => {
  refuses("\ufeff{}", "JSON_INVALID", 0);
});

test("half of a surrogate pair is refused in values and keys, a whole pair is not", () => {
  refuses('["\\ud83d"]', "JSON_INVALID", 1);
  refuses('{"\\uDE00":1}', "JSON_INVALID", 1);
  refuses('"\\ude00\\ud83d"', "JSON_INVALID");
  assert.equal(parse('"\\uD83D\\uDE00 \\ud7ff"'), "\u{1f600} \ud7ff");
  assert.equal(parse('"\\\\ud83d"'), "\\ud83d");
});

test("size and depth are checked before parsing", () => {
  refuses("[1,2]", "JSON_TOO_LARGE", 0, { maxBytes: 4 });
  refuses("[[[]]]", "JSON_TOO_DEEP", 2, { maxDepth: 2 });
  refuses(" \t[[[]]]", "JSON_TOO_DEEP", 4, { maxDepth: 2 });
  refuses("\x08 weights [[[]]]", "JSON_INVALID", 0, { maxDepth: 2 });
  assert.deepEqual(parse("[[[]]]", { maxDepth: 3 }), [[[]]]);
  assert.equal(parse('"[[[["', { maxDepth: 0 }), "[[[[");
  for (const unit of ["[", '{"a":', '[{"a":[']) {
    refuses(unit.repeat(1_000_000), "JSON_TOO_DEEP");
  }
  refuses("[".repeat(1_000_000), "JSON_INVALID", 1_000_000, { maxDepth: 2_000_000 });
  const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
  assert.ok(Array.isArray(parse(deep, { maxDepth: 1_000_000 })));
});

test("numbers that a double cannot hold are refused on request", () => {
  const refuse = { unsafeIntegers: "refuse" } as const;
  for (const text of [
    "[9007199254740993]",
    "[-9007199254740992]",
    '{"a":[1e400]}',
    '["\\"",18446744073709551615]',
  ]) {
    refuses(text, "JSON_NUMBER_UNSAFE", undefined, refuse);
    parse(text);
  }
  refuses('["9007199254740993",-9007199254740993]', "JSON_NUMBER_UNSAFE", 20, refuse);
  assert.deepEqual(parse("[9007199254740991,1e15,0.1,-0]", refuse), [9007199254740991, 1e15, 0.1, -0]);
});

/** JSON text with random spacing and escaping; objects of fast-check have no duplicate keys. */
const json = fc.tuple(fc.jsonValue({ maxDepth: 6 }), fc.nat({ max: 3 })).map(([value, indent]) => {
  return JSON.stringify(value, undefined, indent);
});

test("property: agrees with JSON.parse on every document without duplicate keys", () => {
  fc.assert(
    fc.property(json, (text) => {
      if (text.isWellFormed() && (JSON.stringify(JSON.parse(text)).match(/\\ud[89a-f]/) ?? []).length === 0) {
        assert.deepEqual(parse(text), JSON.parse(text));
        assert.equal(findJsonFault(encoder.encode(text)), undefined);
      }
    }),
    { numRuns: 300 },
  );
});

test("property: one changed byte gives the same answer as JSON.parse, or a refusal of ours", () => {
  const ours = new Set<Code>(["JSON_DUPLICATE_KEY", "TEXT_NOT_UTF8"]);
  fc.assert(
    fc.property(json, fc.nat(), fc.integer({ min: 0, max: 255 }), (text, position, byte) => {
      const bytes = encoder.encode(text);
      bytes[position % bytes.byteLength] = byte;
      let expected: unknown;
      let isValid = true;
      try {
        expected = JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
      } catch {
        isValid = false;
      }
      const fault = findJsonFault(bytes);
      try {
        const value = parse(bytes);
        assert.ok(isValid);
        assert.equal(fault, undefined);
        assert.deepEqual(value, expected);
      } catch (error) {
        assert.ok(error instanceof AibomError, String(error));
        assert.ok(
          !isValid || ours.has(error.code) || error.args["reason"] === "half of a surrogate pair in a string",
        );
        assert.notEqual(error.args["reason"], "malformed");
      }
    }),
    { numRuns: 2000 },
  );
});

test("property: any bytes give a value or an error with a code", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parse(bytes);
      } catch (error) {
        assert.ok(error instanceof AibomError, String(error));
      }
    }),
  );
});

test("every truncation of a document is refused", () => {
  const text = '{"a":[1.5e3,true,null,"\\u00e9\\n"],"é":{"b":false},"c":"x"}';
  const bytes = encoder.encode(text);
  assert.ok(parse(bytes));
  for (let length = 0; length < bytes.byteLength; length++) {
    assert.throws(() => parse(bytes.subarray(0, length)), AibomError, `length ${length}`);
  }
});

test("values are counted before the document is parsed, those inside strings are not", () => {
  const options = { path: "x", maxBytes: 100, maxDepth: 4, maxValues: 3 };
  assert.deepEqual(parseJson(Buffer.from('[1,2,3,",,,,,,"]'), options), [1, 2, 3, ",,,,,,"]);
  for (const text of ["[[],[],[],[],[]]", '{"a":1,"b":2,"c":3,"d":4,"e":5}', "[1,[2,[3,4],5]]"]) {
    assert.throws(() => parseJson(Buffer.from(text), options), { code: "JSON_TOO_MANY_VALUES" });
  }
});
