// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { openvinoWeightBytes, openvinoXml } from "../../fixtures/openvino.ts";
import { openvinoWeights } from "../../src/layouts/openvino-weights.ts";
import { memoryDirectory } from "./memory-directory.ts";

function codesWith(weights: Uint8Array | undefined): readonly string[] {
  const tree = new Map([["a/model.xml", openvinoXml()]]);
  if (weights !== undefined) {
    tree.set("a/model.bin", weights);
  }
  return openvinoWeights.describe(memoryDirectory(tree)).findings.map(({ code }) => code);
}

test("a graph with its weights is fine", () => {
  assert.deepEqual(codesWith(new Uint8Array(openvinoWeightBytes)), []);
});

test("weights that are missing or short are reported", () => {
  assert.deepEqual(codesWith(undefined), ["OPENVINO_WEIGHTS_MISSING"]);
  assert.deepEqual(codesWith(new Uint8Array(openvinoWeightBytes - 1)), ["OPENVINO_WEIGHTS_RANGE"]);
});
