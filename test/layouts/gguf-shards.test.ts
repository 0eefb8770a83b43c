// SPDX-License-Identifier: Apache-2.0
// GGUF shards: a complete set is clean, each way to break it is caught.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGguf, type GgufSpecValue } from "../../fixtures/gguf.ts";
import { ggufShards } from "../../src/layouts/gguf-shards.ts";
import { memoryDirectory } from "./memory-directory.ts";

interface ShardSpec {
  readonly number: number;
  readonly count?: number;
  readonly tensors?: readonly string[];
  readonly total?: number;
  readonly architecture?: string;
}

function shard({ number, count = 3, tensors = [], total = 2, architecture }: ShardSpec): Uint8Array {
  const metadata: (readonly [string, GgufSpecValue])[] = [
    ["split.no", ["u16", number]],
    ["split.count", ["u16", count]],
    ["split.tensors.count", ["i32", total]],
  ];
  if (architecture !== undefined) {
    metadata.push(["general.architecture", ["string", architecture]]);
  }
  return buildGguf({
    metadata,
    tensors: tensors.map((name) => ({ name, type: "F32", dimensions: [8] })),
  });
}

const names = [1, 2, 3].map((number) => `big/m-0000${number}-of-00003.gguf`);

/** A set of three: the first holds keys only. */
function codes(changes: Readonly<Record<number, Uint8Array | undefined>> = {}): readonly string[] {
  const shards = [
    shard({ number: 0, architecture: "llama" }),
    shard({ number: 1, tensors: ["a"] }),
    shard({ number: 2, tensors: ["b"] }),
  ];
  const tree = new Map<string, Uint8Array>();
  for (const [index, name] of names.entries()) {
    const bytes = index in changes ? changes[index] : shards[index];
    if (bytes !== undefined) {
      tree.set(name, bytes);
    }
  }
  return ggufShards.describe(memoryDirectory(tree)).findings.map(({ code }) => code);
}

test("a complete set has no finding", () => {
  assert.deepEqual(codes(), []);
});

const attacks: readonly (readonly [string, Record<number, Uint8Array | undefined>, string])[] = [
  ["a missing shard", { 1: undefined }, "SHARD_MISSING"],
  ["a missing last shard", { 2: undefined }, "SHARD_MISSING"],
  [
    "a shard of another set size",
    { 2: shard({ number: 2, count: 4, tensors: ["b"] }) },
    "GGUF_SHARD_COUNT_MISMATCH",
  ],
  ["a shard in another's place", { 2: shard({ number: 1, tensors: ["b"] }) }, "GGUF_SHARD_COUNT_MISMATCH"],
  ["a shard that is no shard", { 2: buildGguf({}) }, "GGUF_SHARD_COUNT_MISMATCH"],
  ["a tensor twice", { 2: shard({ number: 2, tensors: ["a"] }) }, "GGUF_SHARD_DUPLICATE_TENSOR"],
  [
    "another architecture",
    { 2: shard({ number: 2, tensors: ["b"], architecture: "bert" }) },
    "GGUF_SHARD_FOREIGN",
  ],
  ["a lying total", { 2: shard({ number: 2, tensors: ["b"], total: 9 }) }, "GGUF_SHARD_TENSORS_MISMATCH"],
  ["a missing tensor", { 2: shard({ number: 2 }) }, "GGUF_SHARD_TENSORS_MISMATCH"],
];

for (const [name, changes, expected] of attacks) {
  test(`catches ${name}`, () => {
    const found = codes(changes);
    assert.ok(found.includes(expected), `${found.join(" ") || "clean"}, expected ${expected}`);
  });
}

test("a renamed shard is found", () => {
  const tree = new Map([["model.gguf", shard({ number: 1, tensors: ["a"] })]]);
  const { findings } = ggufShards.describe(memoryDirectory(tree));
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["SHARD_MISSING"],
  );
});

test("names that promise 99,999 shards and names made for slow expressions cost nothing", {
  timeout: 5000,
}, () => {
  const tree = new Map<string, Uint8Array>();
  for (let index = 0; index < 500; index += 1) {
    tree.set(`${index}-00001-of-99999.gguf`, new Uint8Array(0));
  }
  tree.set(`${"a-".repeat(50_000)}00001-of-00001.gguf!`, new Uint8Array(0));
  assert.ok(ggufShards.describe(memoryDirectory(tree)).findings.length > 0);
});
