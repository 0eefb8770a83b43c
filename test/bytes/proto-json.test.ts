// SPDX-License-Identifier: Apache-2.0
// ProtoJSON, read strictly: one spelling for each value, and an error of the document for every other.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../../src/bytes/json.ts";
import { type ProtoJsonErrors, ProtoMessage } from "../../src/bytes/proto-json.ts";
import { AibomError } from "../../src/errors.ts";

const errors: ProtoJsonErrors = {
  malformed: (reason) => AibomError.of("BUNDLE_MALFORMED", { reason }),
  unknownField: (field, object) => AibomError.of("BUNDLE_UNKNOWN_FIELD", { field, object }),
  base64: (field) => AibomError.of("BUNDLE_BASE64", { field }),
  tooMany: (field, count, limit) => AibomError.of("BUNDLE_TOO_MANY", { field, count, limit }),
};

const message = (value: JsonValue): ProtoMessage => new ProtoMessage(value, "", errors);
const malformed = { code: "BUNDLE_MALFORMED" };

test("messages are objects with known fields", () => {
  for (const value of [null, [], "text", 1, true]) {
    assert.throws(() => message(value), malformed);
  }
  assert.throws(() => message({ a: 1, b: 2 }).only("a"), { code: "BUNDLE_UNKNOWN_FIELD" });
  const inherited = JSON.parse('{"__proto__":{"a":"x"}}') as JsonValue;
  assert.throws(() => message(inherited).only("a"), { code: "BUNDLE_UNKNOWN_FIELD" });
  assert.equal(message({}).optionalText("constructor"), undefined);
});

test("texts: empty, null and absent are the default value", () => {
  assert.equal(message({ a: "x" }).text("a"), "x");
  for (const value of [{}, { a: "" }, { a: null }]) {
    assert.equal(message(value).optionalText("a"), undefined);
    assert.equal(message(value).optionalBytes("a"), undefined);
    assert.throws(() => message(value).text("a"), malformed);
    assert.throws(() => message(value).bytes("a"), malformed);
  }
  assert.throws(() => message({ a: 1 }).optionalText("a"), malformed);
});

test("base64 has one spelling", () => {
  assert.deepEqual(
    Buffer.from(message({ a: "_-8=".replace("_-", "/+") }).bytes("a")),
    Buffer.from([255, 239]),
  );
  for (const a of ["_-8=", "/+8", "/+9=", " /+8=", "/+8=\n", "=", "/+8=="]) {
    assert.throws(() => message({ a }).bytes("a"), { code: "BUNDLE_BASE64" }, a);
  }
  assert.throws(() => message({ a: [""] }).byteList("a", 2), malformed);
  assert.throws(() => message({ a: ["A"] }).byteList("a", 2), { code: "BUNDLE_BASE64" });
  assert.throws(() => message({ a: ["AA==", "AA==", "AA=="] }).byteList("a", 2), { code: "BUNDLE_TOO_MANY" });
});

test("numbers from 0 to 2^63-1, as text or exact", () => {
  for (const [a, expected] of [
    ["0", 0n],
    ["9223372036854775807", 2n ** 63n - 1n],
    [0, 0n],
    [-0, 0n],
    [9007199254740991, 9007199254740991n],
    [null, 0n],
  ] as const) {
    assert.equal(message({ a }).unsigned("a"), expected);
  }
  assert.equal(message({}).unsigned("a"), 0n);
  for (const a of [
    "-1",
    "01",
    "+1",
    "1.0",
    "1e3",
    " 1",
    "",
    "9223372036854775808",
    "0x1",
    -1,
    1.5,
    2 ** 53,
    true,
  ]) {
    assert.throws(() => message({ a }).unsigned("a"), malformed, String(a));
  }
});

test("instants in UTC, cut to milliseconds", () => {
  for (const [a, expected] of [
    ["2026-02-28T23:59:59Z", "2026-02-28T23:59:59.000Z"],
    ["2026-02-28T23:59:59.9Z", "2026-02-28T23:59:59.900Z"],
    ["2026-02-28T23:59:59.999999999Z", "2026-02-28T23:59:59.999Z"],
    ["2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"],
  ] as const) {
    assert.equal(message({ a }).optionalDate("a")?.toISOString(), expected);
  }
  assert.equal(message({}).optionalDate("a"), undefined);
  for (const a of [
    "2026-02-30T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00+00:00",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00.1234567890Z",
    "2026-01-01",
    1,
  ]) {
    assert.throws(() => message({ a }).optionalDate("a"), malformed, String(a));
  }
});

test("lists and choices", () => {
  assert.deepEqual(message({}).messages("a", 1), []);
  assert.equal(message({ a: [{}, {}] }).messages("a", 2)[1]?.name, "a[1]");
  assert.throws(() => message({ a: [{}, {}, {}] }).messages("a", 2), { code: "BUNDLE_TOO_MANY" });
  assert.throws(() => message({ a: [null] }).messages("a", 2), malformed);
  assert.throws(() => message({ a: {} }).messages("a", 2), malformed);
  assert.equal(message({ a: {}, b: null }).oneOf("a", "b"), "a");
  assert.throws(() => message({ a: {}, b: {} }).oneOf("a", "b"), malformed);
  assert.throws(() => message({}).oneOf("a", "b"), malformed);
});
