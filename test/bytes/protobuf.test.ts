// SPDX-License-Identifier: Apache-2.0
// The protobuf walker: bounds, numbers, nesting.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bytes, concat, number, varint } from "../../fixtures/protobuf.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { ProtobufReader, type WireField } from "../../src/bytes/protobuf.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";

function read(data: Uint8Array): WireField[] {
  const reader = new ProtobufReader(memorySource(data, "x"));
  return [...reader.fields(reader.root())];
}

function refuses(data: readonly number[], code = "PROTOBUF_INVALID"): void {
  assert.throws(
    () => read(Uint8Array.from(data)),
    (error) => error instanceof AibomError && error.code === code,
  );
}

describe("protobuf wire format", () => {
  it("reads each wire type with its place", () => {
    const fixed64 = concat(varint(3 * 8 + 1), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0x80));
    const fixed32 = concat(varint(4 * 8 + 5), Uint8Array.of(2, 0, 0, 0));
    const fields = read(concat(number(1, 300), bytes(2, "ab"), fixed64, fixed32));
    assert.deepEqual(
      fields.map(({ number: field, wireType, start, end, value }) => [field, wireType, start, end, value]),
      [
        [1, 0, 1, 3, 300n],
        [2, 2, 5, 7, 2n],
        [3, 1, 8, 16, 0x8000_0000_0000_0001n],
        [4, 5, 17, 21, 2n],
      ],
    );
  });

  it("reads every 64-bit number that it wrote", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 1, max: 2 ** 29 - 1 }),
        (value, field) => {
          const [only] = read(number(field, value));
          assert.equal(only?.value, value);
          assert.equal(only?.number, field);
        },
      ),
    );
  });

  it("refuses numbers over 64 bits or 10 bytes", () => {
    refuses([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]);
    refuses([0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]);
  });

  it("refuses cut numbers, cut fixed fields and lengths beyond the message", () => {
    refuses([0x08]);
    refuses([0x08, 0x80]);
    refuses([0x0d, 1, 2, 3]);
    refuses([0x09, 1, 2, 3, 4, 5, 6, 7]);
    refuses([0x12, 2, 1]);
    refuses([0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  });

  it("refuses field number 0, numbers above 2^29 and groups", () => {
    refuses([0x00, 0x00]);
    refuses([0x02, 0x00]);
    refuses([0x80, 0x80, 0x80, 0x80, 0x10, 0x00]);
    for (const wireType of [3, 4, 6, 7]) {
      refuses([8 + wireType, 0]);
    }
  });

  it("keeps a nested length inside its parent", () => {
    const data = concat(bytes(1, Uint8Array.of(0x12, 5)), bytes(2, "abcdef"));
    const reader = new ProtobufReader(memorySource(data, "x"));
    const root = reader.root();
    const [outer] = [...reader.fields(root)];
    assert.ok(outer);
    assert.throws(() => [...reader.fields(reader.message(outer, root))], { code: "PROTOBUF_INVALID" });
  });

  it("refuses messages deeper than the limit", () => {
    const reader = new ProtobufReader(memorySource(number(1, 1), "x"));
    const range = { start: 0, end: 2, depth: limits.maxProtobufDepth };
    assert.equal([...reader.fields(range)].length, 1);
    assert.throws(() => [...reader.fields({ ...range, depth: limits.maxProtobufDepth + 1 })], {
      code: "PROTOBUF_TOO_DEEP",
    });
  });

  it("never reads a payload that it skips", () => {
    const payload = bytes(1, new Uint8Array(5_000_000));
    const source = memorySource(concat(payload, number(2, 7)), "x");
    let readBytes = 0;
    const counting = {
      ...source,
      read(offset: number, length: number): Uint8Array {
        readBytes += length;
        return source.read(offset, length);
      },
    };
    const reader = new ProtobufReader(counting);
    assert.equal([...reader.fields(reader.root())].at(-1)?.value, 7n);
    assert.ok(readBytes < 200_000, `${readBytes} bytes were read`);
  });

  it("counts and reads packed numbers across windows", () => {
    const values = Array.from({ length: 60_000 }, (_, index) => index * 7);
    const data = bytes(1, ...values.map((value) => varint(value)));
    const reader = new ProtobufReader(memorySource(data, "x"));
    const [field] = [...reader.fields(reader.root())];
    assert.ok(field);
    assert.equal(reader.countPackedVarints(field), values.length);
    assert.deepEqual([...reader.packedVarints(field)].map(Number), values);
  });

  it("reads texts inside and outside its window", () => {
    const data = concat(bytes(1, "near"), bytes(2, new Uint8Array(70_000)), bytes(3, "far"));
    const reader = new ProtobufReader(memorySource(data, "x"));
    const fields = [...reader.fields(reader.root())];
    const texts = [fields[0], fields[2]].map((field) =>
      field ? Buffer.from(reader.bytes(field, 100)).toString() : "",
    );
    assert.deepEqual(texts, ["near", "far"]);
  });

  it("ends in fields or an AibomError on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        try {
          read(data);
        } catch (error) {
          assert.ok(error instanceof AibomError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
