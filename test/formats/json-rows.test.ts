// SPDX-License-Identifier: Apache-2.0
// JSON arrays of objects: rows, keys and types, whatever windows they are read in, and no value of a row in any fact.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { jsonRows } from "../../src/formats/json-rows.ts";
import { ArrayRows } from "../../src/formats/text-data/array-rows.ts";
import { limits } from "../../src/limits.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";
import { codesIn, encode, factsIn } from "./text-facts.ts";

describe("a JSON array of objects", () => {
  test("rows, keys and the types of their values", () => {
    const found = factsIn("t.json", '\ufeff[\n {"a":1,"b":"x]"},\n {"a":null,"c":[{}]} ]\n');
    assert.equal(found["rows.count"], 2);
    assert.equal(found["columns.count"], 3);
    assert.deepEqual(found["schema"], { a: "null | number", b: "string", c: "array" });
    assert.equal(found["encoding"], "utf-8");
    const read = readNamed("t.json", encode('[{"a":1}]'));
    assert.deepEqual([read.format, read.status, read.findings], ["json-rows", "described", []]);
  });

  test("no value is told", () => {
    assert.ok(!JSON.stringify(factsIn("t.json", '[{"a":"secretvalue"}]')).includes("secretvalue"));
  });

  test("other JSON, and the modules of a model, are no rows", () => {
    for (const [path, text] of [
      ["t.json", '{"a":[{"b":1}]}'],
      ["t.json", "[]"],
      ["t.json", "[1,2]"],
      ["t.txt", '[{"a":1}]'],
      [
        "modules.json",
        '[ { "idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Pooling" } ]',
      ],
    ] as const) {
      assert.equal(readNamed(path, encode(text)).format, "file", text);
    }
    assert.equal(readNamed("modules.json", encode('[{"name":"a row"}]')).format, "json-rows");
  });

  test("brackets and commas that do not fit are reported, and the file is unverified", () => {
    for (const text of [
      '[{"a":1}',
      '[{"a":1},]',
      '[{"a":1},,{"a":1}]',
      '[{"a":1}{"a":1}]',
      '[{"a":1}] x',
      '[{"a":1}][{"a":1}]',
      '[{"a":"',
    ]) {
      assert.ok(codesIn("t.json", text).includes("JSON_ROWS_INVALID"), text);
      assert.equal(readNamed("t.json", encode(text)).status, "unverified", text);
    }
    assert.deepEqual(codesIn("t.json", '[{"a":1}] \n'), []);
  });

  test("a row that is no strict JSON is reported, the first one makes the file unverified", () => {
    assert.deepEqual(codesIn("t.json", '[{"a":1},{"a":NaN}]'), ["JSONL_ROW_INVALID"]);
    assert.equal(readNamed("t.json", encode('[{"a":1},{"a":NaN}]')).status, "described");
    assert.equal(readNamed("t.json", encode('[{"a":NaN},{"a":1}]')).status, "unverified");
  });

  test("a long row is counted and not parsed", () => {
    const found = factsIn("t.json", `[{"a":"${"x".repeat(limits.maxSampledRowBytes)}"},{"b":1}]`);
    assert.equal(found["rows.count"], 2);
    assert.deepEqual(found["schema"], { b: "number" });
  });

  test("any values are counted and handed out whole, in windows of any size", () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), fc.boolean(), (rows, size, isIndented) => {
        const bytes = encode(JSON.stringify(rows, null, isIndented ? 2 : 0));
        const seen: unknown[] = [];
        const counter = new ArrayRows((row, _, offset) => {
          assert.deepEqual(Buffer.from(row), Buffer.from(bytes.subarray(offset, offset + row.length)));
          seen.push(JSON.parse(Buffer.from(row).toString("utf8")));
        }, 0);
        for (let at = 0; at < bytes.length; at += size) {
          counter.add(bytes.subarray(at, at + size));
        }
        assert.equal(counter.finish(), rows.length);
        assert.equal(counter.fault, undefined);
        assert.deepEqual(seen, JSON.parse(JSON.stringify(rows)));
      }),
      { numRuns: 200 },
    );
  });

  test("cut at every byte", () => {
    const whole = encode('[{"a":1,"b":"é\\""},\n{"a":[true]}]');
    for (let end = 1; end < whole.length; end += 1) {
      assert.ok(codesOf(jsonRows, whole.subarray(0, end)).includes("JSON_ROWS_INVALID"), `${end}`);
    }
    assert.deepEqual(jsonRows.describe(memorySource(whole, "t.json"), alone).findings, []);
  });

  test("10,000 mutations", () => {
    const { slowestMs } = mutationRun(jsonRows, encode('[{"a":1,"b":"é"},\n{"a":2}]'), 10_000, 37);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  });
});
