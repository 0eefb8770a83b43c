// SPDX-License-Identifier: Apache-2.0
// The reader of keras_metadata.pb, which TensorFlow wrote beside SavedModels.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildKerasMetadata, oldLayer, oldSequential } from "../../fixtures/keras.ts";
import { bytes, concat } from "../../fixtures/protobuf.ts";
import { kerasMetadata } from "../../src/formats/keras-metadata.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import type { FactName } from "../../src/model/fact.ts";
import { codesOf, mutationRun, readNamed } from "./hostile.ts";

function values(read: ReadFile, name: FactName): readonly unknown[] {
  return (read.description?.facts ?? []).filter((fact) => fact.name === name).map((fact) => fact.value);
}

function said(read: ReadFile): readonly string[] {
  return read.findings.map(({ code, severity, args }) => {
    const { reference, layer: name, path, operation } = args;
    return [code, severity, reference ?? operation ?? path ?? name ?? ""].join(" ");
  });
}

describe("keras_metadata.pb", () => {
  it("is read as the configuration of the model and its layers", () => {
    const bytesOf = buildKerasMetadata(oldSequential(oldLayer("Dense"), oldLayer("Mine")), [
      oldLayer("Mine"),
    ]);
    const read = readNamed("model/keras_metadata.pb", bytesOf);
    assert.equal(read.format, "keras-metadata");
    assert.deepEqual(values(read, "architecture.class"), ["Sequential"]);
    assert.deepEqual(values(read, "layer_types"), [{ Dense: 1, Mine: 1 }]);
    assert.deepEqual(said(read), ["KERAS_CUSTOM_CODE medium Mine"]);
  });

  it("with a field more or a broken text is not clean", () => {
    const good = buildKerasMetadata(oldSequential(oldLayer("Dense")));
    assert.deepEqual(codesOf(kerasMetadata, concat(good, bytes(9, "payload"))), ["TF_UNKNOWN_FIELD"]);
    const broken = readNamed("keras_metadata.pb", bytes(1, bytes(3, "root"), bytes(5, "{")));
    assert.equal(broken.status, "unverified");
    const { slowestMs } = mutationRun(kerasMetadata, good, 10_000, 3);
    assert.ok(slowestMs < 1000);
  });
});
