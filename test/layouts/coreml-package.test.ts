// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { coremlPackageTree } from "../../fixtures/coreml.ts";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { coremlPackage } from "../../src/layouts/coreml-package.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { corpus } from "../corpora.ts";
import { memoryDirectory } from "./memory-directory.ts";

function describeTree(tree: FileTree): LayoutDescription {
  return coremlPackage.describe(memoryDirectory(tree));
}

function codesOf(tree: FileTree): readonly string[] {
  return describeTree(tree).findings.map(({ code }) => code);
}

describe("an .mlpackage", () => {
  test("whose parts are there is fine", () => {
    assert.deepEqual(describeTree(coremlPackageTree()), { facts: [], findings: [], unverified: [] });
  });

  test("parts that are missing or outside are reported, and the manifest is unverified", () => {
    for (const part of ["com.apple.CoreML/other.mlmodel", "../../x", "/etc/passwd", "a\\b", "a//b"]) {
      const { findings, unverified } = describeTree(coremlPackageTree(part));
      assert.deepEqual(
        findings.map(({ code }) => code),
        ["COREML_PACKAGE_INVALID"],
        part,
      );
      assert.deepEqual(unverified, ["m.mlpackage/Manifest.json"]);
    }
  });

  test("a directory without files is fine: coremltools writes one where there are no weights", () => {
    const tree = new Map(coremlPackageTree());
    tree.delete("m.mlpackage/Data/com.apple.CoreML/weights/weight.bin");
    assert.deepEqual(codesOf(tree), []);
  });

  test("a manifest without its model is reported; another tool's manifest is left alone", () => {
    const withManifest = (manifest: unknown): FileTree =>
      new Map([
        ...coremlPackageTree(),
        ["m.mlpackage/Manifest.json", new TextEncoder().encode(JSON.stringify(manifest))],
      ]);
    assert.deepEqual(codesOf(withManifest({ itemInfoEntries: {} })), ["COREML_PACKAGE_INVALID"]);
    assert.deepEqual(codesOf(withManifest({ itemInfoEntries: { A: {} }, rootModelIdentifier: "A" })), [
      "COREML_PACKAGE_INVALID",
    ]);
    assert.deepEqual(codesOf(withManifest({ other: 1 })), []);
  });
});

const samples = corpus("formats/coreml/add_model.mlmodelc");
test("a compiled model of the corpus", { skip: samples.missing }, () => {
  const read = (name: string): Uint8Array => readFileSync(`${samples.path}/${name}`);
  const tree = new Map([
    ["add.mlmodelc/metadata.json", read("metadata.json")],
    ["add.mlmodelc/coremldata.bin", read("coremldata.bin")],
  ]);
  const { facts } = describeTree(tree);
  const values = (name: string): unknown[] =>
    facts.filter((each) => each.name === name).map((each) => each.value);
  assert.deepEqual(values("architecture.family"), ["mlProgram"]);
  assert.deepEqual(values("producer"), [{ name: "coremltools", version: "8.1" }]);
  assert.deepEqual(values("output"), [{ name: "var_3", format: "MultiArray (Float16 1 × 10)" }]);
});
