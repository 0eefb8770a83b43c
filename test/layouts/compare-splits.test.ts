// SPDX-License-Identifier: Apache-2.0
// Rows and columns that a dataset's card or dataset_infos.json claims, against those that the files have.

import assert from "node:assert/strict";
import { test } from "node:test";
import { modelCard } from "../../fixtures/hugging-face.ts";
import { buildParquet } from "../../fixtures/parquet.ts";
import { huggingFaceDataset } from "../../src/layouts/hugging-face-dataset.ts";
import { codesOf, describeFiles } from "./dataset-layouts.ts";

/** 4 rows of `id` and `text`. */
const shard = buildParquet({ groups: [4n] });
const shards = {
  "data/train-00000-of-00002.parquet": shard,
  "data/train-00001-of-00002-0123456789abcdef.parquet": shard,
};

function info(rows: number, columns = ["id", "text"]): object {
  return {
    features: Object.fromEntries(columns.map((name) => [name, { dtype: "string", _type: "Value" }])),
    splits: { train: { name: "train", num_examples: rows } },
  };
}

function codes(infos: object, files: Readonly<Record<string, unknown>>): readonly string[] {
  return codesOf(describeFiles(huggingFaceDataset, { "dataset_infos.json": infos, ...files }));
}

test("claims that the files keep are no finding", () => {
  assert.deepEqual(codes({ default: info(8) }, shards), []);
  assert.deepEqual(codes({ default: info(2) }, { "train.jsonl": '{"id":1}\n{"id":2}\n' }), []);
  assert.deepEqual(codes({ default: info(2) }, { "train.json": [{ id: 1 }, { id: 2 }] }), []);
});

test("other rows and other columns than claimed are reported", () => {
  assert.deepEqual(codes({ default: info(9) }, shards), ["DATASET_ROWS_DISAGREE"]);
  assert.deepEqual(codes({ default: info(3) }, { "train.jsonl": '{"id":1}\n' }), ["DATASET_ROWS_DISAGREE"]);
  assert.deepEqual(codes({ default: info(3) }, { "train.json": [{ id: 1 }, { id: 2 }] }), [
    "DATASET_ROWS_DISAGREE",
  ]);
  assert.deepEqual(codes({ default: info(8, ["id"]) }, shards), ["DATASET_COLUMNS_DISAGREE"]);
  const { findings } = describeFiles(huggingFaceDataset, {
    "dataset_infos.json": { default: info(8, ["id", "face"]) },
    ...shards,
  });
  assert.deepEqual(findings[0]?.args, { split: "train", missing: "face", unclaimed: "text" });
});

test("a card is compared as well, by configuration", () => {
  const card = (rows: number): Uint8Array =>
    modelCard(
      `pretty_name: X\ndataset_info:\n- config_name: a\n  splits:\n  - name: train\n    num_examples: ${rows}\n` +
        "- config_name: b\n  splits:\n  - name: train\n    num_examples: 99\n",
    );
  const files = { "a/train-00000-of-00001.parquet": shard };
  const of = (rows: number): readonly string[] =>
    codesOf(describeFiles(huggingFaceDataset, { "README.md": card(rows), ...files }));
  assert.deepEqual(of(4), []);
  assert.deepEqual(of(5), ["DATASET_ROWS_DISAGREE"]);
});

test("where it is not certain which files are meant, nothing is compared", () => {
  const one = { "data/train-00000-of-00002.parquet": shard };
  assert.deepEqual(codes({ default: info(9) }, one), []);
  assert.deepEqual(codes({ default: info(9) }, { "a/train.parquet": shard, "b/train.parquet": shard }), []);
  assert.deepEqual(codes({ other: info(9) }, shards), []);
  assert.deepEqual(codes({ default: info(9) }, { "train.csv": "id,text\n1,a\n" }), []);
  assert.deepEqual(codes({ default: info(9) }, { "train-extra.parquet": shard, "test.parquet": shard }), []);
});
