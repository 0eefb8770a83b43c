// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { flatTable } from "../../fixtures/flatbuffer.ts";
import { buildTflite, builtinCode, customCode } from "../../fixtures/tflite.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { tflite } from "../../src/formats/tflite.ts";
import type { Fact } from "../../src/model/fact.ts";
import { corpus } from "../corpora.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

function values(facts: readonly Fact[], name: string): readonly unknown[] {
  return facts.filter((each) => each.name === name).map((each) => each.value);
}

describe("a TFLite model", () => {
  test("says its operators, tensors, ends and metadata", () => {
    const { facts, findings } = tflite.describe(memorySource(buildTflite(), "m.tflite"), alone);
    assert.deepEqual(findings, []);
    assert.deepEqual(values(facts, "format.version"), ["3"]);
    assert.deepEqual(values(facts, "description"), ["A tiny model", "Adds"]);
    assert.deepEqual(values(facts, "license"), ["Apache-2.0"]);
    assert.deepEqual(values(facts, "version"), ["2.1"]);
    assert.deepEqual(values(facts, "parameters.count"), ["6"]);
    assert.deepEqual(values(facts, "dtypes"), [{ FLOAT32: "6" }]);
    assert.deepEqual(values(facts, "operators"), [{ ADD: "1" }]);
    assert.deepEqual(values(facts, "input"), [{ name: "x", format: "FLOAT32" }]);
  });

  test("is told by its identifier", () => {
    assert.equal(readNamed("anything.bin", buildTflite()).format, "tflite");
    assert.equal(readNamed("m.tflite", new Uint8Array(64)).status, "unverified");
  });

  test("operators beyond 127 stand in the new field", () => {
    const bytes = buildTflite({ codes: [builtinCode(150)] });
    const { facts } = tflite.describe(memorySource(bytes, "m.tflite"), alone);
    assert.deepEqual(values(facts, "operators"), [{ GELU: "1" }]);
  });

  test("custom operators are reported, those that reach the host gravely, Flex alone is not", () => {
    const codes = (name: string): readonly string[] =>
      codesOf(tflite, buildTflite({ codes: [customCode(name)] }));
    assert.deepEqual(codes("MyOp"), ["TFLITE_CUSTOM_OPERATOR"]);
    assert.deepEqual(codes("FlexPyFunc"), ["TFLITE_HOST_OPERATOR"]);
    assert.deepEqual(codes("FlexWriteFile"), ["TFLITE_HOST_OPERATOR"]);
    assert.deepEqual(codes("FlexAddV2"), []);
  });
});

describe("a hostile TFLite model", () => {
  const buffers = (offset: bigint, size: bigint) => [
    flatTable(),
    flatTable(undefined, { i64: offset }, { i64: size }),
    flatTable(),
  ];
  const cases = {
    "an operator without a code": { operator: 7 },
    "a tensor without a buffer": { buffer: 9 },
    "a negative dimension": { shape: [-1] },
    "too many dimensions": { shape: Array.from({ length: 65 }, () => 1) },
    "an input that is no tensor": { inputs: [5] },
    "a buffer behind the file": { buffers: buffers(2n ** 40n, 1n) },
    "a buffer whose size wraps": { buffers: buffers(16n, -1n) },
  };
  for (const [name, spec] of Object.entries(cases)) {
    test(`${name} is refused`, () => {
      assert.deepEqual(codesOf(tflite, buildTflite(spec)), ["FLATBUFFER_INVALID"]);
    });
  }

  test("sizes of tensors do not wrap", () => {
    const bytes = buildTflite({ shape: [2 ** 30, 2 ** 30, 2 ** 30] });
    const { facts } = tflite.describe(memorySource(bytes, "m.tflite"), alone);
    assert.deepEqual(values(facts, "parameters.count"), [(2n ** 90n).toString()]);
  });

  test("cut anywhere before its end it is refused", () => {
    const whole = buildTflite();
    for (let length = 0; length < whole.length - 8; length += 1) {
      assert.equal(codesOf(tflite, whole.subarray(0, length)).length, 1, `cut at ${length}`);
    }
  });

  test("10,000 mutations end in a description or an error", () => {
    const { refused, slowestMs } = mutationRun(tflite, buildTflite(), 10_000, 14);
    assert.ok(refused > 0);
    assert.ok(slowestMs < 2000);
  });
});

const samples = corpus("formats/tflite");
test("the samples of the corpus", { skip: samples.missing }, () => {
  for (const name of ["ovms_dummy.tflite", "simple_add_model.tflite"]) {
    const source = memorySource(readFileSync(`${samples.path}/${name}`), name);
    const { facts, findings } = tflite.describe(source, alone);
    assert.deepEqual(findings, []);
    assert.deepEqual(values(facts, "operators"), [{ ADD: "1" }]);
  }
});
