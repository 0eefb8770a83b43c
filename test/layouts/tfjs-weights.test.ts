// SPDX-License-Identifier: Apache-2.0
// The weight files of TensorFlow.js models.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { tfjsModel } from "../../fixtures/tfjs.ts";
import { tfjsWeights } from "../../src/layouts/tfjs-weights.ts";
import type { Finding } from "../../src/model/finding.ts";
import { memoryDirectory } from "./memory-directory.ts";

const codes = ({ findings }: { readonly findings: readonly Finding[] }): readonly string[] =>
  findings.map(({ code }) => code);

describe("the shards of a TensorFlow.js model", () => {
  const check = (tree: FileTree) => tfjsWeights.describe(memoryDirectory(tree));

  it("are as long together as the weights", () => {
    assert.deepEqual(check(tfjsModel()), { facts: [], findings: [], unverified: [] });
    for (const size of [7, 9]) {
      const other = new Map([...tfjsModel(), ["group1-shard2of2.bin", new Uint8Array(size)]]);
      assert.deepEqual(codes(check(other)), ["TFJS_WEIGHTS_SIZE"]);
    }
  });

  it("must be there", () => {
    const tree = new Map(tfjsModel());
    tree.delete("group1-shard1of2.bin");
    const { findings, unverified } = check(tree);
    assert.deepEqual(codes({ findings }), ["TFJS_WEIGHTS_MISSING"]);
    assert.deepEqual(unverified, ["model.json"]);
  });
});
