// SPDX-License-Identifier: Apache-2.0
// JSON Lines: rows, keys and types, and no value of a row in any fact.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { jsonLines } from "../../src/formats/json-lines.ts";
import { limits } from "../../src/limits.ts";
import { corpus } from "../corpora.ts";
import { mutationRun, readNamed } from "./hostile.ts";
import { codesIn, encode, factsIn } from "./text-facts.ts";

describe("JSON Lines", () => {
  test("rows, keys and the types of their values", () => {
    const found = factsIn("t.jsonl", '{"a":1,"b":"x"}\n\n{"a":null,"b":"y","c":[1]}\n  \n{"a":2,"b":"z"}');
    assert.equal(found["rows.count"], 3);
    assert.deepEqual(found["schema"], { a: "null | number", b: "string", c: "array" });
    assert.equal(factsIn("t.ndjson", "[1]\n[2]\n")["rows.count"], 2);
  });

  test("no value is told", () => {
    assert.ok(!JSON.stringify(factsIn("t.jsonl", '{"a":"secretvalue"}\n')).includes("secretvalue"));
  });

  test("keys that are data are not columns", () => {
    const lines = Array.from({ length: 600 }, (_, index) => `{"user-${index}":1}`).join("\n");
    const found = factsIn("t.jsonl", lines);
    assert.equal(found["rows.count"], 600);
    assert.equal(found["schema"], undefined);
  });

  test("a first row that is no JSON is another format, a later one is reported", () => {
    assert.equal(readNamed("t.jsonl", encode("<html>\n")).status, "unverified");
    assert.deepEqual(codesIn("t.jsonl", '{"a":1}\n{"a":NaN}\n'), ["JSONL_ROW_INVALID"]);
    assert.deepEqual(codesIn("t.jsonl", '{"a":1}\n{"a":1,"a":2}\n'), ["JSONL_ROW_INVALID"]);
    assert.equal(readNamed("t.jsonl", encode('{"a":1}\n{"a":NaN}\n')).status, "described");
    assert.deepEqual(codesIn("t.jsonl", '{"a":1}\n{"a":2}\n'), []);
  });

  test("a long row is counted and not parsed", () => {
    const long = `{"a":"${"x".repeat(limits.maxSampledRowBytes)}`;
    const found = factsIn("t.jsonl", `${long}\n{"b":1}\n`);
    assert.equal(found["rows.count"], 2);
    assert.deepEqual(found["schema"], { b: "number" });
  });

  test("any lines have as many rows as there are", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 50 }), (rows) => {
        const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
        assert.equal(factsIn("t.jsonl", text)["rows.count"] ?? 0, rows.length);
      }),
      { numRuns: 100 },
    );
  });

  test("10,000 mutations", () => {
    const { slowestMs } = mutationRun(jsonLines, encode('{"a":1,"b":"é"}\n{"a":2}\n'), 10_000, 36);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  });
});

const made = corpus("formats/made/jsonl");

test("the corpus", { skip: made.missing }, () => {
  const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(join(made.path, name)));
  assert.deepEqual(factsIn("ok.jsonl", bytes("ok.jsonl"))["schema"], {
    prompt: "string",
    completion: "string",
  });
  assert.equal(factsIn("l.jsonl", bytes("bad_long_line.jsonl"))["rows.count"], 1);
  assert.deepEqual(codesIn("l.jsonl", bytes("bad_long_line.jsonl")), []);
});
