// SPDX-License-Identifier: Apache-2.0
// TensorFlow.js models: topology, weights, shards.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonFile } from "../../fixtures/hugging-face.ts";
import { lambdaCode, layer, sequential } from "../../fixtures/keras.ts";
import { tfjsDocument, tfjsGraph } from "../../fixtures/tfjs.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import { tfjs } from "../../src/formats/tfjs.ts";
import { codesOf, describeOrRefuse, mutationRun, readNamed } from "./hostile.ts";

function read(document: unknown, path = "web/model.json"): ReadFile {
  return readNamed(path, jsonFile(document));
}

function values({ description }: ReadFile, name: string): readonly unknown[] {
  return (description?.facts ?? []).filter((fact) => fact.name === name).map(({ value }) => value);
}

const codes = ({ findings }: Pick<ReadFile, "findings">): readonly string[] =>
  findings.map(({ code }) => code);

function withWeights(...weights: readonly unknown[]): Record<string, unknown> {
  return tfjsDocument({ weightsManifest: [{ paths: ["a.bin"], weights }] });
}

describe("a TensorFlow.js model", () => {
  it("of Keras has layers, weights as they are stored, and who wrote it", () => {
    const described = read(tfjsDocument());
    assert.equal(described.format, "tfjs");
    assert.equal(described.holdsWeights, true);
    assert.deepEqual(codes(described), []);
    assert.deepEqual(values(described, "parameters.count"), ["8"]);
    assert.deepEqual(values(described, "tensors.count"), [2]);
    assert.deepEqual(values(described, "dtypes"), [{ F32: "6", U16: "2" }]);
    assert.deepEqual(values(described, "layer_types"), [{ Dense: 1 }]);
    assert.deepEqual(values(described, "architecture.class"), ["Sequential"]);
    assert.deepEqual(values(described, "producer"), [
      { name: "keras", version: "2.15.0" },
      { name: "TensorFlow.js Converter", version: "4.22.0" },
    ]);
  });

  it("of a graph has operators, inputs and outputs", () => {
    const described = read(tfjsGraph("Placeholder", "MatMul", "MatMul"));
    assert.deepEqual(values(described, "operators"), [{ MatMul: "2", Mul: "1", Placeholder: "1" }]);
    assert.deepEqual(values(described, "input"), [{ name: "image", format: "float" }]);
    assert.deepEqual(values(described, "output"), [{ name: "probabilities", format: "float" }]);
    assert.deepEqual(codes(described), []);
    for (const operator of ["MyOwnOp", "PyFunc", "WriteFile"]) {
      assert.deepEqual(codes(read(tfjsGraph("MatMul", operator))), ["TFJS_CUSTOM_OPERATOR"], operator);
    }
  });

  it("is known by its first bytes under any name, and other JSON is none", () => {
    assert.equal(read(tfjsDocument(), "other.json").format, "tfjs");
    assert.equal(read([{ paths: ["a.bin"], weights: [] }], "net-weights_manifest.json").format, "tfjs");
    assert.notEqual(read({ architectures: ["A"] }).format, "tfjs");
    assert.notEqual(read([1, 2]).format, "tfjs");
    assert.notEqual(read({ weightsManifest: 1 }).format, "tfjs");
    assert.equal(read(sequential(layer("Dense"))).format, "keras-config");
  });

  it("with a Lambda is judged as any Keras model", () => {
    const evil = sequential(layer("Lambda", { function: lambdaCode("os", "system") }));
    assert.deepEqual(codes(read(tfjsDocument({ modelTopology: { model_config: evil } }))), [
      "KERAS_LAMBDA_CODE",
    ]);
    assert.deepEqual(codes(read(tfjsDocument({ modelTopology: evil }))), ["KERAS_LAMBDA_CODE"]);
  });

  it("names shards beside itself only", () => {
    for (const path of ["../../etc/passwd", "/etc/passwd", "https://evil.example/x.bin", ""]) {
      const described = read(tfjsDocument({ weightsManifest: [{ paths: [path], weights: [] }] }));
      assert.deepEqual(codes(described), ["TFJS_WEIGHTS_PATH"], path);
    }
    const inside = read(tfjsDocument({ weightsManifest: [{ paths: ["./a/../b/w.bin"], weights: [] }] }));
    assert.deepEqual(codes(inside), []);
    assert.equal(inside.description?.references[0]?.path, "web/b/w.bin");
  });

  it("with weights that cannot be is refused", () => {
    const good = { name: "w", shape: [2], dtype: "float32" };
    for (const weight of [
      { ...good, name: 1 },
      { ...good, shape: [-1] },
      { ...good, shape: [1.5] },
      { ...good, shape: [2 ** 53] },
      { ...good, shape: 2 },
      { ...good, dtype: "__proto__" },
      { ...good, quantization: { dtype: "uint3" } },
      1,
    ]) {
      assert.deepEqual(
        codesOf(tfjs, jsonFile(withWeights(weight))),
        ["TFJS_INVALID"],
        JSON.stringify(weight),
      );
    }
    assert.deepEqual(codesOf(tfjs, jsonFile(withWeights({ ...good, shape: Array(300).fill(1) }))), [
      "TFJS_OVER_LIMIT",
    ]);
    assert.deepEqual(codesOf(tfjs, jsonFile(tfjsDocument({ weightsManifest: [{}] }))), ["TFJS_INVALID"]);
    assert.deepEqual(codesOf(tfjs, jsonFile({})), ["TFJS_INVALID"]);
    const huge = withWeights({ ...good, shape: [2 ** 52, 2 ** 52] });
    assert.deepEqual(codesOf(tfjs, jsonFile(huge)), []);
    assert.deepEqual(codesOf(tfjs, jsonFile(withWeights({ ...good, dtype: "string" }))), []);
  });

  it("cut at any byte is an error", () => {
    const bytes = jsonFile(tfjsDocument());
    for (let length = 0; length < bytes.length - 2; length += 1) {
      assert.ok(describeOrRefuse(tfjs, bytes.subarray(0, length)) instanceof Error, String(length));
    }
  });

  it("survives 10,000 mutations", () => {
    const { slowestMs } = mutationRun(tfjs, jsonFile(tfjsGraph("MatMul")), 10_000, 11);
    assert.ok(slowestMs < 1000);
  });
});
