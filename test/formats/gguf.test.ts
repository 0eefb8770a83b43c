// SPDX-License-Identifier: Apache-2.0
// The GGUF reader: what it reads from right files, and that each attack on the format is caught.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  buildGguf,
  type GgufSpec,
  type GgufSpecValue,
  ggufMetadata,
  ggufTensors,
} from "../../fixtures/gguf.ts";
import { concat } from "../../fixtures/safetensors.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { AibomError } from "../../src/errors.ts";
import { gguf } from "../../src/formats/gguf.ts";
import { limits } from "../../src/limits.ts";
import { alone, codesOf, describeOrRefuse, inspect, mutationRun } from "./hostile.ts";

const real: GgufSpec = { metadata: ggufMetadata(), tensors: ggufTensors };
/** Smaller, so that mutations hit the header and not the vocabulary. */
const small: GgufSpec = {
  metadata: [
    ["general.architecture", ["string", "llama"]],
    ["general.alignment", ["u32", 32]],
    ["general.file_type", ["u32", 0]],
    ["tokenizer.ggml.add_bos_token", ["bool", true]],
    ["tokenizer.ggml.tokens", ["array", "string", ["a", "b"]]],
    ["llama.rope.freq_base", ["f32", 10000]],
  ],
  tensors: [
    { name: "a", type: "F32", dimensions: [4, 2] },
    { name: "b", type: "Q8_0", dimensions: [32, 2] },
  ],
};
const smallSample = buildGguf(small);

function factsOf(spec: GgufSpec): Map<string, unknown[]> {
  const { facts } = gguf.describe(memorySource(buildGguf(spec), "model.gguf"), alone);
  const values = new Map<string, unknown[]>();
  for (const { grade, name, value } of facts) {
    const key = `${grade} ${name}`;
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

function withValue(key: string, value: GgufSpecValue): Uint8Array {
  return buildGguf({ ...small, metadata: [...(small.metadata ?? []), [key, value]] });
}

for (const [version, bigEndian] of [
  [2, false],
  [3, false],
  [3, true],
] as const) {
  test(`reads version ${version}, ${bigEndian ? "big" : "little"} endian`, () => {
    const facts = factsOf({ ...real, version, bigEndian });
    assert.deepEqual(facts.get("computed format.version"), [String(version)]);
    assert.deepEqual(facts.get("computed parameters.count"), ["25344"]);
    assert.deepEqual(facts.get("computed tensors.count"), [6]);
    assert.deepEqual(facts.get("computed quantizations"), [{ F32: "768", Q8_0: "24576" }]);
    assert.deepEqual(facts.get("computed vocabulary.size"), [64]);
    assert.deepEqual(facts.get("claim quantization"), ["Q8_0"]);
    assert.deepEqual(facts.get("claim architecture.family"), ["llama"]);
    assert.deepEqual(facts.get("claim context_length"), [256]);
    assert.deepEqual(facts.get("claim license"), ["apache-2.0"]);
    assert.deepEqual(facts.get("claim base_model"), [
      {
        name: "Tiny Llama Base",
        url: "https://huggingface.co/example-org/tiny-llama-base",
        organization: "Example Org",
      },
    ]);
    assert.deepEqual(facts.get("claim tag"), ["text-generation", "test-fixture"]);
    assert.deepEqual(codesOf(gguf, buildGguf({ ...real, version, bigEndian })), []);
  });
}

test("a vocabulary of 250,000 tokens is stepped over, the licence behind it is read", {
  timeout: 20_000,
}, (t) => {
  const bytes = buildGguf({ ...real, metadata: ggufMetadata(250_000) });
  const start = performance.now();
  const { facts } = gguf.describe(memorySource(bytes, "m"), alone);
  t.diagnostic(`${Math.round(performance.now() - start)} ms`);
  assert.ok(facts.some(({ name, value }) => name === "license" && value === "apache-2.0"));
  assert.ok(facts.some(({ name, value }) => name === "vocabulary.size" && value === 250_000));
});

test("64-bit integers, non-finite and 32-bit floats become JSON without loss", () => {
  const facts = factsOf({
    metadata: [
      ["general.architecture", ["string", "x"]],
      ["x.big", ["u64", 2n ** 63n]],
      ["x.eps", ["f32", 1e-5]],
      ["x.nan", ["f64", Number.NaN]],
    ],
  });
  assert.deepEqual(facts.get("claim hyperparameter"), [
    { name: "big", value: "9223372036854775808" },
    { name: "eps", value: 0.00001 },
    { name: "nan", value: "NaN" },
  ]);
});

test("a key named __proto__ is a key", () => {
  assert.deepEqual(codesOf(gguf, withValue("__proto__", ["string", "x"])), []);
});

test("paths of the machine that wrote the file stay out", () => {
  const facts = factsOf({ metadata: [["quantize.imatrix.file", ["string", "/home/alice/imatrix.dat"]]] });
  assert.ok(!JSON.stringify([...facts]).includes("alice"));
});

test("a dangerous chat template is found, under any name", () => {
  const template = "{{ ''.__class__.__mro__[1].__subclasses__() }}";
  for (const key of ["tokenizer.chat_template", "tokenizer.chat_template.tool_use"]) {
    assert.deepEqual(codesOf(gguf, withValue(key, ["string", template])), ["CHAT_TEMPLATE_DANGEROUS"]);
  }
});

test("a chat template too long to be looked into is refused", () => {
  const template = "x".repeat(limits.maxGgufLoadedStringBytes + 1);
  assert.deepEqual(codesOf(gguf, withValue("tokenizer.chat_template", ["string", template])), [
    "GGUF_STRING_TOO_LONG",
  ]);
  assert.deepEqual(codesOf(gguf, withValue("tokenizer.huggingface.json", ["string", template])), []);
});

test("truncation at every byte is refused", () => {
  const end = smallSample.length;
  for (let length = 0; length < end; length += 1) {
    const { codes } = inspect("model.gguf", smallSample.subarray(0, length));
    // The last tensor needs 68 bytes; what follows it is padding.
    const isPadding = length >= end - 28;
    assert.equal(codes.length > 0, !isPadding, `cut to ${length} of ${end} bytes: ${codes.join(" ")}`);
  }
});

/** Places of the 64- and 32-bit length fields of `smallSample`, by what stands before them. */
function fieldsBehind(text: string, skip = 0): number {
  const at = Buffer.from(smallSample).indexOf(text);
  assert.ok(at >= 0);
  return at + text.length + skip;
}

test("each length field at 0, 1, its limit, above it, and the largest is never clean", () => {
  const fields: readonly (readonly [name: string, offset: number, right: bigint])[] = [
    ["tensor count", 8, 2n],
    ["key count", 16, 6n],
    ["length of the first key", 24, 20n],
    ["length of the first string", fieldsBehind("general.architecture", 4), 5n],
    ["array length", fieldsBehind("tokenizer.ggml.tokens", 8), 2n],
    ["length of a token", fieldsBehind("tokenizer.ggml.tokens", 16), 1n],
    ["length of a tensor name", fieldsBehind("llama.rope.freq_base", 8), 1n],
    ["first dimension", fieldsBehind("llama.rope.freq_base", 8 + 8 + 1 + 4), 4n],
    ["second dimension", fieldsBehind("llama.rope.freq_base", 8 + 8 + 1 + 4 + 8), 2n],
    ["tensor offset", fieldsBehind("llama.rope.freq_base", 8 + 8 + 1 + 4 + 16 + 4), 0n],
  ];
  const limit = 2n ** 30n;
  const values = [0n, 1n, 63n, 64n, 65_536n, 65_537n, 1_000_000n, 1_000_001n];
  values.push(limit, limit + 1n, 2n ** 32n, 2n ** 53n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n);
  for (const [name, offset, right] of fields) {
    for (const value of values.filter((each) => each !== right)) {
      const bytes = Uint8Array.from(smallSample);
      const view = new DataView(bytes.buffer);
      assert.equal(view.getBigUint64(offset, true), right, name);
      view.setBigUint64(offset, value, true);
      assert.notDeepEqual(codesOf(gguf, bytes), [], `${name} = ${value}`);
    }
  }
});

const f32 = (name: string, dimensions: readonly (number | bigint)[], rest = {}) => ({
  name,
  type: "F32",
  dimensions,
  ...rest,
});
const tensorsOf = (...tensors: NonNullable<GgufSpec["tensors"]>): Uint8Array => buildGguf({ tensors });

const attacks: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
  ["a wrong magic", Uint8Array.of(0x47, 0x47, 0x55, 0x47, ...smallSample.subarray(4)), "GGUF_BAD_MAGIC"],
  ["version 0", buildGguf({ version: 0 }), "GGUF_VERSION_UNSUPPORTED"],
  ["version 1", buildGguf({ version: 1 }), "GGUF_VERSION_UNSUPPORTED"],
  ["version 4", buildGguf({ version: 4 }), "GGUF_VERSION_UNSUPPORTED"],
  ["version 1 big endian", buildGguf({ version: 1, bigEndian: true }), "GGUF_VERSION_UNSUPPORTED"],
  ["too many keys", buildGguf({ keyCount: 2n ** 64n - 1n }), "GGUF_TOO_MANY_KEYS"],
  ["too many tensors", buildGguf({ tensorCount: 2n ** 64n - 1n }), "GGUF_TOO_MANY_TENSORS"],
  ["a duplicate key", withValue("general.architecture", ["string", "evil"]), "GGUF_DUPLICATE_KEY"],
  ["an empty key", withValue("", ["u32", 1]), "GGUF_EMPTY_KEY"],
  ["an unknown value type", withValue("x", ["raw", 13, new Uint8Array(8)]), "GGUF_BAD_VALUE_TYPE"],
  [
    "a nested array",
    withValue("x", ["raw", 9, Uint8Array.of(9, 0, 0, 0, 1, ...new Uint8Array(7))]),
    "GGUF_NESTED_ARRAY",
  ],
  ["a boolean of 2", withValue("x", ["bool", 2]), "GGUF_BAD_BOOL"],
  ["a boolean of 2 in an array", withValue("x", ["array", "bool", [true, 2]]), "GGUF_BAD_BOOL"],
  [
    "a key that is not UTF-8",
    withValue("x", ["raw", 8, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff)]),
    "TEXT_NOT_UTF8",
  ],
  [
    "a string of 2^63",
    withValue("x", ["raw", 8, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80)]),
    "GGUF_STRING_TOO_LONG",
  ],
  ["alignment 0", buildGguf({ metadata: [["general.alignment", ["u32", 0]]] }), "GGUF_BAD_ALIGNMENT"],
  ["alignment 24", buildGguf({ metadata: [["general.alignment", ["u32", 24]]] }), "GGUF_BAD_ALIGNMENT"],
  [
    "alignment 2^31",
    buildGguf({ metadata: [["general.alignment", ["u32", 2 ** 31]]] }),
    "GGUF_BAD_ALIGNMENT",
  ],
  ["alignment as u64", buildGguf({ metadata: [["general.alignment", ["u64", 32]]] }), "GGUF_BAD_ALIGNMENT"],
  ["a duplicate tensor", tensorsOf(f32("a", [8]), f32("a", [8])), "GGUF_DUPLICATE_TENSOR"],
  ["a tensor name of 64 bytes", tensorsOf(f32("a".repeat(64), [8])), "GGUF_TENSOR_NAME_TOO_LONG"],
  ["five dimensions", tensorsOf(f32("a", [1, 1, 1, 1, 1])), "GGUF_TOO_MANY_DIMENSIONS"],
  ["a product above 2^64", tensorsOf(f32("a", [2n ** 32n, 2n ** 32n], { size: 32 })), "GGUF_SIZE_OVERFLOW"],
  ["an overflow hidden by a zero", tensorsOf(f32("a", [0n, 2n ** 63n], { size: 32 })), "GGUF_SIZE_OVERFLOW"],
  ["lying dimensions", tensorsOf(f32("a", [1024, 1024], { size: 32 })), "GGUF_DATA_OUT_OF_FILE"],
  ["an offset behind the file", tensorsOf(f32("a", [8], { offset: 4096n })), "GGUF_DATA_OUT_OF_FILE"],
  ["an offset of 2^64-32", tensorsOf(f32("a", [8], { offset: 2n ** 64n - 32n })), "GGUF_DATA_OUT_OF_FILE"],
  [
    "a removed tensor type",
    tensorsOf({ name: "a", type: 4, dimensions: [32], size: 32 }),
    "GGUF_UNKNOWN_TENSOR_TYPE",
  ],
  [
    "an unknown tensor type",
    tensorsOf({ name: "a", type: 999, dimensions: [32], size: 32 }),
    "GGUF_UNKNOWN_TENSOR_TYPE",
  ],
  [
    "a row that fills no block",
    tensorsOf({ name: "a", type: "Q8_0", dimensions: [31], size: 34 }),
    "GGUF_BLOCK_MISMATCH",
  ],
  [
    "a misaligned tensor",
    tensorsOf(f32("a", [8]), f32("b", [8], { offset: 33n, size: 64 })),
    "GGUF_MISALIGNED",
  ],
  ["an overlap", tensorsOf(f32("a", [16]), f32("b", [8], { offset: 32n })), "GGUF_OVERLAP"],
  ["a gap", tensorsOf(f32("a", [8], { size: 64 }), f32("b", [8])), "GGUF_GAP"],
  ["trailing bytes", concat([smallSample, new Uint8Array(1)]), "GGUF_TRAILING_BYTES"],
  ["trailing bytes without tensors", buildGguf({ tail: new Uint8Array(1000) }), "GGUF_TRAILING_BYTES"],
  [
    "a wrong quantisation label",
    buildGguf({ metadata: [["general.file_type", ["u32", 15]]], tensors: [f32("a", [256, 4])] }),
    "GGUF_FILE_TYPE_MISMATCH",
  ],
  [
    "a wrong parameter count",
    buildGguf({ metadata: [["general.parameter_count", ["u64", 7_000_000_000]]], tensors: [f32("a", [8])] }),
    "GGUF_PARAMETER_COUNT_MISMATCH",
  ],
];

for (const [name, bytes, code] of attacks) {
  test(`catches ${name}`, () => {
    const codes = codesOf(gguf, bytes);
    assert.ok(codes.includes(code), `${codes.join(" ") || "clean"}, expected ${code}`);
  });
}

test("10,000 mutations end in a description or an AibomError", { timeout: 60_000 }, (t) => {
  const counts = mutationRun(gguf, smallSample, 10_000, 20261124);
  assert.equal(counts.clean + counts.found + counts.refused, 10_000);
  assert.ok(counts.slowestMs < 1000, `${counts.slowestMs} ms`);
  t.diagnostic(JSON.stringify(counts));
});

test("any bytes behind the magic end in a description or an AibomError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(2, 3), (rest, version) => {
      describeOrRefuse(gguf, Uint8Array.of(0x47, 0x47, 0x55, 0x46, version, 0, 0, 0, ...rest));
    }),
    { numRuns: 500 },
  );
});

test("what is built is read back", () => {
  const tensor = fc.record({
    type: fc.constantFrom("F32", "F16", "Q8_0", "Q4_K"),
    rows: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(tensor, { maxLength: 6 }), fc.boolean(), (specs, bigEndian) => {
      const tensors = specs.map(({ type, rows }, index) => ({
        name: `t${index}`,
        type,
        dimensions: [256, ...rows],
      }));
      const result = describeOrRefuse(gguf, buildGguf({ tensors, bigEndian }));
      assert.ok(!(result instanceof AibomError), String(result));
      assert.deepEqual(result.findings, []);
      const count = tensors.reduce((sum, { dimensions }) => sum + dimensions.reduce((a, b) => a * b, 1), 0);
      assert.equal(result.facts.find(({ name }) => name === "parameters.count")?.value, String(count));
    }),
    { numRuns: 200 },
  );
});
