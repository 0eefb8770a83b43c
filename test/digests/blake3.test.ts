// SPDX-License-Identifier: Apache-2.0
// Expected values come from the reference implementation in Rust, for its own test input: bytes 0 to 250,
// repeated.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHasher, type Hasher } from "../../src/digests/hasher.ts";

const vectors = [
  [0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
  [1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"],
  [1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"],
  [1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"],
  [1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"],
  [2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"],
  [2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"],
  [31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"],
  [102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"],
] as const;

/** The digest of 32 bytes, written between other bytes that stay as they are. */
function digestOf(hasher: Hasher, bytes: Uint8Array): Buffer {
  const target = Buffer.alloc(40, 0xaa);
  hasher.writeDigestOf(bytes, target, 4);
  assert.deepEqual(target.subarray(0, 4), Buffer.alloc(4, 0xaa));
  assert.deepEqual(target.subarray(36), Buffer.alloc(4, 0xaa));
  return target.subarray(4, 36);
}

test("BLAKE3 of the reference vectors, at once and in pieces", async () => {
  const hasher = await createHasher("blake3");
  for (const [length, hex] of vectors) {
    const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
    assert.equal(digestOf(hasher, bytes).toString("hex"), hex, `${length}`);
    for (let offset = 0; offset < length; offset += 777) {
      hasher.update(bytes.subarray(offset, offset + 777));
    }
    assert.equal(Buffer.from(hasher.digest()).toString("hex"), hex, `${length} in pieces`);
  }
});

test("two hashers of the same function do not share their state", async () => {
  const [one, other] = await Promise.all([createHasher("blake3"), createHasher("blake3")]);
  one.update(Buffer.from("a"));
  other.update(Buffer.from("b"));
  one.update(Buffer.from("c"));
  const expected = await createHasher("blake3");
  assert.deepEqual(Buffer.from(one.digest()), digestOf(expected, Buffer.from("ac")));
  assert.deepEqual(Buffer.from(other.digest()), digestOf(expected, Buffer.from("b")));
});
