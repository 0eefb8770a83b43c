// SPDX-License-Identifier: Apache-2.0
// Hugging Face dataset directories: cards, dataset_infos.json, loading scripts, and cards of models, which are not theirs.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  datasetFrontMatter,
  datasetInfos,
  huggingFaceDataset as makeDataset,
} from "../../fixtures/dataset.ts";
import { huggingFaceModel, jsonFile, modelCard } from "../../fixtures/hugging-face.ts";
import { huggingFace } from "../../src/layouts/hugging-face.ts";
import { huggingFaceDataset } from "../../src/layouts/hugging-face-dataset.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { codesOf, describeFiles, metadataOf, valuesOf } from "./dataset-layouts.ts";
import { memoryDirectory } from "./memory-directory.ts";

const describeCard = (frontMatter: string): LayoutDescription =>
  describeFiles(huggingFaceDataset, { "README.md": modelCard(frontMatter) });

test("a sound dataset makes claims and no findings", () => {
  const description = huggingFaceDataset.describe(memoryDirectory(makeDataset()));
  assert.equal(description.dataset, "own-card");
  assert.deepEqual(description.findings, []);
  assert.deepEqual(description.unverified, []);
  assert.deepEqual(valuesOf(description, "name"), ["Example Corpus"]);
  assert.deepEqual(valuesOf(description, "license"), ["cc-by-4.0"]);
  assert.deepEqual(valuesOf(description, "language"), ["en", "de"]);
  assert.deepEqual(valuesOf(description, "derived_from"), [{ name: "example/base-corpus" }]);
  assert.deepEqual(metadataOf(description, "source_datasets"), ["original"]);
  assert.deepEqual(metadataOf(description, "task_categories"), ["text-classification"]);
  assert.deepEqual(metadataOf(description, "dataset_size"), [42]);
  assert.deepEqual(valuesOf(description, "schema"), [
    { id: "int64", text: "string", label: "class_label", spans: "list<struct<start: int32>>" },
  ]);
  assert.deepEqual(valuesOf(description, "split"), [
    { name: "default/train" },
    { name: "default/test" },
    { name: "train", rows: 3, bytes: 30 },
    { name: "test", rows: 1, bytes: 12 },
  ]);
  // A pattern with a wildcard names no single file.
  assert.deepEqual(valuesOf(description, "file.expected"), [{ path: "data/train.csv", by: "README.md" }]);
  assert.ok(description.facts.every(({ grade }) => grade === "claim"));
});

test("the cards of models and of datasets are told apart", () => {
  const model = huggingFaceDataset.describe(memoryDirectory(huggingFaceModel()));
  assert.deepEqual(model, { facts: [], findings: [], unverified: [] });
  const dataset = huggingFace.describe(memoryDirectory(makeDataset()));
  assert.deepEqual(dataset.facts, []);
  // A licence alone says nothing about the kind; the model layout reads it as it did before.
  assert.equal(describeCard("license: mit").dataset, undefined);
  assert.equal(describeCard("license: mit\npretty_name: X\nbase_model: a/b").dataset, undefined);
});

test("a card that cannot be read is one finding, not two", () => {
  const files = { "README.md": "---\n{ [\n---\n" };
  const both = [huggingFace, huggingFaceDataset].flatMap((layout) => codesOf(describeFiles(layout, files)));
  assert.deepEqual(both, ["MODEL_CARD_INVALID"]);
});

test("dataset_infos.json of older datasets", () => {
  const description = describeFiles(huggingFaceDataset, { "dataset_infos.json": datasetInfos() });
  assert.equal(description.dataset, "own-card");
  assert.deepEqual(description.findings, []);
  assert.deepEqual(valuesOf(description, "version"), ["1.1.0"]);
  assert.deepEqual(valuesOf(description, "url"), ["https://data.example/questions"]);
  assert.deepEqual(valuesOf(description, "citation"), ["@article{example}"]);
  assert.deepEqual(valuesOf(description, "schema"), [
    { id: "string", answers: "list<struct<text: string>>", label: "class_label", image: "image" },
  ]);
  const [expected] = valuesOf(description, "file.expected") as { path: string; isElsewhere: boolean }[];
  assert.equal(expected?.path, "train.csv");
  assert.equal(expected?.isElsewhere, true);
});

test("dataset_info.json beside saved data: of the datasets library, of TensorFlow Datasets, and of somebody else", () => {
  const info = (rows: number): object => ({
    features: { id: { dtype: "int64", _type: "Value" } },
    splits: { train: { name: "train", num_bytes: 8 * rows, num_examples: rows } },
    citation: "",
  });
  const saved = describeFiles(huggingFaceDataset, {
    "train/dataset_info.json": info(3),
    "test/dataset_info.json": info(1),
  });
  assert.equal(saved.dataset, "own-card");
  assert.deepEqual(saved.findings, []);
  assert.equal(valuesOf(saved, "split").length, 2);
  const tensorflow = describeFiles(huggingFaceDataset, {
    "1.0.0/dataset_info.json": {
      name: "mnist",
      version: "3.0.1",
      splits: [{ name: "train", numBytes: "100", shardLengths: ["3", "4"] }],
    },
  });
  assert.deepEqual(valuesOf(tensorflow, "name"), ["mnist"]);
  assert.deepEqual(valuesOf(tensorflow, "version"), ["3.0.1"]);
  assert.deepEqual(valuesOf(tensorflow, "split"), [{ name: "train", rows: 7, bytes: 100 }]);
  const other = describeFiles(huggingFaceDataset, { "dataset_info.json": { my: "notes" } });
  assert.deepEqual(other, { facts: [], findings: [], unverified: [] });
});

test("files of the repository are found by their address, with the revision taken off", () => {
  const checksum = "ab".repeat(32);
  const address = "https://huggingface.co/datasets/acme/corpus/resolve/0123abc/data/a%20b.csv?download=true";
  const infos = { default: { download_checksums: { [address]: { num_bytes: 7, checksum } } } };
  const description = describeFiles(huggingFaceDataset, { "dataset_infos.json": infos });
  assert.deepEqual(valuesOf(description, "file.expected"), [
    { path: "data/a b.csv", sha256: checksum, size: 7, isElsewhere: true, by: "dataset_infos.json" },
  ]);
});

test("a loading script is told by its class, not by its name", () => {
  const script = "import datasets\n\nclass Corpus(datasets.GeneratorBasedBuilder):\n    pass\n";
  const files = {
    "README.md": modelCard(datasetFrontMatter),
    "corpus.py": script,
    "plot.py": "import matplotlib\n# class X(datasets.GeneratorBasedBuilder) is only mentioned\n",
  };
  const description = describeFiles(huggingFaceDataset, files);
  const found = description.findings.map(({ code, location }) => `${code} ${location.path}`);
  assert.deepEqual(found, ["DATASET_SCRIPT corpus.py", "CUSTOM_CODE_FILE plot.py"]);
  assert.deepEqual(valuesOf(description, "custom_code"), [{ class: "Corpus", module: "corpus" }]);
  assert.ok(description.findings.every(({ severity }) => severity === "medium"));
});

test("data files outside the directory are reported and not looked for; addresses are sources", () => {
  const description = describeCard(
    "pretty_name: X\nconfigs:\n- config_name: a\n  data_files: ['../../etc/passwd', /etc/hosts, 'C:\\data.csv']\n" +
      "- config_name: b\n  data_files: hf://datasets/acme/other/a.csv\n- config_name: c\n  data_dir: sub\n  data_files: a.csv",
  );
  assert.deepEqual(codesOf(description), [
    "MANIFEST_PATH_UNSAFE",
    "MANIFEST_PATH_UNSAFE",
    "MANIFEST_PATH_UNSAFE",
  ]);
  assert.deepEqual(valuesOf(description, "file.expected"), [{ path: "sub/a.csv", by: "README.md" }]);
  assert.deepEqual(valuesOf(description, "data_source"), [
    { name: "hf://datasets/acme/other/a.csv", url: "hf://datasets/acme/other/a.csv" },
  ]);
});

test("one wrong field is one finding and hides nothing", () => {
  const cases = [
    ["configs: x", "MODEL_CARD_FIELD_INVALID"],
    ["configs: [x]", "MODEL_CARD_FIELD_INVALID"],
    ["configs:\n- data_files: [[a]]", "MODEL_CARD_FIELD_INVALID"],
    ["dataset_info: x", "DATASET_INFO_INVALID"],
    ["dataset_info:\n  features: x", "DATASET_INFO_INVALID"],
    ["dataset_info:\n  splits: x", "DATASET_INFO_INVALID"],
    ["dataset_info:\n  splits: [{num_examples: 3}]", "DATASET_INFO_INVALID"],
    ["dataset_info:\n  download_checksums: x", "DATASET_INFO_INVALID"],
    ["task_ids:\n- {a: b}", "MODEL_CARD_FIELD_INVALID"],
    ["license: other", "MODEL_CARD_LICENSE_INCOMPLETE"],
    ["license: mit\nlicense: apache-2.0", "MODEL_CARD_DUPLICATE_KEY"],
  ] as const;
  for (const [text, code] of cases) {
    const description = describeCard(`pretty_name: Corpus\n${text}`);
    assert.deepEqual(codesOf(description), [code], text);
    assert.deepEqual(valuesOf(description, "name"), ["Corpus"], text);
  }
});

test("features of any shape and depth become short texts", () => {
  let nested: unknown = { dtype: "int8", _type: "Value" };
  for (let depth = 0; depth < 40; depth += 1) {
    nested = { feature: nested, _type: "List" };
  }
  const features = { ["__proto__x"]: "int32", nested, odd: 3, pair: [1, 2], wide: "x".repeat(5000) };
  const description = describeFiles(huggingFaceDataset, { "dataset_infos.json": { a: { features } } });
  const [schema] = valuesOf(description, "schema") as Record<string, string>[];
  assert.equal(schema?.["__proto__x"], "int32");
  assert.match(schema?.["nested"] ?? "", /^list<list<.*unknown/);
  assert.ok(Object.values(schema ?? {}).every((type) => type.length <= 200));
});

test("whatever bytes change in the card or the infos, there is a description", () => {
  const random = seededRandom(11);
  const card = modelCard(datasetFrontMatter);
  const infos = jsonFile(datasetInfos());
  let found = 0;
  for (let round = 0; round < 5000; round += 1) {
    const files = { "README.md": mutate(card, random), "dataset_infos.json": mutate(infos, random) };
    found += describeFiles(huggingFaceDataset, files).findings.length > 0 ? 1 : 0;
  }
  assert.ok(found > 1000);
});
