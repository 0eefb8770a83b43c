// SPDX-License-Identifier: Apache-2.0
// ExecuTorch programs: methods, operators, constants, segments.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildExecutorch } from "../../fixtures/executorch.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { executorch } from "../../src/formats/executorch.ts";
import { alone, codesOf, describeOrRefuse, mutationRun, readNamed } from "./hostile.ts";

const program = buildExecutorch();

describe("an ExecuTorch program", () => {
  test("says its methods, operators, delegates, ends and constants", () => {
    const { facts, findings } = executorch.describe(memorySource(program, "m.pte"), alone);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      facts.map(({ name, value }) => [name, value]),
      [
        ["format.version", "0"],
        ["metadata", { key: "executorch.method", value: "forward" }],
        ["input", { name: "forward.0", format: "F32" }],
        ["output", { name: "forward.0", format: "no tensor" }],
        ["metadata", { key: "executorch.delegate", value: "XnnpackBackend" }],
        ["tensors.count", 1],
        ["parameters.count", "6"],
        ["dtypes", { F32: "6" }],
        ["operators", { "aten::add.out": "1" }],
      ],
    );
  });

  test("is told by its identifier, and the name promises it", () => {
    const { format, status, holdsWeights } = readNamed("model.bin", program);
    assert.deepEqual([format, status, holdsWeights], ["executorch", "described", true]);
    assert.equal(readNamed("m.pte", new Uint8Array(64)).status, "unverified");
  });

  test("operators of other namespaces are reported once", () => {
    const of = (name: string): readonly string[] =>
      codesOf(
        executorch,
        buildExecutorch({
          operators: [
            [name, "out"],
            [name, "out"],
          ],
        }),
      );
    assert.deepEqual(of("llama::sdpa_with_kv_cache"), ["EXECUTORCH_CUSTOM_OPERATOR"]);
    assert.deepEqual(of("aten2::add"), ["EXECUTORCH_CUSTOM_OPERATOR"]);
    assert.deepEqual(of("add"), ["EXECUTORCH_CUSTOM_OPERATOR"]);
    assert.deepEqual(of("quantized_decomposed::add"), []);
  });

  test("what points nowhere is refused", () => {
    const huge = 2n ** 63n;
    for (const spec of [
      { call: 1 },
      { call: -1 },
      { inputs: [3] },
      { sizes: [-1] },
      { sizes: Array<number>(65).fill(1) },
      { segments: [[0n, 17n]] },
      { segments: [[huge, huge]] },
      { programBytes: huge },
      { segmentBase: huge },
    ] as const) {
      assert.deepEqual(codesOf(executorch, buildExecutorch(spec)), ["FLATBUFFER_INVALID"]);
    }
  });

  test("cut at any byte is refused", () => {
    for (let length = 0; length < program.length; length += 1) {
      assert.ok(describeOrRefuse(executorch, program.subarray(0, length)) instanceof Error, String(length));
    }
  });

  test("10,000 mutations", () => {
    assert.ok(mutationRun(executorch, program, 10_000, 3).slowestMs < 1000);
  });
});
