// SPDX-License-Identifier: Apache-2.0
// The SavedModel reader on sound, hostile and broken models, and on real ones.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { onnxModel } from "../../fixtures/onnx.ts";
import { bytes, concat, number } from "../../fixtures/protobuf.ts";
import { constant, metaGraph, node, savedModel, textAttribute } from "../../fixtures/tensorflow.ts";
import { AibomError } from "../../src/errors.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import { tfSavedModel } from "../../src/formats/tf-saved-model.ts";
import type { FactName } from "../../src/model/fact.ts";
import { codesOf, describeOrRefuse, mutationRun, readNamed } from "./hostile.ts";

const relu = node("relu", "Relu");

function values(read: ReadFile, name: FactName): readonly unknown[] {
  return (read.description?.facts ?? []).filter((fact) => fact.name === name).map((fact) => fact.value);
}

function said(read: ReadFile): readonly string[] {
  return read.findings.map(({ code, severity }) => `${code} ${severity}`);
}

function ofNodes(...nodes: readonly Uint8Array[]): readonly string[] {
  return said(readNamed("saved_model.pb", savedModel({ nodes })));
}

describe("a SavedModel", () => {
  const sample = savedModel({ nodes: [relu, relu], functions: { inner: [node("m", "MatMul")] } });

  it("is described by its operators, version, tags and signatures", () => {
    const read = readNamed("model/saved_model.pb", sample);
    assert.equal(read.format, "tf-savedmodel");
    assert.equal(read.status, "described");
    assert.deepEqual(read.findings, []);
    assert.deepEqual(values(read, "operators"), [{ MatMul: 1, Relu: 2 }]);
    assert.deepEqual(values(read, "producer"), [{ name: "tensorflow", version: "2.21.0" }]);
    assert.deepEqual(values(read, "metadata"), [{ key: "tag", value: "serve" }]);
    assert.deepEqual(values(read, "input"), [{ name: "x", format: "F32[?,4]" }]);
    assert.deepEqual(values(read, "output"), [{ name: "y", format: "F32[?,4]" }]);
    assert.deepEqual(values(read, "format.version"), ["1"]);
  });

  it("is recognised whatever its name is, and is not taken for ONNX or the other way round", () => {
    assert.equal(readNamed("weights.bin", sample).format, "tf-savedmodel");
    assert.equal(readNamed("model.pb", sample).format, "tf-savedmodel");
    const onnx = onnxModel().get("model.onnx") ?? new Uint8Array(0);
    assert.equal(readNamed("weights.bin", onnx).format, "onnx");
  });

  it("is read with its fields in another order, and refused without a graph", () => {
    const reversed = concat(bytes(2, metaGraph({ nodes: [node("f", "PyFunc")] })), number(1, 1));
    assert.deepEqual(said(readNamed("saved_model.pb", reversed)), ["TF_PYTHON_CALLBACK high"]);
    assert.deepEqual(codesOf(tfSavedModel, number(1, 1)), ["TF_NOT_A_MODEL"]);
    assert.equal(readNamed("saved_model.pb", new Uint8Array(20)).status, "unverified");
  });

  it("tells what its operators reach", () => {
    for (const operator of ["PyFunc", "PyFuncStateless", "EagerPyFunc"]) {
      assert.deepEqual(ofNodes(node("f", operator)), ["TF_PYTHON_CALLBACK high"]);
    }
    for (const operator of [
      "WriteFile",
      "CreateSummaryFileWriter",
      "SaveDatasetV2",
      "ExperimentalDatasetToTFRecord",
    ]) {
      assert.deepEqual(ofNodes(node("f", operator)), ["TF_FILE_WRITE high"], operator);
    }
    assert.deepEqual(ofNodes(node("f", "ReadFile")), ["TF_FILE_READ medium"]);
    assert.deepEqual(ofNodes(node("f", "RpcClient")), ["TF_NETWORK medium"]);
    assert.deepEqual(ofNodes(node("f", "EvilOp")), ["TF_CUSTOM_OPERATOR medium"]);
    assert.deepEqual(ofNodes(node("f", "SentencepieceOp")), ["TF_LIBRARY_OPERATOR info"]);
    for (const operator of [
      "SaveV2",
      "RestoreV2",
      "MergeV2Checkpoints",
      "InitializeTableFromTextFileV2",
      "MatMul",
    ]) {
      assert.deepEqual(ofNodes(node("f", operator)), [], operator);
    }
  });

  it("does not take a function of its own for an operator of a library", () => {
    const own = savedModel({ nodes: [node("c", "my_function")], functions: { my_function: [relu] } });
    assert.deepEqual(said(readNamed("saved_model.pb", own)), []);
  });

  it("tells paths of the host, if the graph opens files", () => {
    for (const path of [
      "/etc/shadow",
      "file:///proc/self/environ",
      "/home/a/.ssh/id_rsa",
      "C:\\Windows\\x",
    ]) {
      const name = node("name", "Const", [constant(path)]);
      assert.deepEqual(ofNodes(name, node("r", "RestoreV2")), ["TF_HOST_PATH high"], path);
      assert.deepEqual(ofNodes(name), [], path);
    }
    const vocabulary = node("name", "Const", [constant("/root/project/vocab.txt")]);
    assert.deepEqual(ofNodes(vocabulary, node("r", "InitializeTableFromTextFileV2")), []);
    const print = (stream: string): Uint8Array =>
      node("p", "PrintV2", [textAttribute("output_stream", stream)]);
    assert.deepEqual(ofNodes(print("file:///tmp/x")), ["TF_FILE_WRITE high"]);
    assert.deepEqual(ofNodes(print("stderr")), []);
  });

  it("with bytes behind it is reported", () => {
    assert.deepEqual(codesOf(tfSavedModel, concat(sample, bytes(3, "payload"))), ["TF_UNKNOWN_FIELD"]);
  });

  it("cut short is never clean", () => {
    for (let size = 0; size < sample.length; size += 1) {
      const result = describeOrRefuse(tfSavedModel, sample.subarray(0, size));
      assert.ok(result instanceof AibomError, `cut at ${size}`);
    }
  });

  it("with a name too long or too many kinds of operators is refused", () => {
    assert.deepEqual(codesOf(tfSavedModel, savedModel({ nodes: [node("x".repeat(5000), "Relu")] })), [
      "TF_OVER_LIMIT",
    ]);
    const nodes = Array.from({ length: 10_001 }, (_, index) => node("n", `Op${index}x`));
    assert.deepEqual(codesOf(tfSavedModel, savedModel({ nodes })), ["TF_OVER_LIMIT"]);
  });

  it("ends quickly, whatever is changed", () => {
    const { slowestMs } = mutationRun(tfSavedModel, sample, 10000, 1);
    assert.ok(slowestMs < 1000, `${slowestMs} ms`);
  });

  const corpus = join(import.meta.dirname, "../../../shared/corpora/formats/tf-savedmodel");
  it("from the corpus is judged right", { skip: !existsSync(corpus) }, () => {
    const of = (name: string): ReadFile =>
      readNamed("saved_model.pb", readFileSync(join(corpus, name, "saved_model.pb")));
    assert.deepEqual(said(of("malicious_pyfunc")), ["TF_PYTHON_CALLBACK high"]);
    assert.deepEqual(said(of("safe_savedmodel")), []);
    assert.deepEqual(said(of("ovms_dummy")), []);
    assert.deepEqual(values(of("ovms_dummy"), "producer"), [{ name: "tensorflow", version: "1.15.0" }]);
  });
});
