// SPDX-License-Identifier: Apache-2.0
// The cursor: every field in both byte orders, across windows, and never past the end.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ByteSource, memorySource } from "../../src/bytes/byte-source.ts";
import { Cursor } from "../../src/bytes/cursor.ts";
import { AibomError } from "../../src/errors.ts";

function source(...bytes: readonly number[]): ByteSource {
  return memorySource(Uint8Array.from(bytes), "f");
}

function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AibomError);
    return error.code;
  }
  return "nothing";
}

test("reads fields in both byte orders", () => {
  const bytes = [1, 2, 3, 4, 5, 6, 7, 8];
  assert.equal(new Cursor(source(...bytes)).u16(), 0x0201);
  assert.equal(new Cursor(source(...bytes), { bigEndian: true }).u16(), 0x0102);
  assert.equal(new Cursor(source(...bytes)).u32(), 0x04030201);
  assert.equal(new Cursor(source(...bytes), { bigEndian: true }).u32(), 0x01020304);
  assert.equal(new Cursor(source(...bytes)).u64(), 0x0807060504030201n);
  assert.equal(new Cursor(source(...bytes), { bigEndian: true }).u64(), 0x0102030405060708n);
  assert.equal(new Cursor(source(0xff)).i8(), -1);
  assert.equal(new Cursor(source(0xfe, 0xff)).i16(), -2);
  assert.equal(new Cursor(source(0xfe, 0xff, 0xff, 0xff)).i32(), -2);
  assert.equal(new Cursor(source(...new Array<number>(8).fill(0xff))).i64(), -1n);
  assert.equal(new Cursor(source(0, 0, 0x80, 0x3f)).f32(), 1);
  assert.equal(new Cursor(source(0, 0, 0, 0, 0, 0, 0xf0, 0x3f)).f64(), 1);
});

test("never reads past the end of the file or of its region", () => {
  for (const method of ["u8", "u16", "u32", "u64", "f32", "f64", "i8", "i64"] as const) {
    const cursor = new Cursor(source(1, 2, 3, 4, 5, 6, 7, 8), { offset: 8 });
    assert.equal(
      refused(() => cursor[method]()),
      "BYTES_OUT_OF_RANGE",
      method,
    );
    assert.equal(cursor.offset, 8, "a refused read moves nothing");
  }
  const region = new Cursor(source(1, 2, 3, 4), { offset: 1, end: 3 });
  assert.equal(region.u16(), 0x0302);
  assert.equal(
    refused(() => region.u8()),
    "BYTES_OUT_OF_RANGE",
  );
  for (const length of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
    const cursor = new Cursor(source(1, 2));
    assert.equal(
      refused(() => cursor.skip(length)),
      "BYTES_OUT_OF_RANGE",
      String(length),
    );
    assert.equal(
      refused(() => cursor.bytes(length)),
      "BYTES_OUT_OF_RANGE",
      String(length),
    );
  }
});

test("length fields are exact in the error and checked against their limit", () => {
  const huge = new Cursor(source(0, 0, 0, 0, 0, 0, 0, 0x80));
  try {
    huge.length64(10, "GGUF_STRING_TOO_LONG");
    assert.fail("accepted");
  } catch (error) {
    assert.ok(error instanceof AibomError);
    assert.deepEqual(error.args, { length: 2n ** 63n, limit: 10 });
  }
  assert.equal(new Cursor(source(10, 0, 0, 0, 0, 0, 0, 0)).length64(10, "GGUF_STRING_TOO_LONG"), 10);
  const big = new Cursor(source(0, 0, 0, 1, 0, 0, 0, 2), { bigEndian: true });
  assert.equal(big.length64(2 ** 40, "GGUF_STRING_TOO_LONG"), 2 ** 32 + 2);
});

test("text is strict UTF-8", () => {
  assert.equal(new Cursor(source(0xc3, 0xa9)).utf8(2), "é");
  for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]]) {
    assert.equal(
      refused(() => new Cursor(source(...bytes)).utf8(bytes.length)),
      "TEXT_NOT_UTF8",
    );
  }
});

test("the window's size changes nothing but the number of reads", () => {
  const step = fc.oneof(
    fc.constantFrom("u8" as const, "u16" as const, "u32" as const, "u64" as const),
    fc.nat({ max: 40 }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.array(step), (bytes, steps) => {
      const run = (windowBytes: number): unknown[] => {
        const cursor = new Cursor(memorySource(bytes, "f"), { windowBytes });
        return steps.map((each) => {
          try {
            if (typeof each === "string") {
              return String(cursor[each]());
            }
            return each % 2 === 0 ? cursor.skip(each) : [...cursor.bytes(each)].join();
          } catch (error) {
            return error instanceof AibomError ? [error.code, cursor.offset] : assert.fail(String(error));
          }
        });
      };
      assert.deepEqual(run(8), run(1000));
    }),
  );
});

test("a million small fields cost few reads", () => {
  let reads = 0;
  const bytes = new Uint8Array(4_000_000);
  const counted: ByteSource = {
    path: "f",
    size: bytes.length,
    read: (offset, length) => {
      reads += 1;
      return bytes.subarray(offset, offset + length);
    },
  };
  const cursor = new Cursor(counted);
  while (cursor.remaining > 0) {
    cursor.u32();
  }
  assert.ok(reads <= 20, String(reads));
});
