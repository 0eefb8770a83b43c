// SPDX-License-Identifier: Apache-2.0
// Lines of JSON pointers: every pointer of any JSON has the line on which its value begins.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { jsonLines } from "../../src/bytes/json-lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const lines = (text: string, ...pointers: string[]) => Object.fromEntries(jsonLines(bytes(text), pointers));

test("values begin on these lines", () => {
  const text = '{\n "a": [\n  1,\n  {"b": true, "c\\"d/~": "x,]}"},\n  -2.5e3],\n "":null\n}\n';
  assert.deepEqual(lines(text, "", "/a", "/a/0", "/a/1", "/a/1/b", '/a/1/c"d~1~0', "/a/2", "/"), {
    "": 1,
    "/a": 2,
    "/a/0": 3,
    "/a/1": 4,
    "/a/1/b": 4,
    '/a/1/c"d~1~0': 4,
    "/a/2": 5,
    "/": 6,
  });
  assert.deepEqual(lines(text, "/a/3", "/b", "/a/1/b/c", "/a/01"), {});
  assert.deepEqual(lines("\r\n\r\n7", ""), { "": 3 });
  assert.deepEqual(lines('{"__proto__": 1,\n"constructor": 2}', "/constructor", "/__proto__"), {
    "/constructor": 2,
    "/__proto__": 1,
  });
});

/** Every pointer of the value, and the line on which it stands where each value begins a line of its own. */
function written(value: unknown, pointer: string, text: string[], found: Map<string, number>): void {
  text.push("\n");
  found.set(pointer, text.filter((each) => each === "\n").length + 1);
  if (typeof value !== "object" || value === null) {
    text.push(JSON.stringify(value));
    return;
  }
  const isList = Array.isArray(value);
  text.push(isList ? "[" : "{");
  for (const [index, [key, each]] of Object.entries(value).entries()) {
    text.push(index === 0 ? "" : " , ", isList ? "" : `${JSON.stringify(key)} : `);
    written(each, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, text, found);
  }
  text.push(isList ? "]" : "}");
}

test("for any JSON, all pointers are found on their lines", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text: string[] = [];
      const expected = new Map<string, number>();
      written(JSON.parse(JSON.stringify(value)), "", text, expected);
      assert.deepEqual(new Map(jsonLines(bytes(text.join("")), expected.keys())), expected);
    }),
  );
});

test("text that is no JSON ends as well", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      jsonLines(noise, ["/a/0", ""]);
    }),
  );
});
