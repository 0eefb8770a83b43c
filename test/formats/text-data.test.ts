// SPDX-License-Identifier: Apache-2.0
// CSV, TSV and JSON Lines: rows and columns as other readers count them, and no value of a row in any fact.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { csv } from "../../src/formats/delimited-text.ts";
import { jsonLines } from "../../src/formats/json-lines.ts";
import { limits } from "../../src/limits.ts";
import type { JsonValue } from "../../src/model/fact.ts";
import { corpus } from "../corpora.ts";
import { alone, mutationRun, readNamed } from "./hostile.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Facts by name, of a text in a file of this name. */
function facts(path: string, content: string | Uint8Array): Record<string, JsonValue> {
  const read = readNamed(path, typeof content === "string" ? encode(content) : content);
  return Object.fromEntries((read.description?.facts ?? []).map(({ name, value }) => [name, value]));
}

function codes(path: string, content: string | Uint8Array): readonly string[] {
  return readNamed(path, typeof content === "string" ? encode(content) : content).findings.map(
    ({ code }) => code,
  );
}

describe("CSV", () => {
  const cases: readonly (readonly [text: string, rows: number, columns: number])[] = [
    ["id,text\n1,a\n2,b\n", 2, 2],
    ["id,text\r\n1,a\r\n2,b", 2, 2],
    ["id,text\r1,a\r2,b\r", 2, 2],
    ["\n\nid,text\n\n1,a\n\n", 1, 2],
    ['id,text\n1,"a\nb"\n2,"say ""hi"""\n', 2, 2],
    ['id,text\n1,5" pipe\n2,b\n', 2, 2],
    ['id,text\n1,"a,b"\n', 1, 2],
    ['"id","the text, all"\n1,a\n', 1, 2],
    ["id;text;more\n1;a;b\n", 1, 3],
    ["id|text\n1|a\n", 1, 2],
    [",id,text\n0,1,a\n", 1, 3],
    ["name\n", 0, 1],
    // Numbers, repeated names and addresses are no names of columns.
    ["1,2\n3,4\n", 2, 2],
    ["a,a\nb,b\n", 2, 2],
    ["a@example.org,b\n", 1, 2],
  ];
  for (const [text, rows, columns] of cases) {
    test(JSON.stringify(text), () => {
      const found = facts("t.csv", text);
      assert.equal(found["rows.count"], rows);
      assert.equal(found["columns.count"], columns);
    });
  }

  test("names of columns are told, values never", () => {
    assert.deepEqual(facts("t.csv", "id,full name\n1,secretvalue\n")["schema"], {
      id: "text",
      "full name": "text",
    });
    for (const text of ["1,secretvalue\n2,b\n", "secretvalue@example.org,b\n", "id,text\n1,secretvalue"]) {
      assert.ok(!JSON.stringify(facts("t.csv", text)).includes("secretvalue"), text);
    }
  });

  test("encodings: marks, UTF-16, and bytes that are none", () => {
    const text = "id,tëxt\n1,a\n2,b\n";
    assert.equal(facts("t.csv", `\uFEFF${text}`)["encoding"], "utf-8");
    assert.deepEqual(facts("t.csv", `\uFEFF${text}`)["schema"], { id: "text", tëxt: "text" });
    const wide = facts("t.csv", new Uint8Array(Buffer.from(`\uFEFF${text}`, "utf16le")));
    assert.equal(wide["encoding"], "utf-16le");
    assert.equal(wide["rows.count"], 2);
    const latin = new Uint8Array(Buffer.from(text, "latin1"));
    assert.equal(facts("t.csv", latin)["encoding"], "unknown");
    assert.equal(facts("t.csv", latin)["rows.count"], 2);
    assert.deepEqual(codes("t.csv", latin), ["TEXT_DATA_NOT_UTF8"]);
    assert.deepEqual(codes("t.csv", text), []);
  });

  test("a quote without end is reported", () => {
    assert.deepEqual(codes("t.csv", 'id,text\n1,"a\n2,b\n'), ["CSV_QUOTE_UNCLOSED"]);
    assert.deepEqual(codes("t.csv", 'id,text\n1,"a"\n2,b\n'), []);
  });

  test("bytes that are no text are not CSV", () => {
    assert.equal(readNamed("t.csv", Uint8Array.of(1, 0, 2, 0)).format, "file");
    assert.equal(readNamed("t.csv", new Uint8Array()).format, "file");
  });

  test("windows cut rows, quotes and characters anywhere", () => {
    const row = `1,"é ""x""\n${"y".repeat(1000)}"\r\n`;
    const text = `id,text\r\n${row.repeat(3000)}`;
    const found = facts("t.csv", text);
    assert.ok(text.length > 2 * 1024 * 1024);
    assert.equal(found["rows.count"], 3000);
    assert.equal(found["encoding"], "utf-8");
  });

  test("TSV has tabs only", () => {
    assert.equal(facts("t.tsv", "a,b\tc\n1,2\t3\n")["columns.count"], 2);
  });

  test("10,000 mutations", () => {
    const { slowestMs } = mutationRun(csv, encode('id,text\n1,"a\nb"\n2,é\n'), 10_000, 35);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  });
});

describe("JSON Lines", () => {
  test("rows, keys and the types of their values", () => {
    const found = facts("t.jsonl", '{"a":1,"b":"x"}\n\n{"a":null,"b":"y","c":[1]}\n  \n{"a":2,"b":"z"}');
    assert.equal(found["rows.count"], 3);
    assert.deepEqual(found["schema"], { a: "null | number", b: "string", c: "array" });
    assert.equal(facts("t.ndjson", "[1]\n[2]\n")["rows.count"], 2);
  });

  test("no value is told", () => {
    assert.ok(!JSON.stringify(facts("t.jsonl", '{"a":"secretvalue"}\n')).includes("secretvalue"));
  });

  test("keys that are data are not columns", () => {
    const lines = Array.from({ length: 600 }, (_, index) => `{"user-${index}":1}`).join("\n");
    const found = facts("t.jsonl", lines);
    assert.equal(found["rows.count"], 600);
    assert.equal(found["schema"], undefined);
  });

  test("a first row that is no JSON is another format, a later one is reported", () => {
    assert.equal(readNamed("t.jsonl", encode("<html>\n")).status, "unverified");
    assert.deepEqual(codes("t.jsonl", '{"a":1}\n{"a":NaN}\n'), ["JSONL_ROW_INVALID"]);
    assert.deepEqual(codes("t.jsonl", '{"a":1}\n{"a":1,"a":2}\n'), ["JSONL_ROW_INVALID"]);
    assert.equal(readNamed("t.jsonl", encode('{"a":1}\n{"a":NaN}\n')).status, "described");
    assert.deepEqual(codes("t.jsonl", '{"a":1}\n{"a":2}\n'), []);
  });

  test("a long row is counted and not parsed", () => {
    const long = `{"a":"${"x".repeat(limits.maxSampledRowBytes)}`;
    const found = facts("t.jsonl", `${long}\n{"b":1}\n`);
    assert.equal(found["rows.count"], 2);
    assert.deepEqual(found["schema"], { b: "number" });
  });

  test("any lines have as many rows as there are", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 50 }), (rows) => {
        const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
        assert.equal(facts("t.jsonl", text)["rows.count"] ?? 0, rows.length);
      }),
      { numRuns: 100 },
    );
  });

  test("10,000 mutations", () => {
    const { slowestMs } = mutationRun(jsonLines, encode('{"a":1,"b":"é"}\n{"a":2}\n'), 10_000, 36);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  });
});

test("a file beyond the limit says that its rows are not counted", () => {
  const size = limits.maxCountedBytes + 1;
  const window = encode("1,a\n".repeat(250_000));
  const read = (_: number, length: number): Uint8Array =>
    length <= window.length ? window.subarray(0, length) : new Uint8Array(length).fill(0x0a);
  const { facts: found, findings } = csv.describe({ path: "t.csv", size, read }, alone);
  assert.deepEqual(findings, []);
  assert.equal(
    found.some(({ name }) => name === "rows.count"),
    false,
  );
  assert.ok(found.some(({ value }) => JSON.stringify(value).includes("not counted")));
});

const made = corpus("formats/made");

test("the corpus", { skip: made.missing }, () => {
  const bytes = (path: string): Uint8Array => new Uint8Array(readFileSync(join(made.path, path)));
  assert.equal(facts("ok.csv", bytes("csv/ok.csv"))["rows.count"], 2);
  assert.deepEqual(facts("ok.jsonl", bytes("jsonl/ok.jsonl"))["schema"], {
    prompt: "string",
    completion: "string",
  });
  assert.equal(facts("l.jsonl", bytes("jsonl/bad_long_line.jsonl"))["rows.count"], 1);
  assert.deepEqual(codes("l.jsonl", bytes("jsonl/bad_long_line.jsonl")), []);
});

test("memory sources are read as they are", () => {
  assert.equal(csv.describe(memorySource(encode("id\n1\n"), "t.csv"), alone).facts.length, 4);
});
