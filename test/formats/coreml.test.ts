// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coremlCustomLayer, coremlDescription, coremlModel, coremlNetwork } from "../../fixtures/coreml.ts";
import { bytes, concat, number } from "../../fixtures/protobuf.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { coreml } from "../../src/formats/coreml.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

const model = (kind: number, ...body: readonly Uint8Array[]): Uint8Array =>
  concat(number(1, 7), bytes(kind, ...body));

describe("a Core ML model", () => {
  test("says its kind, version, metadata and features", () => {
    const { facts, findings } = coreml.describe(memorySource(coremlNetwork(), "m.mlmodel"), alone);
    assert.deepEqual(findings, []);
    const values = (name: string): unknown[] =>
      facts.filter((each) => each.name === name).map((each) => each.value);
    assert.deepEqual(values("format.version"), ["7"]);
    assert.deepEqual(values("architecture.family"), ["neuralNetwork"]);
    assert.deepEqual(values("license"), ["Apache-2.0"]);
    assert.deepEqual(values("author"), ["Ada"]);
    assert.deepEqual(values("producer"), [{ name: "coremltools", version: "8.1" }]);
    assert.deepEqual(values("metadata"), [{ key: "team", value: "vision" }]);
    assert.deepEqual(values("input"), [{ name: "x", format: "feature" }]);
    assert.deepEqual(values("layer_types"), [{ neuralNetwork: "1" }]);
  });

  test("is told by its name and first byte", () => {
    assert.equal(readNamed("m.mlmodel", coremlNetwork()).format, "coreml");
    assert.equal(readNamed("m.mlmodel", new TextEncoder().encode("text")).status, "unverified");
  });

  test("custom models and layers are code of the app", () => {
    assert.deepEqual(codesOf(coreml, coremlCustomLayer()), ["COREML_CUSTOM_CODE"]);
    assert.deepEqual(codesOf(coreml, model(555, bytes(10, "Evil"))), ["COREML_CUSTOM_CODE"]);
    const inPipeline = model(200, bytes(1, bytes(1, model(555, bytes(10, "Evil")))));
    assert.deepEqual(codesOf(coreml, inPipeline), ["COREML_CUSTOM_CODE"]);
  });

  test("a linked model is named", () => {
    const linked = model(556, bytes(1, bytes(1, bytes(1, "../other.mlmodelc")), bytes(2, bytes(1, "/tmp"))));
    const { findings } = coreml.describe(memorySource(linked, "m.mlmodel"), alone);
    assert.deepEqual(
      findings.map(({ code, args }) => [code, args["target"]]),
      [["COREML_LINKED_MODEL", "../other.mlmodelc in /tmp"]],
    );
  });

  test("what no model is, is refused", () => {
    assert.deepEqual(
      codesOf(coreml, concat(number(1, 7), coremlDescription())),
      ["COREML_INVALID"],
      "no kind",
    );
    assert.deepEqual(codesOf(coreml, bytes(500)), ["COREML_INVALID"], "no version");
    assert.deepEqual(codesOf(coreml, concat(coremlModel(500), bytes(900))), ["COREML_INVALID"], "two kinds");
    let nested = model(900);
    for (let depth = 0; depth < 10; depth += 1) {
      nested = model(202, bytes(1, nested));
    }
    assert.deepEqual(codesOf(coreml, nested), ["COREML_INVALID"], "too deep");
  });
});

describe("a hostile Core ML model", () => {
  test("cut anywhere it is refused or lacks its kind", () => {
    const whole = coremlCustomLayer();
    for (let length = 0; length < whole.length; length += 1) {
      assert.equal(codesOf(coreml, whole.subarray(0, length)).length, 1, `cut at ${length}`);
    }
  });

  test("10,000 mutations end in a description or an error", () => {
    const { refused, slowestMs } = mutationRun(coreml, coremlCustomLayer(), 10_000, 12);
    assert.ok(refused > 0);
    assert.ok(slowestMs < 2000);
  });
});
