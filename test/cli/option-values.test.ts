// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  byteSize,
  collect,
  digestList,
  instant,
  instantOrDay,
  nameList,
  oneOf,
  wholeNumber,
} from "../../src/cli/option-values.ts";

const refused = { code: "CLI_OPTION_INVALID" };

test("whole numbers are plain decimal digits inside the range", () => {
  const parse = wholeNumber("--jobs", 1, 256);
  assert.equal(parse("1"), 1);
  assert.equal(parse("256"), 256);
  for (const text of [
    "0",
    "257",
    "",
    " 1",
    "1 ",
    "1.0",
    "1e2",
    "0x10",
    "-1",
    "+1",
    "01",
    "１",
    "Infinity",
    "NaN",
  ]) {
    assert.throws(() => parse(text), refused, text);
  }
});

test("byte sizes take decimal and binary units and nothing else", () => {
  const parse = byteSize("--shards");
  assert.equal(parse("1000000"), 1_000_000);
  assert.equal(parse("1GB"), 1e9);
  assert.equal(parse("512MiB"), 512 * 1024 ** 2);
  assert.equal(parse("2 KiB"), 2048);
  for (const text of [
    "0",
    "0GB",
    "-1",
    "1.5GB",
    "1TB",
    "GB",
    "",
    "9007199254740993",
    "9007199254740991GB",
    "1G B",
  ]) {
    assert.throws(() => parse(text), refused, text);
  }
});

test("instants are RFC 3339 with a time zone and a real date", () => {
  const parse = instant("--at");
  assert.equal(parse("2026-01-31T12:00:00Z").toISOString(), "2026-01-31T12:00:00.000Z");
  assert.equal(parse("2024-02-29T23:59:59.5+02:00").toISOString(), "2024-02-29T21:59:59.500Z");
  assert.equal(parse("2026-01-31T12:00:00.123456789Z").toISOString(), "2026-01-31T12:00:00.123Z");
  const bad = [
    "2026-01-31",
    "2026-01-31T12:00:00",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:60:00Z",
    "2026-01-31T12:00:60Z",
    "2026-01-31t12:00:00z",
    "2026-01-31T12:00:00+99:00",
    "01/02/03",
    "now",
    "",
    " 2026-01-31T12:00:00Z",
  ];
  for (const text of bad) {
    assert.throws(() => parse(text), refused, text);
  }
});

test("a day stands for its first or its last second", () => {
  assert.equal(instantOrDay("--valid-from", "first")("2026-01-31").toISOString(), "2026-01-31T00:00:00.000Z");
  assert.equal(instantOrDay("--valid-until", "last")("2026-01-31").toISOString(), "2026-01-31T23:59:59.000Z");
  assert.throws(() => instantOrDay("--valid-until", "last")("2026-02-31"), refused);
});

test("lists hold known names, each once, also over several flags", () => {
  const parser = () => nameList("--usage", ["model", "bom"]);
  assert.deepEqual(parser()("bom,model"), ["bom", "model"]);
  for (const text of ["", "model,", "model,model", "model, bom", "MODEL", "policy"]) {
    assert.throws(() => parser()(text), refused, text);
  }
  const parse = parser();
  assert.deepEqual(parse("bom"), ["bom"]);
  assert.throws(() => parser()("bom,bom"), refused);
  assert.deepEqual(parse("model"), ["bom", "model"]);
  assert.throws(() => parse("bom"), refused, "a name that was given before");
  assert.deepEqual(digestList("--digest")("sha256,blake2b-512"), ["sha256", "blake2b-512"]);
  assert.throws(() => digestList("--digest")("blake3"), refused, "BLAKE3 is for verifying only");
  assert.throws(() => digestList("--digest")("md5"), refused);
});

test("one of a list, spelled exactly", () => {
  assert.equal(oneOf("--type", ["a", "b"])("b"), "b");
  assert.throws(() => oneOf("--type", ["a", "b"])("B"), refused);
  assert.throws(() => oneOf("--type", ["a"])("constructor"), refused);
});

test("repeated flags collect", () => {
  assert.deepEqual(collect("b", collect("a")), ["a", "b"]);
});

test("any text is a value or CLI_OPTION_INVALID", () => {
  const parsers = [wholeNumber("--x", 0, 9), byteSize("--x"), instant("--x"), digestList("--x")];
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...parsers), (text, parse) => {
      try {
        parse(text);
      } catch (error) {
        assert.equal((error as { code?: string }).code, "CLI_OPTION_INVALID");
      }
    }),
  );
});
