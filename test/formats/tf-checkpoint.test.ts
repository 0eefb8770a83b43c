// SPDX-License-Identifier: Apache-2.0
// The reader of checkpoint indexes on sound and broken tables.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkpointIndex } from "../../fixtures/tensorflow.ts";
import { AibomError } from "../../src/errors.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import { type CheckpointDetail, tfCheckpoint } from "../../src/formats/tf-checkpoint.ts";
import type { FactName } from "../../src/model/fact.ts";
import { codesOf, describeOrRefuse, mutationRun, readNamed } from "./hostile.ts";

function values(read: ReadFile, name: FactName): readonly unknown[] {
  return (read.description?.facts ?? []).filter((fact) => fact.name === name).map((fact) => fact.value);
}

describe("the index of a checkpoint", () => {
  const variables = [
    { name: "dense/bias", shape: [5] },
    { name: "dense/kernel", shape: [4, 5] },
    { name: "dense/kernel/Adam", shape: [4, 5] },
  ];
  const sample = checkpointIndex({ variables });

  it("is described by its variables, and refers to the data files", () => {
    const read = readNamed("variables/variables.index", sample);
    assert.equal(read.format, "tf-checkpoint");
    assert.deepEqual(read.findings, []);
    assert.deepEqual(values(read, "parameters.count"), ["25"]);
    assert.deepEqual(values(read, "tensors.count"), [3]);
    const detail = read.description?.detail as CheckpointDetail;
    assert.deepEqual(
      detail.tensors.map(({ name, dtype, shape }) => `${name} ${dtype} ${shape.join("x")}`),
      ["dense/bias F32 5", "dense/kernel F32 4x5", "dense/kernel/Adam F32 4x5"],
    );
    assert.deepEqual(read.description?.references[1], {
      path: "variables/variables.data-00000-of-00001",
      offset: 20,
      length: 80,
      member: "dense/kernel",
    });
  });

  it("lies about a variable", () => {
    const lying = checkpointIndex({ variables: [{ name: "w", shape: [4], size: 12 }] });
    assert.deepEqual(codesOf(tfCheckpoint, lying), ["TF_CHECKPOINT_SIZE"]);
  });

  it("is refused if it is broken", () => {
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ["TF_CHECKPOINT_INVALID", new Uint8Array(100)],
      ["TF_CHECKPOINT_INVALID", checkpointIndex({ variables: [...variables].reverse() })],
      ["TF_CHECKPOINT_INVALID", checkpointIndex({ variables: [{ name: "w", shape: [1], shard: 1 }] })],
      ["TF_CHECKPOINT_INVALID", checkpointIndex({ variables: [], shards: 0 })],
      ["TF_CHECKPOINT_UNSUPPORTED", checkpointIndex({ variables, compression: 1 })],
    ];
    for (const [code, broken] of cases) {
      assert.deepEqual(codesOf(tfCheckpoint, broken), [code]);
    }
    for (let size = 0; size < sample.length; size += 1) {
      assert.ok(describeOrRefuse(tfCheckpoint, sample.subarray(0, size)) instanceof AibomError);
    }
  });

  it("ends quickly, whatever is changed", () => {
    const { slowestMs } = mutationRun(tfCheckpoint, sample, 10000, 3);
    assert.ok(slowestMs < 1000, `${slowestMs} ms`);
  });
});
