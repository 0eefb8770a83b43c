// SPDX-License-Identifier: Apache-2.0
// The safetensors reader: what it reads from right files, and that each attack on the format is caught.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildSafetensors, concat, type SafetensorsSpec } from "../../fixtures/safetensors.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { AibomError } from "../../src/errors.ts";
import { type SafetensorsDetail, safetensors } from "../../src/formats/safetensors.ts";
import { limits } from "../../src/limits.ts";
import { alone, codesOf, describeOrRefuse, inspect, mutationRun } from "./hostile.ts";

const two: SafetensorsSpec = {
  tensors: { a: { dtype: "F32", shape: [2, 3] }, b: { dtype: "BF16", shape: [4] } },
  metadata: { format: "pt" },
};
const sample = buildSafetensors(two);

/** `two` with its header changed as parsed JSON. */
function withHeader(change: (header: Record<string, Record<string, unknown>>) => void): Uint8Array {
  return buildSafetensors({
    ...two,
    header: (header) => {
      change(header as Record<string, Record<string, unknown>>);
      return header;
    },
  });
}

/** A header given as text over `data` bytes. */
function withText(headerText: string, data = 0): Uint8Array {
  return buildSafetensors({ headerText, tail: new Uint8Array(data) });
}

test("counts parameters, tensors and dtypes from the header", () => {
  const { facts, findings, detail } = safetensors.describe(memorySource(sample, "model.safetensors"), alone);
  assert.deepEqual(findings, []);
  const values = new Map(facts.map((fact) => [`${fact.grade} ${fact.name}`, fact.value]));
  assert.equal(values.get("computed parameters.count"), "10");
  assert.equal(values.get("computed tensors.count"), 2);
  assert.deepEqual(values.get("computed dtypes"), { BF16: "4", F32: "6" });
  assert.deepEqual(values.get("claim metadata"), { key: "format", value: "pt" });
  assert.deepEqual(
    [...(detail as SafetensorsDetail).tensors],
    [
      ["a", 24],
      ["b", 8],
    ],
  );
});

test("reads every dtype, also those below one byte, and empty tensors", () => {
  const dtypes = [
    ...["BOOL", "F4", "F6_E2M3", "F6_E3M2", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ"],
    ...["F8_E5M2FNUZ", "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "I64", "U64", "F64", "C64"],
  ];
  const tensors = Object.fromEntries(dtypes.map((dtype) => [dtype, { dtype, shape: [2, 4] }]));
  const bytes = buildSafetensors({
    tensors: { ...tensors, empty: { dtype: "F32", shape: [0, 5] }, scalar: { dtype: "F32", shape: [] } },
  });
  const { facts, findings } = safetensors.describe(memorySource(bytes, "m"), alone);
  assert.deepEqual(findings, []);
  assert.equal(facts.find(({ name }) => name === "parameters.count")?.value, String(dtypes.length * 8 + 1));
});

test("a file without tensors is valid", () => {
  assert.deepEqual(codesOf(safetensors, withText("{}")), []);
});

test("claims come from metadata, marked as claims, without directories and secrets", () => {
  const bytes = buildSafetensors({
    tensors: {},
    metadata: {
      "modelspec.title": "A style",
      "modelspec.license": "CC-BY-4.0",
      "modelspec.tags": "anime, line",
      "modelspec.thumbnail": "x".repeat(100_000),
      ss_sd_model_name: "/home/alice/models/base.safetensors",
      ss_learning_rate: "0.0001",
      __proto__x: "y",
    },
  });
  const { facts } = safetensors.describe(memorySource(bytes, "m"), alone);
  const claims = facts.filter(({ grade }) => grade === "claim");
  const values = (name: string): unknown[] =>
    claims.filter((fact) => fact.name === name).map(({ value }) => value);
  assert.deepEqual(values("name"), ["A style"]);
  assert.deepEqual(values("license"), ["CC-BY-4.0"]);
  assert.deepEqual(values("tag"), ["anime", "line"]);
  assert.equal(values("base_model").length, 1);
  const text = JSON.stringify(facts);
  assert.ok(!text.includes("alice"), text);
  assert.ok(text.length < 4000, "the thumbnail is not copied");
});

test("a length field at 0, 1, the limit, above it, and the largest", () => {
  const withLength = (headerLength: bigint): Uint8Array => buildSafetensors({ ...two, headerLength });
  const limit = BigInt(limits.maxSafetensorsHeaderBytes);
  for (const length of [0n, 1n, 2n, 7n]) {
    assert.notDeepEqual(codesOf(safetensors, withLength(length)), [], String(length));
  }
  assert.deepEqual(codesOf(safetensors, withLength(limit)), ["SAFETENSORS_HEADER_OUT_OF_FILE"]);
  for (const length of [limit + 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
    assert.deepEqual(codesOf(safetensors, withLength(length)), ["SAFETENSORS_HEADER_TOO_LARGE"]);
  }
  const error = describeOrRefuse(safetensors, withLength(2n ** 64n - 1n));
  assert.ok(error instanceof AibomError);
  assert.equal(error.message, "header is 18446744073709551615 bytes, limit is 100000000");
});

test("truncation at every byte is refused", () => {
  for (let length = 0; length < sample.length; length += 1) {
    const { codes } = inspect("model.safetensors", sample.subarray(0, length));
    assert.notEqual(codes.length, 0, `cut to ${length} bytes`);
  }
});

test("one byte more is trailing, inside the padding or behind the data", () => {
  assert.deepEqual(codesOf(safetensors, concat([sample, Uint8Array.of(0)])), ["SAFETENSORS_TRAILING_BYTES"]);
});

const text = (dtype: string, shape: string, offsets: string): string =>
  `{"t":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

const attacks: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
  ["white space before the brace", withText(" {}"), "SAFETENSORS_HEADER_NOT_JSON_OBJECT"],
  ["an array as header", withText("[1]"), "SAFETENSORS_HEADER_NOT_JSON_OBJECT"],
  ["no JSON", withText("{a}"), "JSON_INVALID"],
  ["two documents", withText("{}{}"), "JSON_INVALID"],
  ["a duplicate tensor", withText('{"a":1,"a":2}'), "JSON_DUPLICATE_KEY"],
  ["a duplicate behind an escape", withText('{"a":1,"\\u0061":2}'), "JSON_DUPLICATE_KEY"],
  ["a duplicate member", withText('{"t":{"dtype":"F32","dtype":"F16"}}'), "JSON_DUPLICATE_KEY"],
  ["a depth bomb", withText(`{"t":${"[".repeat(100_000)}`), "JSON_TOO_DEEP"],
  ["a closed depth bomb", withText(`{"t":${"[".repeat(5000)}${"]".repeat(5000)}}`), "JSON_TOO_DEEP"],
  ["metadata as a list", withText('{"__metadata__":["pt"]}'), "SAFETENSORS_METADATA_INVALID"],
  ["metadata with a number", withText('{"__metadata__":{"a":1}}'), "SAFETENSORS_METADATA_INVALID"],
  ["metadata null", withText('{"__metadata__":null}'), "SAFETENSORS_METADATA_INVALID"],
  ["a tensor that is a number", withText('{"t":1}'), "SAFETENSORS_TENSOR_MALFORMED"],
  ["a tensor named __proto__", withText('{"__proto__":1}'), "SAFETENSORS_TENSOR_MALFORMED"],
  ["no dtype", withText('{"t":{"shape":[],"data_offsets":[0,0]}}'), "SAFETENSORS_TENSOR_MALFORMED"],
  ["an unknown dtype", withText(text("F2", "[4]", "[0,1]"), 1), "SAFETENSORS_UNKNOWN_DTYPE"],
  [
    "a dtype named constructor",
    withText(text("constructor", "[4]", "[0,1]"), 1),
    "SAFETENSORS_UNKNOWN_DTYPE",
  ],
  ["a negative dimension", withText(text("U8", "[-1]", "[0,1]"), 1), "SAFETENSORS_TENSOR_MALFORMED"],
  ["half a dimension", withText(text("U8", "[0.5]", "[0,1]"), 1), "SAFETENSORS_TENSOR_MALFORMED"],
  ["a dimension as text", withText(text("U8", '["1"]', "[0,1]"), 1), "SAFETENSORS_TENSOR_MALFORMED"],
  [
    "a dimension above 2^48",
    withText(text("U8", "[281474976710657]", "[0,1]"), 1),
    "SAFETENSORS_TENSOR_MALFORMED",
  ],
  [
    "a product that overflows",
    withText(text("U8", "[281474976710656,65536]", "[0,0]")),
    "SAFETENSORS_SIZE_OVERFLOW",
  ],
  [
    "an overflow hidden by a zero",
    withText(text("U8", "[281474976710656,65536,0]", "[0,0]")),
    "SAFETENSORS_SIZE_OVERFLOW",
  ],
  [
    "too many dimensions",
    withText(text("U8", `[${"1,".repeat(64)}1]`, "[0,1]"), 1),
    "SAFETENSORS_TENSOR_MALFORMED",
  ],
  ["one offset", withText(text("U8", "[1]", "[0]"), 1), "SAFETENSORS_TENSOR_MALFORMED"],
  ["offsets in reverse", withText(text("U8", "[1]", "[1,0]"), 1), "SAFETENSORS_TENSOR_MALFORMED"],
  [
    "an offset above 2^53",
    withText(text("U8", "[1]", "[9007199254740992,9007199254740993]"), 1),
    "SAFETENSORS_TENSOR_MALFORMED",
  ],
  ["a lying shape", withText(text("F32", "[2]", "[0,4]"), 4), "SAFETENSORS_SIZE_MISMATCH"],
  ["bits that fill no byte", withText(text("F4", "[3]", "[0,2]"), 2), "SAFETENSORS_SIZE_MISMATCH"],
  ["data behind the end", withText(text("U8", "[8]", "[0,8]"), 7), "SAFETENSORS_DATA_OUT_OF_FILE"],
  ["a gap at the start", withText(text("U8", "[4]", "[4,8]"), 8), "SAFETENSORS_GAP"],
  [
    "an unknown member",
    withText('{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}', 1),
    "SAFETENSORS_UNKNOWN_MEMBER",
  ],
  ["trailing bytes", concat([sample, new Uint8Array(100)]), "SAFETENSORS_TRAILING_BYTES"],
  [
    "an overlap",
    withHeader((header) => Object.assign(header["b"] ?? {}, { data_offsets: [20, 28] })),
    "SAFETENSORS_OVERLAP",
  ],
  [
    "a gap",
    withHeader((header) => Object.assign(header["a"] ?? {}, { shape: [5], data_offsets: [0, 20] })),
    "SAFETENSORS_GAP",
  ],
];

for (const [name, bytes, code] of attacks) {
  test(`catches ${name}`, () => {
    const codes = codesOf(safetensors, bytes);
    assert.ok(codes.includes(code), `${codes.join(" ") || "clean"}, expected ${code}`);
  });
}

test("text that is not UTF-8 is refused", () => {
  const bytes = withText('{"t?":1}');
  bytes[8 + 3] = 0xff;
  assert.deepEqual(codesOf(safetensors, bytes), ["TEXT_NOT_UTF8"]);
});

test("a hostile header of 20,000 overlapping tensors stays bounded", { timeout: 30_000 }, () => {
  const tensors = Array.from(
    { length: 20_000 },
    (_, index) => `"${index}":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}`,
  );
  const result = describeOrRefuse(safetensors, withText(`{${tensors.join(",")}}`, 1));
  assert.ok(!(result instanceof AibomError));
  assert.ok(result.findings.length <= limits.maxFindingsPerCode + 1);
});

test("10,000 mutations end in a description or an AibomError", { timeout: 60_000 }, (t) => {
  const counts = mutationRun(safetensors, sample, 10_000, 20261124);
  assert.equal(counts.clean + counts.found + counts.refused, 10_000);
  assert.ok(counts.slowestMs < 1000, `${counts.slowestMs} ms`);
  t.diagnostic(JSON.stringify(counts));
});

test("any bytes end in a description or an AibomError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      describeOrRefuse(safetensors, bytes);
    }),
    { numRuns: 500 },
  );
});

test("any JSON header ends in a description or an AibomError", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat({ max: 64 }), (headerText, data) => {
      describeOrRefuse(safetensors, withText(headerText, data));
    }),
    { numRuns: 500 },
  );
});

test("what is built is read back", () => {
  const tensor = fc.record({
    dtype: fc.constantFrom("F32", "BF16", "U8", "I64"),
    shape: fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1, unit: "grapheme" }), tensor, { maxKeys: 8 }),
      (tensors) => {
        fc.pre(!Object.hasOwn(tensors, "__metadata__") && !Object.hasOwn(tensors, "__proto__"));
        const { facts, findings } = safetensors.describe(
          memorySource(buildSafetensors({ tensors }), "m"),
          alone,
        );
        assert.deepEqual(findings, []);
        const count = Object.values(tensors).reduce(
          (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
          0,
        );
        assert.equal(facts.find(({ name }) => name === "parameters.count")?.value, String(count));
      },
    ),
    { numRuns: 300 },
  );
});
