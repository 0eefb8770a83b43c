// SPDX-License-Identifier: Apache-2.0
// The Parquet reader: what a footer says, and that no footer makes it take memory that the file did not pay for.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { buildEncryptedParquet, buildParquet, group, leaf, thrift } from "../../fixtures/parquet.ts";
import { concat, varint } from "../../fixtures/protobuf.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { parquet } from "../../src/formats/parquet.ts";
import { limits } from "../../src/limits.ts";
import type { Fact } from "../../src/model/fact.ts";
import { corpus } from "../corpora.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

const sample = buildParquet({ notes: { pandas: "{}" } });

function values(facts: readonly Fact[], name: string): readonly unknown[] {
  return facts.filter((each) => each.name === name).map((each) => each.value);
}

function factsOf(bytes: Uint8Array): readonly Fact[] {
  return parquet.describe(memorySource(bytes, "t.parquet"), alone).facts;
}

describe("a Parquet file", () => {
  test("says its rows, columns, writer and the names of its notes", () => {
    const { facts, findings } = parquet.describe(memorySource(sample, "t.parquet"), alone);
    assert.deepEqual(findings, []);
    assert.deepEqual(values(facts, "rows.count"), [10]);
    assert.deepEqual(values(facts, "columns.count"), [2]);
    assert.deepEqual(values(facts, "schema"), [{ id: "int64", text: "string" }]);
    assert.deepEqual(values(facts, "producer"), [{ name: "parquet-cpp-arrow", version: "26.0.1" }]);
    assert.deepEqual(values(facts, "metadata"), [{ key: "schema.note", value: "pandas" }]);
  });

  test("says what the datasets library noted", () => {
    const info = { info: { license: "MIT", description: "Tiny", features: {} } };
    const facts = factsOf(buildParquet({ notes: { huggingface: JSON.stringify(info) } }));
    assert.deepEqual(values(facts, "license"), ["MIT"]);
    assert.deepEqual(values(facts, "description"), ["Tiny"]);
    assert.deepEqual(codesOf(parquet, buildParquet({ notes: { huggingface: "{" } })), []);
  });

  test("has nested types in the words of Arrow", () => {
    const schema = [
      group("schema", 3),
      group("tags", 1, 3),
      group("list", 1),
      leaf("element", 6, 0),
      group("person", 2),
      leaf("age", 1),
      leaf("score", 5),
      leaf("__proto__", 7),
    ];
    const [columns] = values(factsOf(buildParquet({ schema })), "schema");
    assert.equal(
      JSON.stringify(columns),
      '{"tags":"list<element: string>","person":"struct<age: int32, score: double>","__proto__":"fixed_size_binary[0]"}',
    );
  });

  test("counts columns of one name as often as they occur", () => {
    const schema = [group("schema", 2), leaf("a", 1), leaf("a", 2)];
    assert.deepEqual(values(factsOf(buildParquet({ schema })), "columns.count"), [2]);
  });

  test("with an encrypted footer is unverified and names the algorithm", () => {
    const read = readNamed("t.parquet", buildEncryptedParquet());
    assert.equal(read.format, "parquet");
    assert.equal(read.status, "unverified");
    assert.deepEqual(
      read.findings.map(({ code }) => code),
      ["PARQUET_FOOTER_ENCRYPTED"],
    );
    assert.deepEqual(values(read.description?.facts ?? [], "encryption"), [
      { scheme: "AES_GCM_V1", footer: true },
    ]);
  });

  test("with encrypted columns is described", () => {
    const bytes = buildParquet({ encryption: 2 });
    assert.deepEqual(codesOf(parquet, bytes), ["PARQUET_COLUMNS_ENCRYPTED"]);
    assert.deepEqual(values(factsOf(bytes), "encryption"), [
      { scheme: "AES_GCM_CTR_V1", footer: false, columns: [] },
    ]);
    assert.deepEqual(values(factsOf(sample), "encryption"), []);
  });
});

describe("a hostile Parquet file", () => {
  test("cut at any byte is never clean", () => {
    for (let length = 4; length < sample.length; length += 1) {
      const { status, findings } = readNamed("t.parquet", sample.subarray(0, length));
      assert.equal(status, "unverified", `cut to ${length} bytes`);
      assert.notEqual(findings.length, 0);
    }
  });

  test("footer lengths at their extremes", () => {
    const withLength = (footerLength: number): readonly string[] =>
      codesOf(parquet, buildParquet({ footerLength }));
    assert.deepEqual(withLength(0), ["THRIFT_INVALID"]);
    assert.deepEqual(withLength(1), ["PARQUET_INVALID"]);
    assert.deepEqual(withLength(0xffff_ffff), ["PARQUET_FOOTER_OUT_OF_FILE"]);
    const large = limits.maxParquetFooterBytes + 1;
    const source = memorySource(sample, "t.parquet");
    const tail = new Uint8Array(8);
    new DataView(tail.buffer).setUint32(0, large, true);
    tail.set(new TextEncoder().encode("PAR1"), 4);
    const size = large + 100;
    const read = (at: number, count: number): Uint8Array =>
      at === 0 ? source.read(at, count) : at === size - 8 ? tail : new Uint8Array(count);
    assert.throws(() => parquet.describe({ path: "t", size, read }, alone), {
      code: "PARQUET_FOOTER_TOO_LARGE",
    });
  });

  test("other letters at the end", () => {
    assert.deepEqual(codesOf(parquet, buildParquet({ endMagic: "PARE" })), ["PARQUET_INVALID"]);
  });

  test("lists and texts that claim more than there is", () => {
    const field = (id: number, type: number, content: Uint8Array): Uint8Array =>
      concat(thrift([[id, { raw: content, type }]]));
    for (const length of [0x7fff_ffff, 2 ** 32, 2 ** 62]) {
      const list = field(2, 9, concat(Uint8Array.of(0xfc), varint(length)));
      assert.deepEqual(codesOf(parquet, buildParquet({ footer: list })), ["THRIFT_INVALID"]);
      const text = field(6, 8, varint(length));
      assert.deepEqual(codesOf(parquet, buildParquet({ footer: text })), ["THRIFT_INVALID"]);
    }
    // A list of lists of lists, each of which claims all bytes that are left.
    const nested = field(9, 9, concat(...Array.from({ length: 40 }, () => Uint8Array.of(0xf9, 20))));
    assert.deepEqual(codesOf(parquet, buildParquet({ footer: nested })), ["THRIFT_INVALID"]);
    const endless = field(3, 6, new Uint8Array(100_000).fill(0xff));
    assert.deepEqual(codesOf(parquet, buildParquet({ footer: endless })), ["THRIFT_INVALID"]);
    const deep = new Uint8Array(200_000).fill(0x9c);
    assert.deepEqual(codesOf(parquet, buildParquet({ footer: deep })), ["THRIFT_INVALID"]);
  });

  test("types that Thrift has and Parquet has not, and wrong types of fields", () => {
    for (const type of [10, 11, 13, 14, 15]) {
      const footer = thrift([[20, { raw: new Uint8Array(8), type }]]);
      assert.deepEqual(codesOf(parquet, buildParquet({ footer })), ["THRIFT_INVALID"], String(type));
    }
    assert.deepEqual(codesOf(parquet, buildParquet({ footer: thrift([[3, "rows"]]) })), ["THRIFT_INVALID"]);
    assert.deepEqual(codesOf(parquet, buildParquet({ footer: thrift([]) })), ["PARQUET_INVALID"]);
  });

  test("rows that disagree, are negative, or are too many", () => {
    assert.deepEqual(codesOf(parquet, buildParquet({ rows: 11n })), ["PARQUET_ROWS_DISAGREE"]);
    assert.ok(codesOf(parquet, buildParquet({ rows: -1n })).includes("PARQUET_INVALID"));
    assert.ok(codesOf(parquet, buildParquet({ rows: 2n ** 62n })).includes("PARQUET_INVALID"));
  });

  test("columns behind the data, before the file, and in other files", () => {
    const at = (offset: bigint, length: bigint): readonly string[] =>
      codesOf(parquet, buildParquet({ chunk: [offset, length] }));
    assert.deepEqual(at(4n, 64n), []);
    assert.deepEqual(at(4n, 65n), ["PARQUET_CHUNK_OUT_OF_FILE"]);
    assert.deepEqual(at(-5n, 5n), ["PARQUET_CHUNK_OUT_OF_FILE"]);
    assert.deepEqual(at(4n, -1n), ["PARQUET_CHUNK_OUT_OF_FILE"]);
    assert.deepEqual(at(2n ** 62n, 2n ** 62n), ["PARQUET_CHUNK_OUT_OF_FILE"]);
    assert.deepEqual(codesOf(parquet, buildParquet({ chunkFile: "../other.parquet" })), [
      "PARQUET_EXTERNAL_DATA",
    ]);
  });

  test("a schema whose counts do not add up, or that is a chain of 50,000 groups", () => {
    const counts = [group("schema", 1000), group("a", 5), leaf("b", 1)];
    assert.deepEqual(values(factsOf(buildParquet({ schema: counts })), "schema"), [
      { a: "struct<b: int32>" },
    ]);
    const negative = [group("schema", -1), leaf("b", 1)];
    assert.deepEqual(values(factsOf(buildParquet({ schema: negative })), "columns.count"), [0]);
    const chain = Array.from({ length: 50_000 }, () => group("g", 1));
    assert.deepEqual(values(factsOf(buildParquet({ schema: chain })), "columns.count"), [1]);
  });

  test("an Arrow schema that cannot be read leaves the file unverified", () => {
    const bytes = buildParquet({ notes: { "ARROW:schema": "////////AAAA" } });
    const read = readNamed("t.parquet", bytes);
    assert.equal(read.status, "unverified");
    assert.deepEqual(
      read.findings.map(({ code }) => code),
      ["PARQUET_ARROW_SCHEMA_INVALID"],
    );
  });

  test("10,000 mutations", () => {
    const { slowestMs } = mutationRun(parquet, sample, 10_000, 31);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  });
});

const files = corpus("formats/parquet");

test("files of other writers have the rows that they say", { skip: files.missing }, () => {
  for (const name of readdirSync(files.path).filter((each) => each.endsWith(".metadata.json"))) {
    const said = JSON.parse(readFileSync(join(files.path, name), "utf8")) as { num_rows: number };
    const path = name.replace(".metadata.json", ".parquet");
    const bytes = new Uint8Array(readFileSync(join(files.path, path)));
    assert.deepEqual(values(factsOf(bytes), "rows.count"), [Number(said.num_rows)], path);
  }
  const encrypted = readFileSync(join(files.path, "encrypt_columns_and_footer.parquet.encrypted"));
  assert.equal(readNamed("e.parquet", new Uint8Array(encrypted)).status, "unverified");
});

const made = corpus("formats/made/parquet");

test("files made to break readers are unverified", { skip: made.missing }, () => {
  for (const name of readdirSync(made.path)) {
    const bytes = new Uint8Array(readFileSync(join(made.path, name)));
    assert.equal(readNamed(name, bytes).status, "unverified", name);
  }
});

const fuzz = corpus("formats/parquet/fuzz");

test("findings of fuzzers end in a description or an error", { skip: fuzz.missing }, () => {
  for (const name of readdirSync(fuzz.path)) {
    codesOf(parquet, new Uint8Array(readFileSync(join(fuzz.path, name))));
  }
});
