// SPDX-License-Identifier: Apache-2.0
// The Avro reader: schema, rows, and the manifests of Iceberg that it decodes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { avroBytes, avroLong, buildAvro, buildManifest, buildManifestList } from "../../fixtures/avro.ts";
import { concat } from "../../fixtures/protobuf.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { type AvroDetail, avro } from "../../src/formats/avro.ts";
import { corpus } from "../corpora.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

const sample = buildAvro({ metadata: { "iceberg.schema": "{}" } });

function detailOf(bytes: Uint8Array): AvroDetail {
  return avro.describe(memorySource(bytes, "t.avro"), alone).detail as AvroDetail;
}

describe("an Avro file", () => {
  test("says its rows, columns, codec and the names of its notes", () => {
    const { facts, findings } = avro.describe(memorySource(sample, "t.avro"), alone);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      facts.map(({ grade, name, value }) => [grade, name, value]),
      [
        ["computed", "rows.count", 3],
        ["computed", "columns.count", 2],
        ["computed", "schema", { id: "long", name: "union<null, string>" }],
        ["claim", "metadata", { key: "avro.codec", value: "null" }],
        ["claim", "metadata", { key: "schema.note", value: "iceberg.schema" }],
      ],
    );
  });

  test("cut at any byte inside a block is refused", () => {
    for (let length = 4; length < sample.length; length += 1) {
      const { status, description } = readNamed("t.avro", sample.subarray(0, length));
      // Behind a sync marker the file is a shorter one.
      const rows = description?.facts.find(({ name }) => name === "rows.count")?.value;
      assert.ok(status === "unverified" || rows === 0 || rows === 2, `cut to ${length} bytes`);
    }
  });

  test("10,000 mutations", () => {
    for (const bytes of [sample, buildManifest([{ path: "a", rows: 1, size: 1 }])]) {
      const { slowestMs } = mutationRun(avro, bytes, 5_000, 33);
      assert.ok(slowestMs < 2000, `${slowestMs} ms`);
    }
  });
});

const attacks: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["a block without its marker", buildAvro({ lastSync: new Uint8Array(16) })],
  ["a block of negative length", buildAvro({ lastLength: -1n })],
  ["a block longer than the file", buildAvro({ lastLength: 2n ** 62n })],
  ["a header entry longer than the file", concat(Uint8Array.of(0x4f, 0x62, 0x6a, 1, 2), avroLong(2n ** 40n))],
  ["a header with more entries than bytes", concat(Uint8Array.of(0x4f, 0x62, 0x6a, 1), avroLong(2n ** 62n))],
  ["a number without end", concat(Uint8Array.of(0x4f, 0x62, 0x6a, 1), new Uint8Array(20).fill(0xff))],
  [
    "two schemas",
    concat(
      Uint8Array.of(0x4f, 0x62, 0x6a, 1),
      avroLong(2),
      ...Array.from({ length: 2 }, () => concat(avroBytes("avro.schema"), avroBytes('"int"'))),
    ),
  ],
  ["no schema", concat(Uint8Array.of(0x4f, 0x62, 0x6a, 1), avroLong(0), new Uint8Array(16))],
  ["an unknown type", buildAvro({ schema: "quaternion" })],
  ["a record without fields", buildAvro({ schema: { type: "record", name: "r" } })],
  ["a fixed type without a size", buildAvro({ schema: { type: "fixed", name: "f", size: -1 } })],
  [
    "a name given twice",
    buildAvro({ schema: ["null", ...Array(2).fill({ type: "enum", name: "e", symbols: [] })] }),
  ],
  ["a schema that nests without end", buildAvro({ schema: nestedArrays(100) })],
];

function nestedArrays(levels: number): unknown {
  return levels === 0 ? "int" : { type: "array", items: nestedArrays(levels - 1) };
}

for (const [name, bytes] of attacks) {
  test(`refuses ${name}`, () => {
    assert.equal(readNamed("t.avro", bytes).status, "unverified");
  });
}

describe("an Iceberg manifest", () => {
  const files = [
    { path: "s3://b/t/data/a.parquet", rows: 10, size: 100 },
    { path: "s3://b/t/data/old.parquet", rows: 5, size: 50, status: 2 },
    { path: "s3://b/t/data/d.parquet", rows: 1, size: 20, content: 1 },
  ];

  test("names the live files with their rows and sizes", () => {
    assert.deepEqual(detailOf(buildManifest(files)).iceberg?.files, [
      { path: "s3://b/t/data/a.parquet", rows: 10n, size: 100, content: 0 },
      { path: "s3://b/t/data/d.parquet", rows: 1n, size: 20, content: 1 },
    ]);
  });

  test("list names the manifests", () => {
    const [only] = detailOf(buildManifestList([{ path: "m.avro", length: 7 }])).iceberg?.manifests ?? [];
    assert.equal(only?.path, "m.avro");
    assert.equal(only?.length, 7);
  });

  test("that cannot be unpacked says why", () => {
    const list = buildManifestList([{ path: "m.avro", length: 7 }], "snappy");
    assert.equal(detailOf(list).iceberg?.manifests?.[0]?.path, "m.avro");
    // In front of the last sync marker is the checksum.
    list[list.length - 17] = 1 ^ (list[list.length - 17] ?? 0);
    assert.match(detailOf(list).iceberg?.unread ?? "", /checksum is wrong/);
    const other = Buffer.from(buildManifestList([{ path: "m.avro", length: 7 }], "snappy"));
    other.write("snappz", other.indexOf("snappy"));
    assert.match(detailOf(other).iceberg?.unread ?? "", /snappz is not supported/);
  });

  test("with a list of nothing that claims a million million values ends", () => {
    const schema = {
      type: "record",
      name: "manifest_entry",
      fields: [
        { name: "status", type: "int" },
        { name: "data_file", type: { type: "array", items: "null" } },
      ],
    };
    for (const count of [2n ** 40n, 2n ** 24n]) {
      const record = concat(avroLong(1), avroLong(count), avroLong(0));
      const { iceberg } = detailOf(buildAvro({ schema, blocks: [Array(4).fill(record)] }));
      assert.match(iceberg?.unread ?? "", /too many values/);
    }
  });

  test("that refers to itself without end is refused", () => {
    const node = { type: "record", name: "node", fields: [{ name: "next", type: "node" }] };
    const schema = {
      type: "record",
      name: "manifest_entry",
      fields: [
        { name: "status", type: "int" },
        { name: "data_file", type: node },
      ],
    };
    const { iceberg } = detailOf(buildAvro({ schema, blocks: [[avroLong(1)]] }));
    assert.match(iceberg?.unread ?? "", /nests too deep/);
  });
});

const iceberg = corpus("formats/iceberg");

test("a manifest list of DuckDB names its manifests", { skip: iceberg.missing }, () => {
  const bytes = new Uint8Array(readFileSync(join(iceberg.path, "duckdb_v3_manifest_list.avro")));
  const manifests = detailOf(bytes).iceberg?.manifests ?? [];
  assert.deepEqual(
    manifests.map(({ path }) => path),
    [
      "s3://warehouse/wh/db/logs/metadata/d0a470ec-1c03-429b-bd84-34a66a122316-m0.avro",
      "s3://warehouse/wh/db/logs/metadata/66408406-2504-44e1-977a-ac12b4b7ccaa-m0.avro",
    ],
  );
  assert.deepEqual(codesOf(avro, bytes), []);
});
