// SPDX-License-Identifier: Apache-2.0
// The DER reader: one spelling of each structure, bounds, values, and ten thousand mutations.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  bitString,
  boolean,
  context,
  contextPrimitive,
  element,
  elementWithLength,
  generalizedTime,
  ia5String,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  sequence,
  set,
  utcTime,
  utf8String,
} from "../../fixtures/der-writer.ts";
import { caExtensions, issue, tsaExtensions } from "../../fixtures/pki.ts";
import { concat } from "../../fixtures/protobuf.ts";
import { timestampToken } from "../../fixtures/tsa.ts";
import {
  contextTag,
  type DerElement,
  DerReader,
  derTags,
  explicitContent,
  parseDer,
} from "../../src/bytes/der.ts";
import { encodeDer, encodeInteger, encodeOid } from "../../src/bytes/der-encode.ts";
import { derTime } from "../../src/bytes/der-time.ts";
import {
  derBitBytes,
  derBits,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
  derSmallInteger,
  derText,
} from "../../src/bytes/der-values.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { mutate, seeded } from "../random.ts";

const what = "test";

function parse(bytes: Uint8Array): DerElement {
  return parseDer(bytes, what);
}

function refuses(run: () => unknown, code: string): void {
  assert.throws(run, (error) => error instanceof AibomError && error.code === code);
}

/** Walks everything, reading each value by its tag; writes the same structure again with the other writer. */
function rewrite(node: DerElement): Uint8Array {
  if ((node.tag & 0x20) !== 0) {
    const reader = new DerReader(node, what, node.tag);
    const children = reader.rest().map(rewrite);
    reader.end();
    return element(node.tag, ...children);
  }
  const readers = new Map<number, () => unknown>([
    [derTags.boolean, () => derBoolean(node, what)],
    [derTags.integer, () => derInteger(node, what)],
    [derTags.bitString, () => derBits(node, what)],
    [derTags.octetString, () => derOctets(node, what)],
    [derTags.null, () => derNull(node, what)],
    [derTags.objectIdentifier, () => derOid(node, what)],
    [derTags.utcTime, () => derTime(node, what)],
    [derTags.generalizedTime, () => derTime(node, what)],
  ]);
  (readers.get(node.tag) ?? (() => derText(node, what)))();
  return element(node.tag, node.content);
}

const root = issue({ subject: "CN=root,O=Example", extensions: caExtensions(1) });
const tsa = issue({ subject: "CN=tsa", issuer: root, extensions: tsaExtensions() });
const token = timestampToken({ tsa, signed: Uint8Array.of(1, 2, 3), accuracy: { seconds: 1, micros: 7 } });

describe("DER structure", () => {
  it("reads a real structure and writes the same bytes again", () => {
    assert.deepEqual(rewrite(parse(token)), token);
    assert.deepEqual(rewrite(parse(root.der)), root.der);
  });

  it("refuses a token cut at any byte", () => {
    for (let length = 0; length < token.length; length += 1) {
      refuses(() => parse(token.subarray(0, length)), "DER_TRUNCATED");
    }
  });

  it("refuses bytes after the end, outside and inside", () => {
    refuses(() => parse(concat(token, Uint8Array.of(0))), "DER_TRAILING");
    const reader = new DerReader(parse(sequence(integer(1), integer(2))), what);
    reader.next("first");
    refuses(() => reader.end(), "DER_TRAILING");
    reader.next("second");
    reader.end();
    refuses(() => reader.next("third"), "DER_TRUNCATED");
    assert.equal(reader.optional(derTags.integer), undefined);
  });

  it("reads lengths at every border", () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1_000_000]) {
      assert.equal(parse(octetString(new Uint8Array(length))).content.length, length);
    }
  });

  it("refuses lengths that are not the shortest, indefinite or absurd", () => {
    const content = new Uint8Array(200);
    const refusesLength = (length: readonly number[], code: string): void =>
      refuses(() => parse(elementWithLength(0x04, length, content)), code);
    assert.equal(parse(elementWithLength(0x04, [0x81, 200], content)).content.length, 200);
    refusesLength([0x82, 0, 200], "DER_LENGTH");
    refusesLength([0x83, 0, 0, 200], "DER_LENGTH");
    refusesLength([0x84, 0, 0, 0, 200], "DER_LENGTH");
    refusesLength([0x85, 0, 0, 0, 0, 200], "DER_LENGTH");
    refusesLength([0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "DER_LENGTH");
    refusesLength([0xff], "DER_LENGTH");
    refusesLength([0x80], "DER_LENGTH");
    refusesLength([0x84, 0xff, 0xff, 0xff, 0xff], "DER_TRUNCATED");
    refusesLength([0x84, 0x7f, 0xff, 0xff, 0xff], "DER_TRUNCATED");
    refuses(() => parse(elementWithLength(0x04, [0x81, 127], new Uint8Array(127))), "DER_LENGTH");
    refuses(() => parse(Uint8Array.of(0x30, 0x80, 0x02, 0x01, 0x01, 0, 0)), "DER_LENGTH");
  });

  it("finds indefinite and long lengths deep inside, before anything is read", () => {
    refuses(() => parse(sequence(sequence(Uint8Array.of(0x30, 0x80, 0, 0)))), "DER_LENGTH");
    refuses(() => parse(sequence(sequence(Uint8Array.of(0x04, 0x81, 1, 0)))), "DER_LENGTH");
  });

  it("keeps a child inside its parent", () => {
    refuses(() => parse(concat(elementWithLength(0x30, [4], Uint8Array.of(0x04, 3, 1, 1)))), "DER_TRUNCATED");
    refuses(() => parse(concat(sequence(Uint8Array.of(0x04)))), "DER_TRUNCATED");
  });

  it("refuses tags above 30, end-of-contents, strings in pieces and primitive structures", () => {
    refuses(() => parse(Uint8Array.of(0x1f, 0x81, 0x01, 0)), "DER_FORM");
    refuses(() => parse(Uint8Array.of(0xbf, 0x1f, 0)), "DER_FORM");
    refuses(() => parse(Uint8Array.of(0, 0)), "DER_FORM");
    refuses(() => parse(element(0x24, octetString(Uint8Array.of(1)))), "DER_FORM");
    refuses(() => parse(element(0x23, bitString(Uint8Array.of(1)))), "DER_FORM");
    refuses(() => parse(element(0x10)), "DER_FORM");
    refuses(() => parse(element(0x11)), "DER_FORM");
  });

  it("bounds depth and size", () => {
    const nested = (depth: number): Uint8Array =>
      Array.from({ length: depth }).reduce<Uint8Array>((inner) => sequence(inner), nullValue());
    parse(nested(limits.maxDerDepth - 1));
    refuses(() => parse(nested(limits.maxDerDepth)), "DER_TOO_DEEP");
    const bomb = new Uint8Array(200_000).fill(0x30);
    assert.throws(() => parse(bomb), AibomError);
    refuses(() => parse(new Uint8Array(limits.maxDerBytes + 1)), "DER_TOO_LARGE");
  });

  it("bounds the elements of a list", () => {
    const list = (count: number): DerReader =>
      new DerReader(parse(sequence(...Array.from({ length: count }, () => nullValue()))), what);
    assert.equal(list(limits.maxDerElements).rest().length, limits.maxDerElements);
    refuses(() => list(limits.maxDerElements + 1).rest(), "DER_TOO_MANY");
  });

  it("says what was found and expected", () => {
    assert.throws(() => new DerReader(parse(integer(1)), what), {
      code: "DER_TAG",
      message: "test at byte 0 is integer, expected sequence",
    });
    const reader = new DerReader(parse(sequence(integer(1), context(0, integer(2)))), what);
    reader.next("number");
    assert.throws(() => reader.next("text", derTags.utf8String), {
      message: "text of test at byte 5 is [0], expected utf8String",
    });
  });

  it("steps over absent optional fields and into nested and tagged ones", () => {
    const reader = new DerReader(parse(sequence(context(1, integer(5)), sequence(boolean(true)))), what);
    assert.equal(reader.optional(contextTag(0)), undefined);
    const tagged = reader.optional(contextTag(1));
    assert.ok(tagged);
    assert.equal(derInteger(explicitContent(tagged, what), what), 5n);
    assert.equal(derBoolean(reader.nested("inner").next("flag"), what), true);
    reader.end();
    refuses(() => explicitContent(parse(context(0, integer(1), integer(2))), what), "DER_TRAILING");
    refuses(() => explicitContent(parse(context(0)), what), "DER_TRUNCATED");
    refuses(() => explicitContent(parse(contextPrimitive(0, integer(1))), what), "DER_TAG");
  });

  it("is a structure or an AibomError DER_* under 10,000 mutations", () => {
    const next = seeded(3161);
    let accepted = 0;
    let refused = 0;
    for (let round = 0; round < 10_000; round += 1) {
      const mutated = mutate(round % 2 === 0 ? token : root.der, next);
      try {
        const written = rewrite(parse(mutated));
        // What is accepted has one spelling: the one it came in.
        assert.deepEqual(written, mutated);
        accepted += 1;
      } catch (error) {
        if (!(error instanceof AibomError)) {
          throw error;
        }
        assert.match(error.code, /^DER_/);
        refused += 1;
      }
    }
    assert.ok(accepted > 100 && refused > 5000, `${accepted} accepted, ${refused} refused`);
  });
});

describe("DER values", () => {
  it("reads integers of any size, signed, and no second spelling", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 600n), max: 2n ** 600n }), (value) => {
        assert.equal(derInteger(parse(integer(value)), what), value);
      }),
    );
    const raw = (...content: number[]): DerElement => parse(element(0x02, Uint8Array.from(content)));
    assert.equal(derInteger(raw(0, 0x80), what), 128n);
    assert.equal(derInteger(raw(0xff, 0x7f), what), -129n);
    for (const content of [[], [0, 0], [0, 0x7f], [0xff, 0xff], [0xff, 0x80]]) {
      refuses(() => derInteger(raw(...content), what), "DER_VALUE");
    }
    const long = element(0x02, new Uint8Array(limits.maxDerIntegerBytes + 1).fill(1));
    refuses(() => derInteger(parse(long), what), "DER_VALUE");
    assert.equal(derSmallInteger(parse(integer(Number.MAX_SAFE_INTEGER)), what), Number.MAX_SAFE_INTEGER);
    refuses(() => derSmallInteger(parse(integer(2n ** 53n)), what), "DER_VALUE");
    refuses(() => derSmallInteger(parse(integer(-1)), what), "DER_VALUE");
  });

  it("reads object identifiers with arcs of any size, and no second spelling", () => {
    const arcs = fc.array(fc.bigInt({ min: 0n, max: 2n ** 130n }), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.bigInt({ min: 0n, max: 2n ** 70n }),
        arcs,
        (top, next, more) => {
          const second = top < 2 ? next % 40n : next;
          const dotted = [top, second, ...more].join(".");
          assert.equal(derOid(parse(oid(dotted)), what), dotted);
          assert.deepEqual(encodeOid(dotted), oid(dotted));
        },
      ),
    );
    // 2.25 arcs are UUIDs of 128 bits; readers that cut arcs to 32 bits mistake one for another.
    const wide = "2.25.329800735698586629295641978511506172918";
    assert.equal(derOid(parse(oid(wide)), what), wide);
    const raw = (...content: number[]): DerElement => parse(element(0x06, Uint8Array.from(content)));
    for (const content of [[], [0x80, 0x01], [0x2a, 0x80, 0x01], [0x2a, 0x86]]) {
      refuses(() => derOid(raw(...content), what), "DER_VALUE");
    }
    refuses(() => derOid(parse(element(0x06, new Uint8Array(limits.maxDerOidBytes + 1))), what), "DER_VALUE");
  });

  it("reads booleans and nulls in one spelling", () => {
    assert.equal(derBoolean(parse(boolean(false)), what), false);
    for (const content of [[], [1], [0xfe], [0xff, 0xff]]) {
      refuses(() => derBoolean(parse(element(0x01, Uint8Array.from(content))), what), "DER_VALUE");
    }
    refuses(() => derNull(parse(element(0x05, Uint8Array.of(0))), what), "DER_VALUE");
    refuses(() => derNull(parse(boolean(true)), what), "DER_TAG");
  });

  it("reads bit strings whose unused bits are zero", () => {
    assert.deepEqual(derBitBytes(parse(bitString(Uint8Array.of(1, 2))), what), Uint8Array.of(1, 2));
    assert.deepEqual([...derNamedBits(parse(namedBits([0, 5, 8])), what)], [0, 5, 8]);
    assert.deepEqual([...derNamedBits(parse(bitString(Uint8Array.of(0x80, 0))), what)], [0]);
    assert.equal(derNamedBits(parse(bitString(new Uint8Array())), what).size, 0);
    for (const content of [[], [1], [8, 0], [3, 0x04], [255, 0]]) {
      refuses(() => derBits(parse(element(0x03, Uint8Array.from(content))), what), "DER_VALUE");
    }
    refuses(() => derBitBytes(parse(bitString(Uint8Array.of(0xf0), 4)), what), "DER_VALUE");
  });

  it("reads the usual character strings and refuses bytes outside their alphabet", () => {
    assert.equal(derText(parse(utf8String("Zürich")), what), "Zürich");
    assert.equal(derText(parse(ia5String("a@b")), what), "a@b");
    assert.equal(derText(parse(element(0x14, Uint8Array.of(0x5a, 0xfc))), what), "Zü");
    assert.equal(derText(parse(element(0x1e, Uint8Array.of(0, 0x5a, 0x20, 0xac))), what), "Z€");
    assert.equal(derText(parse(element(0x1c, Uint8Array.of(0, 1, 0xf6, 0))), what), "😀");
    assert.equal(derText(parse(integer(1)), what), undefined);
    refuses(() => derText(parse(element(0x0c, Uint8Array.of(0xff))), what), "DER_VALUE");
    refuses(() => derText(parse(element(0x0c, Uint8Array.of(0xc0, 0x80))), what), "DER_VALUE");
    refuses(() => derText(parse(element(0x16, Uint8Array.of(0x80))), what), "DER_VALUE");
    refuses(() => derText(parse(element(0x1e, Uint8Array.of(0))), what), "DER_VALUE");
    refuses(() => derText(parse(element(0x1e, Uint8Array.of(0xd8, 0))), what), "DER_VALUE");
    refuses(() => derText(parse(element(0x1c, Uint8Array.of(0, 0x11, 0, 0))), what), "DER_VALUE");
  });

  it("reads times, with fractions of any length cut to milliseconds", () => {
    const timeOf = (bytes: Uint8Array): string => derTime(parse(bytes), what).time.toISOString();
    assert.equal(timeOf(utcTime(new Date("2049-12-31T23:59:59Z"))), "2049-12-31T23:59:59.000Z");
    assert.equal(timeOf(element(0x17, Buffer.from("500101000000Z"))), "1950-01-01T00:00:00.000Z");
    assert.equal(timeOf(generalizedTime("00010101000000Z")), "0001-01-01T00:00:00.000Z");
    assert.equal(timeOf(generalizedTime("20240229120000Z")), "2024-02-29T12:00:00.000Z");
    for (let digits = 1; digits <= 40; digits += 1) {
      const fraction = "123456789".repeat(5).slice(0, digits);
      const read = derTime(parse(generalizedTime(`20260101000000.${fraction}Z`)), what);
      const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
      assert.equal(read.time.getTime(), Date.UTC(2026, 0, 1) + milliseconds);
      assert.deepEqual([read.fraction, read.isCut], [fraction, digits > 3]);
    }
    const zeros = derTime(parse(generalizedTime("20260101000000.1230000Z")), what);
    assert.deepEqual([zeros.time.getUTCMilliseconds(), zeros.isCut], [123, false]);
  });

  it("refuses times that are not canonical or not in the calendar", () => {
    const texts = [
      "20260101000000",
      "20260101000000+0100",
      "202601010000Z",
      "20260101000000,5Z",
      "20260101000000.Z",
      "20260101000000.5",
      "20260101000000.5ZZ",
      "20260101000000.-5Z",
      "20260101000000Z ",
      "20260230000000Z",
      "20250229000000Z",
      "20261301000000Z",
      "20260100000000Z",
      "20260101240000Z",
      "20260101006000Z",
      "20161231235960Z",
      "2026010100000 Z",
      "-0260101000000Z",
      "",
    ];
    for (const text of texts) {
      refuses(() => derTime(parse(generalizedTime(text)), what), "DER_VALUE");
    }
    for (const text of [
      "260101000000",
      "2601010000Z",
      "260101000000.5Z",
      "26010100000aZ",
      "260101000000+0000",
    ]) {
      refuses(() => derTime(parse(element(0x17, Buffer.from(text))), what), "DER_VALUE");
    }
    refuses(() => derTime(parse(integer(1)), what), "DER_TAG");
  });
});

describe("DER encoding", () => {
  it("writes what the other writer writes", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 200n }),
        fc.uint8Array({ maxLength: 70_000 }),
        (value, bytes) => {
          assert.deepEqual(encodeInteger(value), integer(value));
          assert.deepEqual(encodeDer(0x30, encodeDer(0x04, bytes)), sequence(octetString(bytes)));
        },
      ),
      { numRuns: 50 },
    );
    assert.deepEqual(set(integer(2), integer(1)), encodeDer(0x31, encodeInteger(1n), encodeInteger(2n)));
  });
});
