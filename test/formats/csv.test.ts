// SPDX-License-Identifier: Apache-2.0
// CSV: rows and columns as other readers count them, and no value of a row in any fact.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { csv } from "../../src/formats/delimited-text.ts";
import { limits } from "../../src/limits.ts";
import { corpus } from "../corpora.ts";
import { alone, mutationRun, readNamed } from "./hostile.ts";
import { codesIn, encode, factsIn } from "./text-facts.ts";

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
      const found = factsIn("t.csv", text);
      assert.equal(found["rows.count"], rows);
      assert.equal(found["columns.count"], columns);
    });
  }

  test("names of columns are told, values never", () => {
    assert.deepEqual(factsIn("t.csv", "id,full name\n1,secretvalue\n")["schema"], {
      id: "text",
      "full name": "text",
    });
    for (const text of ["1,secretvalue\n2,b\n", "secretvalue@example.org,b\n", "id,text\n1,secretvalue"]) {
      assert.ok(!JSON.stringify(factsIn("t.csv", text)).includes("secretvalue"), text);
    }
  });

  test("encodings: marks, UTF-16, and bytes that are none", () => {
    const text = "id,tëxt\n1,a\n2,b\n";
    assert.equal(factsIn("t.csv", `\uFEFF${text}`)["encoding"], "utf-8");
    assert.deepEqual(factsIn("t.csv", `\uFEFF${text}`)["schema"], { id: "text", tëxt: "text" });
    const wide = factsIn("t.csv", new Uint8Array(Buffer.from(`\uFEFF${text}`, "utf16le")));
    assert.equal(wide["encoding"], "utf-16le");
    assert.equal(wide["rows.count"], 2);
    const latin = new Uint8Array(Buffer.from(text, "latin1"));
    assert.equal(factsIn("t.csv", latin)["encoding"], "unknown");
    assert.equal(factsIn("t.csv", latin)["rows.count"], 2);
    assert.deepEqual(codesIn("t.csv", latin), ["TEXT_DATA_NOT_UTF8"]);
    assert.deepEqual(codesIn("t.csv", text), []);
  });

  test("a quote without end is reported", () => {
    assert.deepEqual(codesIn("t.csv", 'id,text\n1,"a\n2,b\n'), ["CSV_QUOTE_UNCLOSED"]);
    assert.deepEqual(codesIn("t.csv", 'id,text\n1,"a"\n2,b\n'), []);
  });

  test("bytes that are no text are not CSV", () => {
    assert.equal(readNamed("t.csv", Uint8Array.of(1, 0, 2, 0)).format, "file");
    assert.equal(readNamed("t.csv", new Uint8Array()).format, "file");
  });

  test("windows cut rows, quotes and characters anywhere", () => {
    const row = `1,"é ""x""\n${"y".repeat(1000)}"\r\n`;
    const text = `id,text\r\n${row.repeat(3000)}`;
    const found = factsIn("t.csv", text);
    assert.ok(text.length > 2 * 1024 * 1024);
    assert.equal(found["rows.count"], 3000);
    assert.equal(found["encoding"], "utf-8");
  });

  test("10,000 mutations", () => {
    const { slowestMs } = mutationRun(csv, encode('id,text\n1,"a\nb"\n2,é\n'), 10_000, 35);
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

const made = corpus("formats/made/csv");

test("the corpus", { skip: made.missing }, () => {
  const bytes = new Uint8Array(readFileSync(join(made.path, "ok.csv")));
  assert.equal(factsIn("ok.csv", bytes)["rows.count"], 2);
  assert.deepEqual(codesIn("ok.csv", bytes), []);
});
