// SPDX-License-Identifier: Apache-2.0
// Image and audio folders: classes and splits are counted by the names of directories.

import assert from "node:assert/strict";
import { test } from "node:test";
import { imageFolder } from "../../fixtures/dataset.ts";
import { mediaFolder } from "../../src/layouts/media-folder.ts";
import { describeFiles, metadataOf, valuesOf } from "./dataset-layouts.ts";
import { memoryDirectory } from "./memory-directory.ts";

test("classes and splits are counted", () => {
  const description = mediaFolder.describe(memoryDirectory(imageFolder()));
  assert.equal(description.dataset, "described");
  assert.deepEqual(valuesOf(description, "classes"), [{ cat: 3, dog: 1 }]);
  assert.deepEqual(valuesOf(description, "modality"), ["image"]);
  assert.deepEqual(valuesOf(description, "split"), [
    { name: "train", rows: 3 },
    { name: "test", rows: 1 },
  ]);
  assert.ok(description.facts.every(({ grade }) => grade === "computed"));
});

test("a metadata file makes a folder without classes one", () => {
  const audio = { "1.wav": "x", "2.wav": "y", "README.md": "" };
  assert.equal(describeFiles(mediaFolder, audio).dataset, undefined);
  const description = describeFiles(mediaFolder, { ...audio, "metadata.csv": "file_name,text\n" });
  assert.equal(description.dataset, "described");
  assert.deepEqual(valuesOf(description, "modality"), ["audio"]);
  assert.deepEqual(valuesOf(description, "classes"), []);
});

test("a directory with anything else, or with one class, is none", () => {
  const none = { facts: [], findings: [], unverified: [] };
  assert.deepEqual(describeFiles(mediaFolder, { "a/1.png": "", "b/1.png": "", "model.bin": "" }), none);
  assert.deepEqual(describeFiles(mediaFolder, { "images/1.png": "", "images/2.png": "" }), none);
  assert.deepEqual(describeFiles(mediaFolder, { "a.txt": "" }), none);
});

test("of very many classes the number is said; odd names are names", () => {
  const many = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`class${index}/1.jpg`, ""]));
  assert.deepEqual(metadataOf(describeFiles(mediaFolder, many), "classes"), [1200]);
  const odd = describeFiles(mediaFolder, { "__proto__/1.jpg": "", "constructor/1.jpg": "" });
  assert.deepEqual(Object.entries(valuesOf(odd, "classes")[0] ?? {}), [
    ["__proto__", 1],
    ["constructor", 1],
  ]);
});
