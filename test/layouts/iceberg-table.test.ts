// SPDX-License-Identifier: Apache-2.0
// Iceberg tables: the current snapshot, exactly, and the files that are live in it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildManifest, buildManifestList } from "../../fixtures/avro.ts";
import { buildParquet } from "../../fixtures/parquet.ts";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { icebergTable } from "../../src/layouts/iceberg-table.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { corpus } from "../corpora.ts";
import { memoryDirectory } from "./memory-directory.ts";

const location = "s3://bucket/wh/t";
const snapshot = "3055729675574597004";
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of a metadata file; numbers over 2^53 stand in it as digits. */
function metadata(changes: Readonly<Record<string, unknown>> = {}, current = snapshot): string {
  const document = {
    "format-version": 2,
    "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
    location,
    "last-updated-ms": 1_767_225_600_000,
    "current-schema-id": 1,
    schemas: [
      { type: "struct", "schema-id": 0, fields: [] },
      {
        type: "struct",
        "schema-id": 1,
        fields: [
          { id: 1, name: "id", required: true, type: "long" },
          { id: 2, name: "tags", type: { type: "list", "element-id": 3, element: "string" } },
        ],
      },
    ],
    "current-snapshot-id": "CURRENT",
    snapshots: [
      { "snapshot-id": "NEIGHBOUR", "manifest-list": `${location}/metadata/old.avro` },
      { "snapshot-id": "SNAPSHOT", "manifest-list": `${location}/metadata/snap.avro` },
    ],
    ...changes,
  };
  return JSON.stringify(document)
    .replaceAll('"CURRENT"', current)
    .replaceAll('"SNAPSHOT"', snapshot)
    .replaceAll('"NEIGHBOUR"', "3055729675574597003");
}

interface TableSpec {
  readonly text?: string;
  readonly files?: Parameters<typeof buildManifest>[0];
  readonly manifest?: string;
  readonly extra?: Readonly<Record<string, Uint8Array>>;
}

const a = buildParquet({ groups: [5n] });
const b = buildParquet({ groups: [7n] });
const liveFiles = [
  { path: `${location}/data/a.parquet`, rows: 5, size: a.length },
  { path: `${location}/data/old.parquet`, rows: 9, size: 9, status: 2 },
  { path: `${location}/data/b.parquet`, rows: 7, size: b.length },
];

function table({
  text = metadata(),
  files = liveFiles,
  manifest = `${location}/metadata/m.avro`,
  extra = {},
}: TableSpec = {}): FileTree {
  const bytes = buildManifest(files);
  return new Map([
    ["metadata/00002-b.metadata.json", encode(text)],
    ["metadata/00001-a.metadata.json", encode("{}")],
    ["metadata/snap.avro", buildManifestList([{ path: manifest, length: bytes.length }])],
    ["metadata/m.avro", bytes],
    ["data/a.parquet", a],
    ["data/b.parquet", b],
    ...Object.entries(extra),
  ]);
}

function read(tree: FileTree): LayoutDescription {
  return icebergTable.describe(memoryDirectory(tree));
}

function values({ facts }: LayoutDescription, name: string): readonly unknown[] {
  return facts.filter((fact) => fact.name === name).map(({ value }) => value);
}

function codes({ findings }: LayoutDescription): readonly string[] {
  return findings.map(({ code }) => code);
}

describe("an Iceberg table", () => {
  test("says its snapshot to the last digit, its schema, files and rows", () => {
    const described = read(table());
    assert.deepEqual(codes(described), []);
    assert.deepEqual(values(described, "revision"), [{ system: "iceberg", id: snapshot }]);
    assert.deepEqual(values(described, "schema"), [{ id: "long", tags: "list<string>" }]);
    assert.deepEqual(values(described, "rows.count"), [12, 12]);
    assert.deepEqual(values(described, "modified"), ["2026-01-01T00:00:00.000Z"]);
    const expected = values(described, "file.expected").map((value) => (value as { path: string }).path);
    assert.deepEqual(expected, ["metadata/m.avro", "data/a.parquet", "data/b.parquet"]);
    assert.equal(described.dataset, "described");
  });

  test("its metadata may be compressed", () => {
    const packed = new Uint8Array(gzipSync(metadata()));
    const described = read(table({ text: "{}", extra: { "metadata/v3.gz.metadata.json": packed } }));
    assert.deepEqual(values(described, "revision"), [{ system: "iceberg", id: snapshot }]);
    const bomb = new Uint8Array(gzipSync(new Uint8Array(80 * 1024 * 1024)));
    const refused = read(table({ extra: { "metadata/v3.gz.metadata.json": bomb } }));
    assert.ok(codes(refused).includes("ICEBERG_INVALID"));
    assert.deepEqual(refused.unverified, ["metadata/v3.gz.metadata.json"]);
  });

  test("without a snapshot is empty", () => {
    const described = read(table({ text: metadata({}, "-1") }));
    assert.deepEqual(codes(described), []);
    assert.deepEqual(values(described, "revision"), []);
  });

  test("that is encrypted says so", () => {
    const described = read(table({ text: metadata({ "encryption-keys": [{ "key-id": "k" }] }) }));
    assert.deepEqual(values(described, "encryption"), [{ scheme: "iceberg table encryption" }]);
  });

  test("with deletes has rows by claim only", () => {
    const files = [...liveFiles, { path: `${location}/data/d.parquet`, rows: 1, size: 1, content: 1 }];
    assert.deepEqual(values(read(table({ files })), "rows.count"), [12]);
  });
});

describe("Iceberg metadata that is not sound", () => {
  test("of a version that is not known", () => {
    for (const version of [0, 4, "2", null]) {
      const described = read(table({ text: metadata({ "format-version": version }) }));
      assert.equal(codes(described).includes("ICEBERG_INVALID"), version !== "2", String(version));
    }
  });

  test("with a snapshot that is one digit off", () => {
    const described = read(table({ text: metadata({}, "3055729675574597005") }));
    assert.deepEqual(codes(described), ["ICEBERG_INVALID"]);
    assert.deepEqual(described.unverified, ["metadata/00002-b.metadata.json"]);
  });

  test("that is no strict JSON", () => {
    const described = read(table({ text: '{"location":"x","location":"y"}' }));
    assert.deepEqual(codes(described), ["JSON_DUPLICATE_KEY"]);
  });

  test("whose manifests are missing or elsewhere", () => {
    for (const manifest of [`${location}/metadata/gone.avro`, "s3://other/m.avro"]) {
      const described = read(table({ manifest }));
      assert.deepEqual(codes(described), ["ICEBERG_INCOMPLETE"], manifest);
      assert.deepEqual(values(described, "rows.count"), []);
    }
  });

  test("whose files lie elsewhere, or outside of the directory", () => {
    const elsewhere = read(table({ files: [{ path: "s3://other/x.parquet", rows: 1, size: 1 }] }));
    assert.deepEqual(codes(elsewhere), ["ICEBERG_FILES_ELSEWHERE"]);
    const outside = read(table({ files: [{ path: `${location}/../../x.parquet`, rows: 1, size: 1 }] }));
    assert.ok(codes(outside).includes("MANIFEST_PATH_UNSAFE"));
  });

  test("whose manifest and data disagree on rows", () => {
    const [first, ...rest] = liveFiles;
    assert.ok(first !== undefined);
    const described = read(table({ files: [{ ...first, rows: 6 }, ...rest] }));
    assert.deepEqual(codes(described), ["ICEBERG_ROWS_DISAGREE"]);
  });
});

const iceberg = corpus("formats/iceberg");

test("the corpus", { skip: iceberg.missing }, () => {
  const at = (name: string): LayoutDescription =>
    read(new Map([["t/metadata/v1.metadata.json", new Uint8Array(readFileSync(join(iceberg.path, name)))]]));
  const example = at("example_table_metadata_v2.json");
  assert.deepEqual(values(example, "revision"), [{ system: "iceberg", id: "3055729675574597004" }]);
  assert.deepEqual(values(example, "columns.count"), [8]);
  // Version 3 was not supported when this file was written.
  assert.deepEqual(codes(at("TableMetadataUnsupportedVersion.json")), []);
  assert.deepEqual(values(at("TableMetadataV3ValidEncryption.json"), "encryption").length, 1);
  assert.equal(values(at("TableMetadataV2Valid.zstd.metadata.json"), "format.version")[0], "2");
});
