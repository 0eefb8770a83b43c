// SPDX-License-Identifier: Apache-2.0
// Scripts that hold a model as one string: what is in it is found, programs are left alone, and nothing is run.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import { mutate, readNamed, seededRandom } from "./hostile.ts";

/** As browserify and terser leave it. */
function moduleOf(bytes: Uint8Array, before = '!function(){module.exports="', after = '"}();'): Buffer {
  return Buffer.from(before + Buffer.from(bytes).toString("base64") + after);
}

function read(bytes: Uint8Array, path = "model.min.js"): ReadFile {
  return readNamed(path, bytes);
}

const noise = randomBytes(100_000);

test("shards of TensorFlow.js are weights; the same string under another name is only told", () => {
  const shard = read(moduleOf(noise), "models/group1-shard1of2.min.js");
  assert.deepEqual([shard.format, shard.status, shard.holdsWeights], ["base64-module", "described", true]);
  assert.deepEqual(
    shard.findings.map(({ code, severity }) => [code, severity]),
    [["BASE64_MODULE", "info"]],
  );
  assert.equal(shard.findings[0]?.args["bytes"], noise.length);
  const other = read(moduleOf(noise));
  assert.deepEqual([other.format, other.holdsWeights], ["base64-module", false]);
});

test("a model in the string is read like any file, and so is a pickle", () => {
  const model = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [20_000] } } });
  const found = read(moduleOf(model));
  assert.equal(found.holdsWeights, true);
  assert.ok(found.description?.facts.some(({ name }) => name === "parameters.count"));
  const pickle = Buffer.concat([Buffer.from("cos\nsystem\n(S'id'\ntR."), Buffer.alloc(100_000)]);
  assert.ok(read(moduleOf(pickle)).findings.some(({ code }) => code === "PICKLE_DANGEROUS_IMPORT"));
});

test("programs, short strings and other names are not looked at", () => {
  const program = Buffer.from("const a = 1;\n".repeat(20_000));
  for (const [bytes, path] of [
    [program, "app.js"],
    [moduleOf(noise.subarray(0, 20_000)), "icon.js"],
    [moduleOf(noise), "notes.txt"],
    [Buffer.concat([moduleOf(noise), program]), "app.js"],
  ] as const) {
    assert.equal(read(bytes, path).format, "file", path);
  }
});

test("1,500 damaged modules end", () => {
  const random = seededRandom(7);
  const good = moduleOf(noise.subarray(0, 50_000));
  for (let round = 0; round < 1500; round++) {
    const { status } = read(mutate(good, random));
    assert.ok(["described", "opaque", "unverified"].includes(status));
  }
});
