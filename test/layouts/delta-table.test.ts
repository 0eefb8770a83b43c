// SPDX-License-Identifier: Apache-2.0
// Delta tables: which files are live, and that a log with a gap is not believed.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  add,
  buildCheckpoint,
  type CheckpointSpec,
  commit,
  dataFile,
  deltaMetadata,
  deltaProtocol,
  deltaTableFiles,
  logName,
} from "../../fixtures/delta.ts";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { type ParquetDetail, parquet } from "../../src/formats/parquet.ts";
import { deltaTable } from "../../src/layouts/delta-table.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { corpus } from "../corpora.ts";
import { alone, mutate, seededRandom } from "../formats/hostile.ts";
import { memoryDirectory } from "./memory-directory.ts";

function read(tree: FileTree): LayoutDescription {
  return deltaTable.describe(memoryDirectory(tree));
}

function values({ facts }: LayoutDescription, name: string): readonly unknown[] {
  return facts.filter((fact) => fact.name === name).map(({ value }) => value);
}

/** Paths that the newest version has. */
function live(described: LayoutDescription): readonly string[] {
  return values(described, "file.expected").map((value) => (value as { path: string }).path);
}

function codes({ findings }: LayoutDescription): readonly string[] {
  return findings.map(({ code }) => code);
}

/** The table with some of its files changed; undefined takes one away. */
function changed(changes: Readonly<Record<string, Uint8Array | undefined>>): FileTree {
  const tree = new Map(deltaTableFiles());
  for (const [path, bytes] of Object.entries(changes)) {
    tree.delete(path);
    if (bytes !== undefined) {
      tree.set(path, bytes);
    }
  }
  return tree;
}

describe("a Delta table", () => {
  test("says its version, schema, live files and rows", () => {
    const described = read(deltaTableFiles());
    assert.deepEqual(codes(described), ["DELTA_FILES_NOT_LIVE"]);
    assert.deepEqual(described.unverified, []);
    assert.equal(described.dataset, "described");
    assert.deepEqual(live(described), ["day=1 2/b.parquet", "c.parquet"]);
    assert.deepEqual(values(described, "rows.count"), [18]);
    assert.deepEqual(values(described, "revision"), [{ system: "delta", id: "2" }]);
    assert.deepEqual(values(described, "name"), ["demo"]);
    assert.deepEqual(values(described, "schema"), [{ id: "long", tags: "array<string>" }]);
    assert.deepEqual(values(described, "created"), ["2026-01-01T00:00:00.000Z"]);
    assert.deepEqual(values(described, "format.version"), ["reader 1, writer 2"]);
    const notLive = values(described, "metadata").filter((value) =>
      JSON.stringify(value).includes("not_live"),
    );
    assert.deepEqual(notLive, [{ key: "delta.not_live", value: "a.parquet" }]);
  });

  test("whose files are all live has no finding", () => {
    assert.deepEqual(codes(read(changed({ "a.parquet": undefined }))), []);
  });

  test("may lie in a directory", () => {
    const tree = new Map(
      [...deltaTableFiles()].map(([path, bytes]) => [`warehouse/t/${path}`, bytes] as const),
    );
    assert.deepEqual(live(read(tree)), ["warehouse/t/day=1 2/b.parquet", "warehouse/t/c.parquet"]);
  });

  test("with rows deleted by vectors has no number of rows", () => {
    const file = { add: { ...add("c.parquet", 1).add, deletionVector: { storageType: "u" } } };
    assert.deepEqual(values(read(changed({ [logName(2)]: commit(file) })), "rows.count"), []);
  });
});

describe("a Delta log", () => {
  test("with a missing commit is unverified, and rows are not counted", () => {
    const described = read(changed({ [logName(1)]: undefined }));
    assert.deepEqual(codes(described), ["DELTA_LOG_INCOMPLETE"]);
    assert.deepEqual(described.unverified, [logName(2)]);
    assert.deepEqual(values(described, "rows.count"), []);
  });

  test("with a commit that is no JSON is unverified", () => {
    for (const text of ["{", '{"add":{"path":"a","path":"b"}}', "[".repeat(10_000), "\xff"]) {
      const bytes = new Uint8Array(Buffer.from(text, "latin1"));
      const described = read(changed({ [logName(1)]: bytes }));
      assert.ok(codes(described).includes("DELTA_LOG_INCOMPLETE"), text.slice(0, 20));
      assert.ok(described.unverified.includes(logName(1)));
    }
  });

  test("with a schema that is no JSON says so", () => {
    const metaData = { ...deltaMetadata.metaData, schemaString: "{" };
    const described = read(changed({ [logName(0)]: commit(deltaProtocol, { metaData }) }));
    assert.ok(codes(described).includes("DELTA_LOG_INVALID"));
  });

  test("that leads out of the directory is reported and not followed", () => {
    for (const path of ["../x.parquet", "%2e%2e/x.parquet", "/etc/passwd", "a/../../x"]) {
      const described = read(changed({ [logName(2)]: commit(add(path, 1)) }));
      assert.ok(codes(described).includes("MANIFEST_PATH_UNSAFE"), path);
      assert.ok(!live(described).some((each) => each.includes("passwd") || each.includes("x.parquet")));
    }
  });

  test("of a shallow clone names files elsewhere", () => {
    const described = read(changed({ [logName(2)]: commit(add("s3://bucket/t/x.parquet", 1)) }));
    assert.deepEqual(codes(described), ["DELTA_FILES_ELSEWHERE", "DELTA_FILES_NOT_LIVE"]);
    assert.deepEqual(values(described, "rows.count"), []);
  });
});

describe("a checkpoint", () => {
  const files = [{ path: "c.parquet", size: BigInt(dataFile(11n).length) }];

  /** The table whose log starts with a checkpoint of version 1. */
  function withCheckpoint(spec: CheckpointSpec): LayoutDescription {
    return read(
      changed({
        [logName(0)]: undefined,
        [logName(1)]: undefined,
        [logName(1, "checkpoint.parquet")]: buildCheckpoint(spec),
        [logName(2)]: commit(add("a.parquet", dataFile(5n).length)),
      }),
    );
  }

  test("takes the place of the commits before it", () => {
    const described = withCheckpoint({ files });
    assert.deepEqual(live(described), ["c.parquet", "a.parquet"]);
    assert.deepEqual(values(described, "rows.count"), [16]);
    assert.deepEqual(values(described, "schema"), [{ id: "long", tags: "array<string>" }]);
    assert.deepEqual(described.unverified, []);
  });

  test("in parts counts when all parts are there", () => {
    const part = (number: number): string => logName(1, `checkpoint.000000000${number}.0000000002.parquet`);
    const parts = { [part(1)]: buildCheckpoint({ files }), [part(2)]: buildCheckpoint({ files: [] }) };
    const base = { [logName(0)]: undefined, [logName(1)]: undefined };
    assert.deepEqual(live(read(changed({ ...base, ...parts })))[0], "c.parquet");
    const half = read(changed({ ...base, ...parts, [part(2)]: undefined }));
    assert.ok(codes(half).includes("DELTA_LOG_INCOMPLETE"));
  });

  test("of version 2 counts when all its sidecars are there", () => {
    const sidecar = "_delta_log/_sidecars/s.parquet";
    const top = buildCheckpoint({ files: [], sidecars: ["s.parquet"] });
    const tree = {
      [logName(0)]: undefined,
      [logName(1)]: undefined,
      [logName(1, "checkpoint.0123abcd-0000-4000-8000-000000000000.parquet")]: top,
      [sidecar]: buildCheckpoint({ files, isSidecar: true }),
      [logName(2)]: commit(add("a.parquet", dataFile(5n).length)),
    };
    const described = read(changed(tree));
    assert.deepEqual(live(described), ["c.parquet", "a.parquet"]);
    assert.deepEqual(described.unverified, []);
    for (const broken of [undefined, top, buildCheckpoint({ files, isSidecar: true, codec: 4 })]) {
      assert.ok(codes(read(changed({ ...tree, [sidecar]: broken }))).includes("DELTA_LOG_INCOMPLETE"));
    }
    const outside = buildCheckpoint({ files: [], sidecars: ["../../x.parquet"] });
    const [name = ""] = Object.keys(tree).filter((path) => path.includes("checkpoint"));
    assert.ok(codes(read(changed({ ...tree, [name]: outside }))).includes("DELTA_LOG_INCOMPLETE"));
  });

  test("of version 2 may be written as actions, with sidecars or without", () => {
    const sidecar = "_delta_log/_sidecars/s.parquet";
    const name = logName(1, "checkpoint.0123abcd-0000-4000-8000-000000000000.json");
    const actions = [{ checkpointMetadata: { version: 1 } }, deltaMetadata, deltaProtocol];
    const inside = commit(...actions, add("c.parquet", dataFile(7n).length));
    const beside = commit(...actions, {
      sidecar: { path: "s.parquet", sizeInBytes: 1, modificationTime: 0 },
    });
    const tree = (top: Uint8Array, more: Uint8Array | undefined) => ({
      [logName(0)]: undefined,
      [logName(1)]: undefined,
      [name]: top,
      [sidecar]: more,
      [logName(2)]: commit(add("a.parquet", dataFile(5n).length)),
    });
    const part = buildCheckpoint({ files, isSidecar: true });
    for (const [top, more] of [
      [inside, undefined],
      [beside, part],
    ] as const) {
      const described = read(changed(tree(top, more)));
      assert.deepEqual(live(described), ["c.parquet", "a.parquet"]);
      assert.deepEqual(described.unverified, []);
    }
    for (const [top, more] of [
      [beside, undefined],
      [inside.subarray(0, -9), undefined],
    ] as const) {
      assert.ok(codes(read(changed(tree(top, more)))).includes("DELTA_LOG_INCOMPLETE"));
    }
  });

  test("that cannot be decoded is not used", () => {
    for (const spec of [
      { files, codec: 4 },
      { files, claimedValues: 2 ** 31 - 1 },
      { files, claimedValues: 100 },
    ]) {
      assert.ok(codes(withCheckpoint(spec)).includes("DELTA_LOG_INCOMPLETE"), JSON.stringify(spec.codec));
    }
  });

  test("2,000 mutations end in a description, with or without its files", () => {
    const random = seededRandom(41);
    const sample = buildCheckpoint({ files });
    let slowest = 0;
    for (let round = 0; round < 2000; round += 1) {
      const start = performance.now();
      try {
        const { detail } = parquet.describe(memorySource(mutate(sample, random), "c.parquet"), alone);
        assert.equal((detail as ParquetDetail).kind, "parquet");
      } catch (error) {
        assert.equal((error as Error).name, "AibomError");
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    assert.ok(slowest < 2000, `${slowest} ms`);
  });
});

const delta = corpus("formats/delta/simple_table");

test("a table that Spark wrote", { skip: delta.missing }, () => {
  const tree = new Map<string, Uint8Array>();
  for (const path of readdirSync(delta.path, { recursive: true, encoding: "utf8" })) {
    if (path.includes(".")) {
      tree.set(path, new Uint8Array(readFileSync(join(delta.path, path))));
    }
  }
  const described = read(tree);
  assert.deepEqual(values(described, "revision"), [{ system: "delta", id: "5" }]);
  assert.equal(live(described).length, 6);
  assert.deepEqual(values(described, "rows.count"), [3]);
  assert.deepEqual(values(described, "schema"), [{ id: "long" }]);
});
