// SPDX-License-Identifier: Apache-2.0
// Raw Snappy blocks.

import assert from "node:assert/strict";
import test from "node:test";
import { snappyLiterals } from "../../fixtures/avro.ts";
import { unpackSnappy } from "../../src/bytes/snappy.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

test("literals of all lengths", () => {
  const plain = Buffer.from("a".repeat(60) + "b".repeat(300));
  // Lengths in the tag, in one byte, and in two.
  const packed = Buffer.concat([
    Buffer.from([0xe8, 0x02, 59 << 2]),
    plain.subarray(0, 60),
    Buffer.from([60 << 2, 99]),
    plain.subarray(60, 160),
    Buffer.from([61 << 2, 199, 0]),
    plain.subarray(160),
  ]);
  const { bytes, state, consumed } = unpackSnappy(packed, 1000);
  assert.deepEqual([text(bytes), state, consumed], [text(plain), "end", packed.length]);
});

test("copies with one, two and four bytes of distance; they may overlap what they write", () => {
  const packed = Buffer.from([
    20,
    ...[2 << 2, 0x61, 0x62, 0x63],
    // 5 bytes from 3 back, 6 from 8 back, 6 from 1 back.
    ...[(1 << 2) | 1, 3],
    ...[(5 << 2) | 2, 8, 0],
    ...[(5 << 2) | 3, 1, 0, 0, 0],
  ]);
  const { bytes, state } = unpackSnappy(packed, 1000);
  assert.deepEqual([text(bytes), state], ["abcabcababcabccccccc", "end"]);
});

test("what is wrong is broken: no length, other lengths, copies of nothing, a cut", () => {
  const good = snappyLiterals(Buffer.from("hello"));
  assert.equal(unpackSnappy(good, 100).state, "end");
  for (const bad of [
    [],
    [0x80],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0],
    [0xff, 0xff, 0xff, 0xff, 0x7f],
    [6, ...good.subarray(1)],
    [4, ...good.subarray(1)],
    [4, (0 << 2) | 1, 0],
    [4, (0 << 2) | 1, 1],
    [1, 63 << 2, 0xff, 0xff, 0xff, 0xff, 0x61],
    [1, 63 << 2],
    [4, 3],
  ]) {
    assert.equal(unpackSnappy(Uint8Array.from(bad), 100).state, "broken", String(bad));
  }
  for (let length = 0; length < good.length; length += 1) {
    assert.equal(unpackSnappy(good.subarray(0, length), 100).state, "broken");
  }
  assert.equal(unpackSnappy(good, 4).state, "limit");
  const claims = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0x61]);
  assert.equal(unpackSnappy(claims, 2 ** 28).state, "broken");
});

test("10,000 changes give a result", () => {
  const random = seededRandom(5);
  const sample = Buffer.from([20, 8, 0x61, 0x62, 0x63, 5, 3, 22, 8, 0, 23, 1, 0, 0, 0]);
  for (let round = 0; round < 10_000; round += 1) {
    assert.ok(unpackSnappy(mutate(sample, random), 1000).bytes.length <= 1000);
  }
});
