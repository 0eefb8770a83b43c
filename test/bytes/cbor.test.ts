// SPDX-License-Identifier: Apache-2.0
// Vectors of RFC 8949 (appendix A) that the strict reader takes, and the second spellings that it must not take.

import assert from "node:assert/strict";
import test from "node:test";
import { CborTag, type CborValue, parseCbor } from "../../src/bytes/cbor.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { mutate, seeded } from "../random.ts";

const parse = (hex: string): CborValue => parseCbor(Buffer.from(hex, "hex"), "the test");

function codeOf(bytes: Uint8Array): string {
  try {
    parseCbor(bytes, "the test");
    return "read";
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

const refused = (hex: string): void => assert.equal(codeOf(Buffer.from(hex, "hex")), "CBOR_INVALID", hex);

test("integers of all sizes are read exactly", () => {
  const vectors: [string, number | bigint][] = [
    ["00", 0],
    ["17", 23],
    ["1818", 24],
    ["18ff", 255],
    ["190100", 256],
    ["1a00010000", 65_536],
    ["1b000000e8d4a51000", 1_000_000_000_000],
    ["1b001fffffffffffff", Number.MAX_SAFE_INTEGER],
    ["1bffffffffffffffff", 18_446_744_073_709_551_615n],
    ["20", -1],
    ["3863", -100],
    ["3bffffffffffffffff", -18_446_744_073_709_551_616n],
  ];
  for (const [hex, value] of vectors) {
    assert.equal(parse(hex), value, hex);
  }
});

test("texts, bytes, lists, maps, tags and simple values", () => {
  assert.equal(parse("6449455446"), "IETF");
  assert.deepEqual(parse("4401020304"), Buffer.from([1, 2, 3, 4]));
  assert.deepEqual(parse("8301820203820405"), [1, [2, 3], [4, 5]]);
  assert.deepEqual(
    parse("a201020304"),
    new Map([
      [1, 2],
      [3, 4],
    ]),
  );
  assert.deepEqual(
    parse("a26161012002"),
    new Map<string | number, number>([
      ["a", 1],
      [-1, 2],
    ]),
  );
  assert.deepEqual(parse("c11a514b67b0"), new CborTag(1, 1_363_896_240));
  assert.deepEqual(parse("83f4f5f6"), [false, true, null]);
});

test("a second spelling of a value is refused", () => {
  // Heads that are not the shortest, indefinite lengths, reserved heads.
  for (const hex of [
    "1817",
    "190017",
    "1a0000ffff",
    "1b00000000ffffffff",
    "5800",
    "9f01ff",
    "bf6101ff",
    "5f4101ff",
    "1c",
  ]) {
    refused(hex);
  }
  // Floats, undefined, simple values in one more byte, a break outside.
  for (const hex of ["f97c00", "fa47c35000", "fb3ff199999999999a", "f7", "f820", "ff"]) {
    refused(hex);
  }
  // A key twice, a key that is neither an integer nor a text, text that is not UTF-8, bytes behind the end.
  for (const hex of ["a201020103", "a1410102", "a1f401", "61ff", "0000", ""]) {
    refused(hex);
  }
});

test("lengths are compared with what is there before anything is taken", () => {
  for (const hex of [
    "5bffffffffffffffff",
    "7b7fffffffffffffff",
    "9bffffffffffffffff",
    "bb7fffffffffffffff",
    "9affffffff",
    "ba00ffffff",
  ]) {
    refused(hex);
  }
});

test("depth and number of items are limited", () => {
  const nested = (levels: number): Uint8Array =>
    Buffer.concat([Buffer.alloc(levels - 1, 0x81), Buffer.from([0])]);
  assert.equal(codeOf(nested(limits.maxCborDepth)), "read");
  assert.equal(codeOf(nested(limits.maxCborDepth + 1)), "CBOR_TOO_DEEP");
  assert.equal(codeOf(nested(100_000)), "CBOR_TOO_DEEP");
  const list = (count: number): Uint8Array =>
    Buffer.concat([Buffer.from([0x99, count >> 8, count & 0xff]), Buffer.alloc(count)]);
  assert.equal(codeOf(list(limits.maxCborItems - 1)), "read");
  assert.equal(codeOf(list(limits.maxCborItems)), "CBOR_TOO_MANY");
});

test("cut at every byte and changed at random, it is read or refused", () => {
  const good = Buffer.from(
    "d28443a10126a1182182430102034204056568656c6c6f58200102030405060708091011121314151617181920212223242526272829303132",
    "hex",
  );
  assert.equal(codeOf(good), "read");
  for (let length = 0; length < good.length; length += 1) {
    assert.equal(codeOf(good.subarray(0, length)), "CBOR_INVALID");
  }
  const next = seeded(8949);
  for (let run = 0; run < 10_000; run += 1) {
    assert.match(codeOf(mutate(good, next)), /^(?:read|CBOR_)/);
  }
});
