// SPDX-License-Identifier: Apache-2.0
// The reader of frozen graphs and meta graphs, which have no magic: what they are, and what they are not.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytes, concat } from "../../fixtures/protobuf.ts";
import { constant, graph, metaGraph, node } from "../../fixtures/tensorflow.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import { tfGraph } from "../../src/formats/tf-graph.ts";
import type { FactName } from "../../src/model/fact.ts";
import { codesOf, mutationRun, readNamed } from "./hostile.ts";

const relu = node("relu", "Relu");

function values(read: ReadFile, name: FactName): readonly unknown[] {
  return (read.description?.facts ?? []).filter((fact) => fact.name === name).map((fact) => fact.value);
}

function said(read: ReadFile): readonly string[] {
  return read.findings.map(({ code, severity }) => `${code} ${severity}`);
}

describe("a graph on its own", () => {
  const frozen = graph({
    nodes: [node("w", "Const", [constant([4, 5])]), node("s", "Const", [constant("x")]), relu],
  });

  it("holds its weights as constants", () => {
    const read = readNamed("frozen_inference_graph.pb", frozen);
    assert.equal(read.format, "tf-graph");
    assert.deepEqual(read.findings, []);
    assert.deepEqual(values(read, "parameters.count"), ["20"]);
    assert.deepEqual(values(read, "dtypes"), [{ F32: "20" }]);
  });

  it("or is the meta graph of a checkpoint", () => {
    const read = readNamed("model.ckpt.meta", metaGraph({ nodes: [relu, node("f", "WriteFile")] }));
    assert.equal(read.format, "tf-metagraph");
    assert.deepEqual(said(read), ["TF_FILE_WRITE high"]);
  });

  it("is not any protobuf or text", () => {
    const others = [
      concat(bytes(1, bytes(1, "name"), bytes(2, "value"))),
      concat(bytes(1, bytes(1, bytes(1, "entity")), bytes(2, "x"))),
      new TextEncoder().encode("\nsome text\n"),
      bytes(1, bytes(1, "piece"), Uint8Array.of(0x15, 0, 0, 0, 0)),
    ];
    for (const other of others) {
      const read = readNamed("registry.pb", other);
      assert.equal(read.format, "file");
      assert.deepEqual(read.findings, []);
    }
    assert.deepEqual(codesOf(tfGraph, bytes(4, "x")), ["TF_NOT_A_MODEL"]);
  });

  it("ends quickly, whatever is changed", () => {
    const { slowestMs } = mutationRun(tfGraph, frozen, 10000, 2);
    assert.ok(slowestMs < 1000, `${slowestMs} ms`);
  });
});
