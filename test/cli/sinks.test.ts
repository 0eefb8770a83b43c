// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonSinksOf, parseSinks } from "../../src/cli/sinks.ts";

const formats = ["text", "json"] as const;

test("one report for stdout, others for files", () => {
  assert.deepEqual(parseSinks("text", formats), [{ format: "text", path: undefined }]);
  assert.deepEqual(parseSinks("text,json=verdict.json", formats), [
    { format: "text", path: undefined },
    { format: "json", path: "verdict.json" },
  ]);
  assert.deepEqual(parseSinks("json=a=b.json", formats), [{ format: "json", path: "a=b.json" }]);
});

test("anything else is refused", () => {
  const bad = [
    "",
    ",",
    "text,",
    "xml",
    "text,json",
    "json,json",
    "json=",
    "json=a,text=a",
    "json=a,text=./a",
    "json=no-such-place/a,text=no-such-place/../no-such-place/a",
    "TEXT",
    " text",
    "text, json=a",
    "constructor",
  ];
  for (const value of bad) {
    assert.throws(() => parseSinks(value, formats), { code: "CLI_FORMAT_INVALID" }, value);
  }
});

test("JSON sinks are found in a command line that does not parse", () => {
  const stdout = { format: "json", path: undefined };
  assert.deepEqual(jsonSinksOf(["verify", "--format", "json", "--oops"]), [stdout]);
  assert.deepEqual(jsonSinksOf(["verify", "--format=text,json=v.json"]), [
    { format: "json", path: "v.json" },
  ]);
  assert.deepEqual(jsonSinksOf(["verify", "--format"]), []);
  assert.deepEqual(jsonSinksOf(["verify", "--", "--format", "json"]), []);
  assert.deepEqual(jsonSinksOf(["verify", "--format", "text"]), []);
  assert.deepEqual(jsonSinksOf(["verify", "--format", "json", "--format", "text"]), []);
});
