// SPDX-License-Identifier: Apache-2.0
// External data of ONNX models: present, long enough, no hard link, no overlap.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildOnnx, onnxModel } from "../../fixtures/onnx.ts";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { onnxExternalData } from "../../src/layouts/onnx-external-data.ts";
import { memoryDirectory } from "./memory-directory.ts";

function describeTree(tree: FileTree, links: ReadonlyMap<string, number> = new Map()) {
  return onnxExternalData.describe(memoryDirectory(tree, links));
}

function codesOf(tree: FileTree): readonly string[] {
  return describeTree(tree).findings.map(({ code }) => code);
}

/** A model whose tensors have these ranges of a file of 100 bytes. */
function withRanges(ranges: readonly (readonly [offset: number, length: number])[]): FileTree {
  const tensors = ranges.map(([offset, length], index) => ({
    name: `t${index}`,
    dims: [length],
    type: 2,
    external: [
      ["location", "w.bin"],
      ["offset", String(offset)],
      ["length", String(length)],
    ] as const,
  }));
  return new Map([
    ["sub/model.onnx", buildOnnx({ tensors })],
    ["sub/w.bin", new Uint8Array(100)],
  ]);
}

describe("external data of an ONNX model", () => {
  it("is sound if every range is in a file beside the model", () => {
    assert.deepEqual(describeTree(onnxModel()), { facts: [], findings: [], unverified: [] });
    assert.deepEqual(
      codesOf(
        withRanges([
          [0, 50],
          [50, 50],
          [100, 0],
        ]),
      ),
      [],
    );
  });

  it("must be there, in the model's own directory", () => {
    const tree = new Map(onnxModel());
    const weights = tree.get("weights.bin") ?? new Uint8Array();
    tree.delete("weights.bin");
    tree.set("other/weights.bin", weights);
    const { findings, unverified } = describeTree(tree);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["ONNX_EXTERNAL_MISSING"],
    );
    assert.deepEqual(unverified, ["model.onnx"]);
  });

  it("must hold each range", () => {
    for (const range of [
      [0, 101],
      [100, 1],
      [2 ** 40, 4],
      [Number.MAX_SAFE_INTEGER, 8],
    ] as const) {
      assert.deepEqual(codesOf(withRanges([range])), ["ONNX_EXTERNAL_RANGE"], String(range));
    }
    assert.deepEqual(codesOf(withRanges([[101, 0]])), ["ONNX_EXTERNAL_RANGE"]);
  });

  it("must have one link", () => {
    const { findings } = describeTree(onnxModel(), new Map([["weights.bin", 2]]));
    assert.deepEqual(
      findings.map(({ code, args }) => [code, args["count"]]),
      [["ONNX_EXTERNAL_HARDLINK", 2]],
    );
  });

  it("may share whole tensors and must not share parts", () => {
    assert.deepEqual(
      codesOf(
        withRanges([
          [0, 50],
          [0, 50],
        ]),
      ),
      [],
    );
    assert.deepEqual(
      codesOf(
        withRanges([
          [0, 50],
          [49, 10],
        ]),
      ),
      ["ONNX_EXTERNAL_OVERLAP"],
    );
    assert.deepEqual(
      codesOf(
        withRanges([
          [0, 50],
          [0, 10],
          [20, 5],
        ]),
      ),
      ["ONNX_EXTERNAL_OVERLAP", "ONNX_EXTERNAL_OVERLAP"],
    );
  });
});
