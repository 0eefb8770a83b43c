// SPDX-License-Identifier: Apache-2.0
// What real unpicklers load and run is found, however the file dresses; its harmless twin is not called dangerous.

import assert from "node:assert/strict";
import { test } from "node:test";
import { evasionSamples } from "../../fixtures/evasion-samples.ts";
import { bytesOf, imported, joblibArray, op, pickled } from "../../fixtures/pickle.ts";
import { readNamed } from "./hostile.ts";

for (const { name, bytes, label, technique } of evasionSamples()) {
  test(`${label}: ${technique} (${name})`, () => {
    const { findings } = readNamed(name, bytes);
    const grave = findings.filter(({ severity }) => severity === "high" || severity === "critical");
    assert.equal(grave.length > 0, label === "malicious", JSON.stringify(findings, undefined, 1));
  });
}

test("an array's description that is made in a way nobody can follow leaves the file unread", () => {
  const made = bytesOf(
    op.proto(4),
    imported("functools", "partial"),
    imported("joblib.numpy_pickle", "NumpyArrayWrapper"),
    op.tuple1,
    op.reduce,
    op.emptyTuple,
    op.reduce,
    op.emptyDict,
    op.build,
    op.stop,
  );
  const { findings, status } = readNamed("model.joblib", made);
  assert.deepEqual([status, findings.map(({ code }) => code)], ["unverified", ["PICKLE_ARRAY_UNKNOWN"]]);
  const whole = readNamed("model.joblib", joblibArray([2], "f8", new Uint8Array(16)));
  assert.deepEqual([whole.status, whole.findings], ["described", []]);
});

test("what a stored string of torch brings is read to its end or reported", () => {
  const magic = Uint8Array.from([
    0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]);
  const broken = bytesOf(
    op.proto(4),
    imported("torch.storage", "_load_from_bytes"),
    op.bytes(bytesOf(magic, op.proto(2), 0xff)),
    op.tuple1,
    op.reduce,
    op.stop,
  );
  assert.equal(
    readNamed("m.pkl", broken).findings.some(({ code }) => code === "PICKLE_EMBEDDED"),
    true,
  );
});

test("methods of tables call what their text names", () => {
  const call = (name: string) => pickled(imported("pandas.core.frame", name), op.none, op.tuple1, op.reduce);
  const codes = (name: string) => readNamed("m.pkl", call(name)).findings.map(({ code }) => code);
  assert.deepEqual(codes("DataFrame.transform"), ["PICKLE_DANGEROUS_IMPORT"]);
  assert.deepEqual(codes("DataFrame"), []);
});

test("a state as a list of pairs is a state", () => {
  const code = bytesOf(op.text("_parse_arg_template"), op.text("print(1)"), op.tuple2);
  const state = bytesOf(op.emptyList, code, op.append);
  const made = bytesOf(imported("scipy.stats._continuous_distns", "norm_gen"), op.emptyTuple, op.newObj);
  const { findings } = readNamed("m.pkl", pickled(made, state, op.build));
  assert.deepEqual(
    findings.map(({ code: each }) => each),
    ["PICKLE_STATE_RUNS"],
  );
});
