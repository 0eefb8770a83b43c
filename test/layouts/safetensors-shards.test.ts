// SPDX-License-Identifier: Apache-2.0
// Shards and their index: the fixture is clean, each way to break it is caught.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildSafetensors, safetensorsModel } from "../../fixtures/safetensors.ts";
import { safetensorsShards } from "../../src/layouts/safetensors-shards.ts";
import { memoryDirectory } from "./memory-directory.ts";

const indexPath = "model.safetensors.index.json";
const shard1 = "model-00001-of-00002.safetensors";
const shard2 = "model-00002-of-00002.safetensors";

type Tree = Map<string, Uint8Array>;
type Index = { metadata?: Record<string, unknown>; weight_map: Record<string, unknown> };

function codes(change: (tree: Tree) => void): readonly string[] {
  const tree = new Map(safetensorsModel());
  change(tree);
  const { findings } = safetensorsShards.describe(memoryDirectory(tree));
  return findings.map(({ code }) => code);
}

function withIndex(change: (index: Index) => void): (tree: Tree) => void {
  return (tree) => {
    const index = JSON.parse(new TextDecoder().decode(tree.get(indexPath))) as Index;
    change(index);
    tree.set(indexPath, new TextEncoder().encode(JSON.stringify(index)));
  };
}

function remove(path: string): (tree: Tree) => void {
  return (tree) => void tree.delete(path);
}

test("a complete model has no finding, also in a subdirectory", () => {
  assert.deepEqual(
    codes(() => {}),
    [],
  );
  const nested = new Map([...safetensorsModel()].map(([path, bytes]) => [`unet/${path}`, bytes]));
  assert.deepEqual(safetensorsShards.describe(memoryDirectory(nested)).findings, []);
});

test("a directory without shards has nothing to say", () => {
  const { facts, findings, unverified } = safetensorsShards.describe(memoryDirectory(new Map()));
  assert.deepEqual([facts, findings, unverified], [[], [], []]);
});

const small = buildSafetensors({ tensors: { x: { dtype: "U8", shape: [4] } } });

const attacks: readonly (readonly [name: string, change: (tree: Tree) => void, expected: string])[] = [
  ["a missing shard", remove(shard2), "SHARD_MISSING"],
  [
    "a missing shard without an index",
    (tree) => {
      tree.delete(indexPath);
      tree.delete(shard1);
    },
    "SHARD_MISSING",
  ],
  ["an exchanged shard", (tree) => tree.set(shard2, small), "SHARD_TENSOR_MISSING"],
  ["a tensor more than mapped", (tree) => tree.set(shard2, small), "SHARD_TENSOR_UNMAPPED"],
  [
    "a tensor mapped elsewhere",
    withIndex((index) => Object.assign(index.weight_map, { "lm_head.weight": shard1 })),
    "SHARD_TENSOR_MISSING",
  ],
  [
    "a lying total",
    withIndex((index) => Object.assign(index.metadata ?? {}, { total_size: 1 })),
    "SHARD_TOTAL_SIZE_MISMATCH",
  ],
  [
    "a total as text",
    withIndex((index) => Object.assign(index.metadata ?? {}, { total_size: "1" })),
    "SHARD_INDEX_MALFORMED",
  ],
  [
    "an absolute path",
    withIndex((index) => Object.assign(index.weight_map, { x: "/etc/passwd" })),
    "SHARD_PATH_UNSAFE",
  ],
  [
    "a parent directory",
    withIndex((index) => Object.assign(index.weight_map, { x: "../secret.safetensors" })),
    "SHARD_PATH_UNSAFE",
  ],
  [
    "a back slash",
    withIndex((index) => Object.assign(index.weight_map, { x: "a\\b.safetensors" })),
    "SHARD_PATH_UNSAFE",
  ],
  [
    "a shard that is a number",
    withIndex((index) => Object.assign(index.weight_map, { x: 1 })),
    "SHARD_INDEX_MALFORMED",
  ],
  ["an empty map", withIndex((index) => Object.assign(index, { weight_map: {} })), "SHARD_INDEX_MALFORMED"],
  ["no map", withIndex((index) => Object.assign(index, { weight_map: [] })), "SHARD_INDEX_MALFORMED"],
  ["an index that is no JSON", (tree) => tree.set(indexPath, Uint8Array.of(1)), "JSON_INVALID"],
  [
    "a duplicate tensor in the map",
    (tree) =>
      tree.set(indexPath, new TextEncoder().encode(`{"weight_map":{"a":"${shard1}","a":"${shard2}"}}`)),
    "JSON_DUPLICATE_KEY",
  ],
  [
    "a shard of another format",
    (tree) => tree.set(shard1, Uint8Array.of(0x50, 0x4b, 3, 4, 0x7b)),
    "SHARD_WRONG_FORMAT",
  ],
  [
    "a planted shard of the set",
    (tree) => tree.set("model-00003-of-00002.safetensors", small),
    "SHARD_NOT_IN_INDEX",
  ],
  [
    "a planted set beside the index",
    (tree) => tree.set("other-00001-of-00001.safetensors", small),
    "SHARD_NOT_IN_INDEX",
  ],
];

for (const [name, change, expected] of attacks) {
  test(`catches ${name}`, () => {
    const found = codes(change);
    assert.ok(found.includes(expected), `${found.join(" ") || "clean"}, expected ${expected}`);
  });
}

test("a malformed index is unverified", () => {
  const tree = new Map([...safetensorsModel(), [indexPath, Uint8Array.of(0x7b)]]);
  assert.deepEqual(safetensorsShards.describe(memoryDirectory(tree)).unverified, [indexPath]);
});

test("any index ends in findings, never in an exception", () => {
  const tree = new Map(safetensorsModel());
  fc.assert(
    fc.property(fc.json(), (text) => {
      tree.set(indexPath, new TextEncoder().encode(text));
      safetensorsShards.describe(memoryDirectory(tree));
    }),
    { numRuns: 100 },
  );
});
