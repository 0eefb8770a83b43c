// SPDX-License-Identifier: Apache-2.0
// PyTorch, TorchServe and skops archives: what their entries say together, and what is dangerous in them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, op, pickled, stateDict, tensor } from "../../fixtures/pickle.ts";
import { marFile, pytorchZip, scriptPickle, skopsFile, skopsNode } from "../../fixtures/pytorch.ts";
import { pytorchSamples } from "../../fixtures/pytorch-samples.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { readFile } from "../../src/formats/read-file.ts";
import type { PytorchDetail } from "../../src/formats/zip/pytorch.ts";
import { zip } from "../../src/formats/zip.ts";
import { mutationRun } from "./hostile.ts";

function read(path: string, bytes: Uint8Array) {
  const result = readFile(
    { bytes: bytes.subarray(0, 64), path, size: bytes.length },
    memorySource(bytes, path),
  );
  const facts = result.description?.facts ?? [];
  return {
    ...result,
    codes: result.findings.map(({ code }) => code),
    values: (name: string): readonly unknown[] =>
      facts.filter((fact) => fact.name === name).map(({ value }) => value),
  };
}

for (const { name, bytes, label, technique } of pytorchSamples()) {
  test(`${label}: ${technique} (${name})`, () => {
    const { findings, status } = read(name, bytes);
    const grave = findings.filter(({ severity }) => severity === "high" || severity === "critical");
    if (label === "malicious") {
      assert.notDeepEqual(grave, []);
    } else {
      assert.deepEqual(
        findings.filter(({ severity }) => severity !== "low" && severity !== "info"),
        [],
      );
      assert.equal(status, "described");
    }
  });
}

test("a state dict: parameters, types, version, byte order, and tensors for the shard layout", () => {
  const pickle = stateDict({
    "a.weight": tensor("0", [2, 3]),
    "a.bias": tensor("1", [3], { storage: "BFloat16Storage" }),
  });
  const bytes = pytorchZip({ pickle, storages: { 0: new Uint8Array(24), 1: new Uint8Array(6) } });
  const { format, codes, values, holdsWeights, description } = read("pytorch_model.bin", bytes);
  assert.equal(format, "pytorch");
  assert.equal(holdsWeights, true);
  assert.deepEqual(codes, []);
  assert.deepEqual(values("parameters.count"), ["9"]);
  assert.deepEqual(values("dtypes"), [{ BF16: "3", F32: "6" }]);
  assert.deepEqual(values("format.version"), ["3"]);
  assert.deepEqual(values("metadata"), [{ key: "byteorder", value: "little" }]);
  assert.deepEqual(
    [...((description?.detail as PytorchDetail | undefined)?.tensors ?? [])],
    [
      ["a.weight", 24],
      ["a.bias", 6],
    ],
  );
});

test("storages that are missing or too short", () => {
  assert.deepEqual(read("m.pt", pytorchZip({ storages: {} })).codes, ["PYTORCH_STORAGE_MISSING"]);
  assert.deepEqual(read("m.pt", pytorchZip({ storages: { 0: new Uint8Array(23) } })).codes, [
    "PYTORCH_STORAGE_MISMATCH",
  ]);
  // Padding is legal.
  assert.deepEqual(read("m.pt", pytorchZip({ storages: { 0: new Uint8Array(64) } })).codes, []);
});

test("raw numbers that begin like another format say nothing; a pickle among them does", () => {
  for (const start of [
    [0x80, 2, 0x63],
    [0x50, 0x4b, 3, 4],
    [0x1f, 0x8b, 8],
    [0x7f, 0x45, 0x4c, 0x46],
  ]) {
    const storage = Uint8Array.from({ length: 24 }, (_, at) => start[at] ?? 0x11);
    const { codes, status } = read("m.pt", pytorchZip({ storages: { 0: storage } }));
    assert.deepEqual(codes, [], String(start));
    assert.equal(status, "described");
  }
  const payload = calls("os", "system", "true");
  assert.ok(
    read("m.pt", pytorchZip({ storages: { 0: new Uint8Array(24), 1: payload } })).codes.includes(
      "PICKLE_DANGEROUS_IMPORT",
    ),
  );
});

test("an optimiser's state is no part of the model", () => {
  const state = pickled(
    op.emptyDict,
    op.mark,
    op.text("model"),
    op.emptyDict,
    op.text("weight"),
    tensor("0", [2, 3]),
    op.setItem,
    op.text("optimizer"),
    op.emptyDict,
    op.text("exp_avg"),
    tensor("1", [2, 3]),
    op.setItem,
    op.setItems,
  );
  const bytes = pytorchZip({ pickle: state, storages: { 0: new Uint8Array(24), 1: new Uint8Array(24) } });
  assert.deepEqual(read("m.pt", bytes).values("parameters.count"), ["6"]);
});

test("TorchScript: its code is listed, its classes are allowed", () => {
  const more = {
    "code/__torch__.py": "class Net(Module):\n  pass\n",
    "constants.pkl": pickled(op.emptyTuple),
  };
  const { codes, values } = read("m.pt", pytorchZip({ pickle: scriptPickle(), more }));
  assert.deepEqual(codes, []);
  assert.deepEqual(values("custom_code"), [{ class: "TorchScript", module: "model/code/__torch__.py" }]);
  assert.ok(values("import").some((each) => (each as { verdict: string }).verdict === "allowed"));
});

test("exported programs: weights by their table, native code is named", () => {
  const meta = { dtype: 13, sizes: [{ as_int: 2 }, { as_int: 3 }] };
  const config = {
    config: {
      "a.weight": { path_name: "weight_0", tensor_meta: meta },
      gone: { path_name: "weight_1", tensor_meta: meta },
    },
  };
  const bytes = buildZip({
    "m/archive_format": "pt2",
    "m/data/weights/model_weights_config.json": JSON.stringify(config),
    "m/data/weights/weight_0": new Uint8Array(11),
    "m/data/aotinductor/model/model.so": Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, ...new Uint8Array(60)]),
  });
  const { format, codes, values } = read("m.pt2", bytes);
  assert.equal(format, "pytorch");
  assert.deepEqual([...codes].sort(), [
    "PYTORCH_NATIVE_CODE",
    "PYTORCH_STORAGE_MISMATCH",
    "PYTORCH_STORAGE_MISSING",
  ]);
  assert.deepEqual(values("dtypes"), [{ BF16: "12" }]);
});

test("TorchServe: the manifest's names, and the code that it runs", () => {
  const plain = read("m.mar", marFile("image_classifier"));
  assert.equal(plain.format, "torchserve");
  assert.deepEqual(plain.codes, []);
  assert.deepEqual(plain.values("name"), ["tiny"]);
  const own = read("m.mar", marFile("handler.py", { "handler.py": "import os\n" }));
  assert.deepEqual(own.codes, ["TORCHSERVE_HANDLER"]);
  const broken = read("m.mar", buildZip({ "MAR-INF/MANIFEST.json": "{}" }));
  assert.deepEqual(broken.codes, ["TORCHSERVE_MANIFEST_INVALID"]);
  assert.equal(broken.status, "unverified");
});

test("skops: types with their verdicts, protocol and version", () => {
  const own = skopsNode("app.model", "Net", "ObjectNode", { content: {} });
  const { format, codes, values } = read("m.skops", skopsFile({ own }));
  assert.equal(format, "skops");
  assert.deepEqual(codes, ["SKOPS_UNTRUSTED_TYPE"]);
  assert.deepEqual(values("producer"), [{ name: "skops", version: "0.16.0" }]);
  assert.deepEqual(values("architecture.class"), ["LogisticRegression"]);
  const two = buildZip([
    { name: "schema.json", data: "{}" },
    { name: "schema.json", data: "{}" },
  ]);
  assert.ok(read("m.skops", two).codes.includes("SKOPS_SCHEMA_INVALID"));
  assert.ok(read("m.skops", buildZip({ "schema.json": "[]" })).codes.includes("SKOPS_SCHEMA_INVALID"));
});

test("ten thousand mutations: a description or an AibomError, quickly", () => {
  const samples = [
    pytorchZip({ more: { "code/__torch__.py": "class Net(Module):\n" } }),
    skopsFile({ a: skopsNode("numpy", "log1p", "FunctionNode") }),
    marFile("handler.py", { "handler.py": "x = 1\n" }),
  ];
  for (const [seed, bytes] of samples.entries()) {
    assert.ok(mutationRun(zip, bytes, 3400, seed).slowestMs < 1000);
  }
});
