// SPDX-License-Identifier: Apache-2.0
// What the files of a TensorFlow model say together.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { checkpointIndex, node, savedModel } from "../../fixtures/tensorflow.ts";
import { tfSavedModelLayout } from "../../src/layouts/tf-saved-model.ts";
import { memoryDirectory } from "./memory-directory.ts";

const index = checkpointIndex({
  variables: [
    { name: "a", shape: [4] },
    { name: "b", shape: [4] },
  ],
});

function model(assets: readonly string[], files: FileTree): Map<string, Uint8Array> {
  return new Map([
    ["m/saved_model.pb", savedModel({ nodes: [node("r", "Relu")], assets })],
    ["m/variables/variables.index", index],
    ...files,
  ]);
}

function check(tree: FileTree): {
  readonly codes: readonly string[];
  readonly unverified: readonly string[];
} {
  const { findings, unverified } = tfSavedModelLayout.describe(memoryDirectory(tree));
  return { codes: findings.map(({ code }) => code), unverified };
}

const data = "m/variables/variables.data-00000-of-00001";

describe("a TensorFlow model's directory", () => {
  it("that is complete has no finding", () => {
    const tree = model(
      ["vocab.txt"],
      new Map([
        [data, new Uint8Array(32)],
        ["m/assets/vocab.txt", new Uint8Array(1)],
      ]),
    );
    assert.deepEqual(check(tree), { codes: [], unverified: [] });
  });

  it("without its data file, or with one that is too short, is unverified", () => {
    const unverified = ["m/variables/variables.index"];
    assert.deepEqual(check(model([], new Map())), { codes: ["TF_VARIABLES_MISSING"], unverified });
    const short = model([], new Map([[data, new Uint8Array(31)]]));
    assert.deepEqual(check(short), { codes: ["TF_VARIABLES_RANGE"], unverified });
  });

  it("whose assets are missing or elsewhere is reported", () => {
    const whole: FileTree = new Map([[data, new Uint8Array(32)]]);
    assert.deepEqual(check(model(["vocab.txt"], whole)).codes, ["TF_ASSET_MISSING"]);
    for (const asset of ["/etc/passwd", "../x", "a/../../x", "C:\\x"]) {
      assert.deepEqual(check(model([asset], whole)).codes, ["TF_ASSET_PATH"], asset);
    }
  });
});
