// SPDX-License-Identifier: Apache-2.0
// The pickle reader: what it lists from right files, and that each technique of hiding an import fails.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  arrayWrapper,
  bytesOf,
  calls,
  callsAsText,
  dtype,
  imported,
  joblibArray,
  legacyPytorch,
  op,
  pickled,
  stateDict,
  tensor,
} from "../../fixtures/pickle.ts";
import { pickleSamples } from "../../fixtures/pickle-samples.ts";
import { concat, patternBytes } from "../../fixtures/safetensors.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import type { PickleDetail } from "../../src/formats/pickle/object-facts.ts";
import { pickle } from "../../src/formats/pickle.ts";
import { readFile } from "../../src/formats/read-file.ts";
import { limits } from "../../src/limits.ts";
import { alone, codesOf, inspect, mutationRun } from "./hostile.ts";

const evil = calls("os", "system", "true");

function described(bytes: Uint8Array, path = "model.pkl") {
  return pickle.describe(memorySource(bytes, path), alone);
}

/** The imports of a file: `os.system dangerous`. */
function importsOf(bytes: Uint8Array): readonly string[] {
  return described(bytes)
    .facts.filter(({ name }) => name === "import")
    .map(({ value }) => {
      const { module, name, verdict } = value as Record<string, string>;
      return `${module}.${name} ${verdict}`;
    });
}

function facts(bytes: Uint8Array): ReadonlyMap<string, unknown> {
  return new Map(described(bytes).facts.map((fact) => [`${fact.grade} ${fact.name}`, fact.value]));
}

function read(path: string, bytes: Uint8Array) {
  return readFile({ bytes: bytes.subarray(0, 64), path, size: bytes.length }, memorySource(bytes, path));
}

test("lists each import once, with verdict, count and offset, the gravest first", () => {
  const counter = imported("collections", "Counter");
  const bytes = pickled(
    counter,
    op.pop,
    counter,
    op.pop,
    imported("app", "Net"),
    op.pop,
    imported("os", "system"),
  );
  assert.deepEqual(
    described(bytes)
      .facts.filter(({ name }) => name === "import")
      .map(({ value }) => value),
    [
      { module: "os", name: "system", verdict: "dangerous", count: 1, offset: 74 },
      { module: "app", name: "Net", verdict: "unknown", count: 1, offset: 60 },
      { module: "collections", name: "Counter", verdict: "allowed", count: 2, offset: 24 },
    ],
  );
  assert.deepEqual(codesOf(pickle, bytes), ["PICKLE_DANGEROUS_IMPORT", "PICKLE_UNKNOWN_IMPORT"]);
});

for (const { name, bytes, label, technique } of pickleSamples()) {
  test(`${label}: ${technique} (${name})`, () => {
    const { findings, format, status } = read(name, bytes);
    const grave = findings.filter(({ severity }) => severity === "high" || severity === "critical");
    assert.match(format, /^(?:pickle|pytorch-legacy)$/);
    if (label === "malicious") {
      assert.notDeepEqual(grave, [], "found");
    } else {
      assert.deepEqual(
        findings.filter(({ severity }) => severity !== "low" && severity !== "info"),
        [],
      );
      assert.equal(status, "described");
    }
  });
}

test("what ran before a stream breaks is listed, with the error, and the file is unverified", () => {
  const broken = bytesOf(evil.subarray(0, -1), 0xff);
  const { findings, incomplete } = described(broken);
  assert.deepEqual(
    findings.map(({ code, location, args }) => [code, location.offset, args["reason"]]),
    [
      ["PICKLE_DANGEROUS_IMPORT", 14, undefined],
      ["PICKLE_BROKEN", broken.length - 1, "unknown opcode 0xff"],
    ],
  );
  assert.equal(incomplete, true);
  assert.equal(read("m.pkl", broken).status, "unverified");
});

test("truncation at every byte is never clean, and keeps the imports", () => {
  for (const sample of [evil, callsAsText("os", "system", "true")]) {
    for (let length = 0; length < sample.length; length += 1) {
      const cut = sample.subarray(0, length);
      assert.notDeepEqual(inspect("model.pkl", cut).codes, [], `cut to ${length} bytes`);
      assert.notEqual(read("model.pkl", cut).status, "described");
    }
  }
});

test("length fields at their extremes end in an error, not in memory", () => {
  for (const length of [17, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63]) {
    const bytes = pickled(op.bytes8(new Uint8Array(16), length));
    assert.deepEqual(codesOf(pickle, bytes), ["BYTES_OUT_OF_RANGE"], String(length));
  }
  for (const opcode of ["X", "B", "T"]) {
    assert.notDeepEqual(codesOf(pickle, bytesOf(op.proto(3), opcode, 0xff, 0xff, 0xff, 0xff, op.stop)), []);
  }
  assert.deepEqual(codesOf(pickle, bytesOf(op.proto(2), 0x8b, 0xff, 0xff, 0xff, 0xff, op.stop)), [
    "PICKLE_BROKEN",
  ]);
});

test("stack, marks and memo keep CPython's rules", () => {
  for (const [parts, reason] of [
    [[op.append], "the stack is empty"],
    [[op.reduce], "the stack is empty"],
    [[op.none, op.mark, op.stop], "the stack is empty"],
    [[op.tuple], "no mark on the stack"],
    [[op.get(3)], "memo entry 3 does not exist"],
    [[op.emptyDict, op.mark, op.none, op.setItems], "a key has no value"],
    [[op.mark, op.obj], "nothing lies on the mark"],
    [[op.getLine(-1)], "a memo index is not a number"],
    [["I", "x\n"], "a number is not a number"],
    [[op.string("os")], "a string has no quotes"],
    [[op.proto(6)], "protocol 6 does not exist"],
  ] as const) {
    const { findings } = described(pickled(...parts));
    assert.deepEqual(
      findings.map(({ args }) => args["reason"]),
      [reason],
    );
  }
  const sparse = pickled(op.text("os"), op.put(70_000), op.text("system"), op.memoize, op.stackGlobal);
  assert.deepEqual(
    importsOf(
      bytesOf(
        op.proto(4),
        op.text("os"),
        op.put(70_000),
        op.pop,
        op.get(70_000),
        op.text("system"),
        op.stackGlobal,
        op.stop,
      ),
    ),
    ["os.system dangerous"],
  );
  assert.deepEqual(importsOf(sparse), ["os.system dangerous"]);
});

test("names that are no text are an import of something unknown, which is dangerous", () => {
  for (const name of [
    op.int(1),
    op.none,
    op.emptyTuple,
    bytesOf(imported("builtins", "str"), op.emptyTuple, op.reduce),
  ]) {
    assert.ok(importsOf(pickled(op.text("os"), name, op.stackGlobal)).includes("os.<unknown> dangerous"));
  }
  const long = op.text("x".repeat(limits.maxNameBytes + 1));
  assert.deepEqual(importsOf(pickled(op.text("os"), long, op.stackGlobal)), ["os.<unknown> dangerous"]);
});

test("an extension code is an unknown import", () => {
  assert.deepEqual(importsOf(pickled(op.extension(5))), ["<extension>.5 unknown"]);
});

test("protocol 0 escapes are read as Python reads them", () => {
  for (const [module, expected] of [
    [op.string("'\\x6f\\163'"), "os"],
    [op.string('"os"  '), "os"],
    [op.unicode("\\u006fs"), "os"],
    [op.unicode("\\\\u006fs"), "\\\\u006fs"],
    [op.string("'o\\\\s'"), "o\\s"],
  ] as const) {
    const [first = ""] = importsOf(pickled(module, op.text("x"), op.stackGlobal));
    assert.equal(first.split(".x ")[0], expected);
  }
});

test("a million copies and imports by the memo cost no more than their opcodes", () => {
  const times = (part: Uint8Array, count = 100_000): Uint8Array => concat(new Array(count).fill(part));
  const expansion = pickled(op.emptyTuple, times(bytesOf(op.dup, op.tuple2)));
  const names = bytesOf(
    op.text("m".repeat(4000)),
    op.put(1),
    op.pop,
    op.text("n".repeat(4000)),
    op.put(2),
    op.pop,
  );
  const repeated = pickled(names, times(bytesOf(op.get(1), op.get(2), op.stackGlobal, op.pop)), op.none);
  const nested = pickled(times(op.emptyList), times(op.append, 99_999));
  for (const bytes of [expansion, repeated, nested]) {
    const start = performance.now();
    described(bytes);
    assert.ok(performance.now() - start < 3000);
  }
});

test("more imports than any real file has stop the reading", () => {
  const many = concat(
    Array.from({ length: limits.maxPickleImports + 1 }, (_, at) => bytesOf(op.global("m", `n${at}`), op.pop)),
  );
  const { findings, incomplete } = described(pickled(many, op.none));
  assert.ok(findings.some(({ code }) => code === "PICKLE_TOO_LARGE"));
  assert.equal(incomplete, true);
});

test("trailing bytes, an archive behind the pickle, opcodes of a newer protocol", () => {
  assert.deepEqual(codesOf(pickle, concat([pickled(op.none), Uint8Array.of(0, 0, 0)])), [
    "PICKLE_TRAILING_BYTES",
  ]);
  assert.deepEqual(codesOf(pickle, bytesOf(op.proto(2), op.text("a"), op.stop)), [
    "PICKLE_PROTOCOL_MISMATCH",
  ]);
  const end = concat([Uint8Array.of(0x50, 0x4b, 5, 6), new Uint8Array(18)]);
  assert.ok(codesOf(pickle, concat([pickled(op.none), end])).includes("FORMAT_POLYGLOT"));
  assert.deepEqual(codesOf(pickle, concat([pickled(op.none), pickled(op.none)])), []);
});

test("tensors of a state dict: names, shapes, types, parameters", () => {
  const bytes = stateDict({
    "fc.weight": tensor("0", [3, 4]),
    "fc.bias": tensor("1", [3], { storage: "HalfStorage" }),
    tied: tensor("0", [3, 4]),
    view: tensor("2", [2, 2], { elements: 100, offset: 10 }),
  });
  const { detail } = described(bytes);
  assert.deepEqual(
    (detail as PickleDetail).tensors.map(({ name, dtype: type, shape, bytes: size }) => [
      name,
      type,
      shape,
      size,
    ]),
    [
      ["fc.weight", "F32", [3, 4], 48],
      ["fc.bias", "F16", [3], 6],
      ["tied", "F32", [3, 4], 48],
      ["view", "F32", [2, 2], 16],
    ],
  );
  const all = facts(bytes);
  assert.equal(all.get("computed tensors.count"), 4);
  assert.equal(all.get("computed parameters.count"), "19");
  assert.deepEqual(all.get("computed dtypes"), { F16: "3", F32: "16" });
});

test("tensors below objects and other dicts are named as their modules name them", () => {
  const parameter = (value: Uint8Array): Uint8Array =>
    bytesOf(
      op.global("torch._utils", "_rebuild_parameter"),
      value,
      op.true,
      op.emptyDict,
      op.tuple3,
      op.reduce,
    );
  const layer = bytesOf(
    op.global("torch.nn.modules.linear", "Linear"),
    op.emptyTuple,
    op.newObj,
    op.emptyDict,
    op.text("_parameters"),
    bytesOf(op.emptyDict, op.text("weight"), parameter(tensor("0", [2, 2])), op.setItem),
    op.setItem,
    op.build,
  );
  const model = bytesOf(
    op.emptyDict,
    op.text("_modules"),
    op.emptyDict,
    op.text("fc"),
    layer,
    op.setItem,
    op.setItem,
  );
  const bytes = pickled(op.emptyDict, op.text("model"), model, op.setItem);
  assert.deepEqual(
    (described(bytes).detail as PickleDetail).tensors.map(({ name }) => name),
    ["model.fc.weight"],
  );
});

test("PyTorch files of five pickles: storages are counted to the end of the file", () => {
  const state = stateDict({ a: tensor("k", [4], { legacy: true }) });
  const right = { object: state, keys: ["k"], storages: [new Uint8Array(16)], elements: [4] };
  const bytes = legacyPytorch(right);
  const result = read("model.pt", bytes);
  assert.equal(result.format, "pytorch-legacy");
  assert.deepEqual(result.findings, []);
  assert.equal(facts(bytes).get("computed parameters.count"), "4");

  const short = read("model.pt", bytes.subarray(0, -1));
  assert.deepEqual(
    short.findings.map(({ code }) => code),
    ["PYTORCH_STORAGE_MISMATCH"],
  );
  assert.equal(short.status, "unverified");
  assert.deepEqual(codesOf(pickle, concat([bytes, Uint8Array.of(1)])), ["PICKLE_TRAILING_BYTES"]);
  const forged = legacyPytorch({ ...right, magic: calls("collections", "Counter") });
  assert.deepEqual(codesOf(pickle, forged), ["PYTORCH_MAGIC_FORGED"]);
  // Storages may start like a pickle.
  const alike = legacyPytorch({ ...right, storages: [bytesOf(evil, new Uint8Array(16)).subarray(0, 16)] });
  assert.deepEqual(codesOf(pickle, alike), []);
});

test("joblib: arrays between the opcodes are stepped over, whatever they hold", () => {
  for (const [code, shape, width] of [
    ["f8", [3, 5], 8],
    ["b1", [7], 1],
    ["i4", [0], 4],
    ["f4", [], 4],
  ] as const) {
    const length = width * shape.reduce<number>((a, b) => a * b, 1);
    const bytes = joblibArray(shape, code, patternBytes(length, 3));
    assert.deepEqual(codesOf(pickle, bytes), [], code);
  }
  const unknown = bytesOf(op.proto(4), arrayWrapper([2], op.none), op.stop);
  assert.deepEqual(codesOf(pickle, unknown), ["PICKLE_ARRAY_UNKNOWN"]);
  assert.deepEqual(codesOf(pickle, bytesOf(op.proto(4), arrayWrapper([99], dtype("f8")), op.stop)), [
    "BYTES_OUT_OF_RANGE",
  ]);
});

test("scikit-learn: the class and the version it was written with", () => {
  const bytes = pickled(
    imported("sklearn.linear_model._base", "LinearRegression"),
    op.emptyTuple,
    op.newObj,
    bytesOf(
      op.emptyDict,
      op.mark,
      op.text("copy_X"),
      op.true,
      op.text("_sklearn_version"),
      op.text("1.9.1"),
      op.setItems,
    ),
    op.build,
  );
  const all = facts(bytes);
  assert.equal(all.get("computed architecture.class"), "LinearRegression");
  assert.deepEqual(all.get("claim producer"), { name: "scikit-learn", version: "1.9.1" });
  assert.deepEqual(codesOf(pickle, bytes), []);
});

test("embedded files are listed with what they import, and read no deeper than the limit", () => {
  const twice = pickled(op.bytes(pickled(op.bytes(evil))));
  const { findings } = read("m.pkl", twice);
  const dangerous = findings.find(({ code }) => code === "PICKLE_DANGEROUS_IMPORT");
  assert.equal(dangerous?.location.member, "bytes at 4!bytes at 4");
  let deep = evil;
  for (let level = 0; level < 8; level += 1) {
    deep = pickled(op.bytes(deep));
  }
  const result = read("m.pkl", deep);
  assert.ok(result.findings.some(({ code }) => code === "CONTAINER_TOO_DEEP"));
  assert.equal(result.status, "unverified");
  assert.deepEqual(codesOf(pickle, pickled(op.bytes(bytesOf(op.proto(4), patternBytes(60, 1))))), []);
});

test("text that starts like opcodes is no pickle", () => {
  const texts = [
    "(defun main () 1)\n",
    "class Net(nn.Module):\n    pass\n",
    "import os\n",
    "I am a text.\n",
    "cat\ndog\nbird\n",
    "Now is the time.\n",
    "(c) 2024 The authors\n",
    "]\n",
    "}\n",
    "N,1,2\n3,4,5\n",
    "V1.0\nV2.0\nV3.0.\n",
    "S'x'\n",
    "X,y\n1,2\n",
    "configuration\nvalue\n0.5\n",
    `c${"a".repeat(40)}\n${"b".repeat(40)}\nmore\n`,
    "cat\ndog\nNone\n",
    "(cat\ndog\ntail\n",
    "",
  ];
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    for (const path of ["notes.txt", "data.bin", "README"]) {
      const result = read(path, bytes);
      assert.equal(result.format, "file", text);
      assert.deepEqual(result.findings, [], text);
    }
  }
});

test("a name of pickles over other bytes is a finding", () => {
  const { findings, status } = read("model.pkl", new TextEncoder().encode("hello world"));
  assert.equal(findings[0]?.code, "FORMAT_MISMATCH");
  assert.equal(status, "unverified");
  assert.equal(read("number.pkl", new TextEncoder().encode("I42\n.")).status, "described");
});

test("ten thousand mutations: a description or an AibomError, quickly", () => {
  const samples = [
    evil,
    callsAsText("os", "system", "true"),
    stateDict({ a: tensor("0", [2, 2]) }),
    legacyPytorch({
      object: stateDict({ a: tensor("k", [4]) }),
      keys: ["k"],
      storages: [new Uint8Array(16)],
      elements: [4],
    }),
    joblibArray([4], "f8", new Uint8Array(32)),
  ];
  for (const [seed, sample] of samples.entries()) {
    const { slowestMs } = mutationRun(pickle, sample, 2000, seed);
    assert.ok(slowestMs < 500, `${slowestMs} ms`);
  }
});
