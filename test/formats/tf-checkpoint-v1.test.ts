// SPDX-License-Identifier: Apache-2.0
// Checkpoints of TensorFlow's first version: variables counted, values that are missing or were added told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkpointV1 } from "../../fixtures/tensorflow.ts";
import { tfCheckpointV1 } from "../../src/formats/tf-checkpoint-v1.ts";
import { codesOf, mutationRun, readNamed } from "./hostile.ts";

const variables = [
  { name: "global_step", shape: [], type: 9 },
  { name: "layer/bias", shape: [4] },
  { name: "layer/kernel", shape: [3, 4] },
  { name: "layer/kernel/Adam", shape: [3, 4] },
];
const good = checkpointV1(variables);

test("parameters are those of the model, tensors all", () => {
  const { format, status, holdsWeights, description } = readNamed("model.ckpt", good);
  assert.deepEqual([format, status, holdsWeights], ["tf-checkpoint-v1", "described", true]);
  const facts = new Map(description?.facts.map(({ name, value }) => [name, value]));
  assert.equal(facts.get("parameters.count"), "16");
  assert.equal(facts.get("tensors.count"), 4);
});

test("a variable without values, and values without a variable", () => {
  assert.deepEqual(codesOf(tfCheckpointV1, checkpointV1(variables, ["layer/bias"])), [
    "TF_CHECKPOINT_INVALID",
  ]);
  const renamed = Buffer.from(
    Buffer.from(good).toString("latin1").replace("layer/bias", "layer/evil"),
    "latin1",
  );
  assert.deepEqual(codesOf(tfCheckpointV1, renamed), ["TF_CHECKPOINT_INVALID"]);
  const twice = checkpointV1([...variables.slice(0, 2), ...variables.slice(1)]);
  assert.deepEqual(codesOf(tfCheckpointV1, twice), ["TF_CHECKPOINT_INVALID"]);
});

test("each cut is refused, and 10,000 mutations end", () => {
  for (let length = 0; length < good.length; length += 1) {
    const cut = readNamed("model.ckpt", good.subarray(0, length));
    assert.notEqual(cut.status, "described", String(length));
  }
  const { slowestMs } = mutationRun(tfCheckpointV1, good, 10_000, 11);
  assert.ok(slowestMs < 1000, `${slowestMs} ms`);
});
