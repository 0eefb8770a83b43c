// SPDX-License-Identifier: Apache-2.0
// Files that torch and scikit-learn write on the spot: our tensors, types, shapes and counts are theirs, and no import of
// theirs is called dangerous. scikit-learn, joblib, skops and NumPy are in an environment of ours; torch is in none, since
// its builds for CUDA take 5 GB: AIBOM_INTEROP_PYTHON names an interpreter that has it. What is missing is skipped.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { readFile } from "../../src/formats/read-file.ts";
import type { PytorchDetail } from "../../src/formats/zip/pytorch.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const python = process.env["AIBOM_INTEROP_PYTHON"] ?? "python3";
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;

function read(directory: string, name: string) {
  const bytes = readFileSync(join(directory, name));
  return readFile(
    { bytes: bytes.subarray(0, 64), path: name, size: bytes.length },
    memorySource(bytes, name),
  );
}

const writeTorch = `
import json, sys, torch
directory = sys.argv[1]
model = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.LSTM(4, 5), torch.nn.TransformerEncoderLayer(16, 2))
state = model.state_dict()
torch.save(state, directory + "/state.pt")
torch.save(state, directory + "/legacy.pt", _use_new_zipfile_serialization=False)
torch.save(model, directory + "/model.pt")
torch.jit.script(model[0]).save(directory + "/script.pt")
kinds = {str(t): torch.zeros(3, 4, dtype=t) for t in [torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.uint8, torch.bool, torch.complex64, torch.float8_e4m3fn, torch.int32]}
torch.save(kinds, directory + "/kinds.bin")
sizes = lambda tensors: {name: t.numel() * t.element_size() for name, t in tensors.items()}
json.dump({"state.pt": sizes(state), "model.pt": sizes(state), "script.pt": sizes(model[0].state_dict()), "kinds.bin": sizes(kinds)}, open(directory + "/expected.json", "w"))
`;

test("torch: names and sizes of all tensors, and their number", {
  skip: hasTorch ? false : `${python} has not: torch`,
}, (t) => {
  const directory = temporaryDirectory(t);
  execFileSync(python, ["-c", writeTorch, directory], { stdio: ["ignore", "ignore", "ignore"] });
  const expected = JSON.parse(readFileSync(join(directory, "expected.json"), "utf8")) as Record<
    string,
    Record<string, number>
  >;
  for (const [name, tensors] of Object.entries(expected)) {
    const { description, findings, format, status } = read(directory, name);
    assert.deepEqual(findings, [], name);
    assert.deepEqual([format, status], ["pytorch", "described"]);
    const ours = Object.fromEntries((description?.detail as PytorchDetail | undefined)?.tensors ?? []);
    assert.deepEqual(ours, tensors, name);
  }
  const [legacy, state] = ["legacy.pt", "state.pt"].map((name) => read(directory, name));
  const counts = (file: typeof legacy): unknown =>
    file?.description?.facts
      .filter(({ name }) => name === "parameters.count" || name === "dtypes")
      .map(({ value }) => value);
  assert.deepEqual(counts(legacy), counts(state));
  assert.deepEqual(legacy?.findings, []);
});

const writeSklearn = `
import pickle, sys, joblib, numpy, skops.io
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
directory = sys.argv[1]
x, y = make_classification(100, 10)
for name, model in {
    "forest": RandomForestClassifier(5), "boosting": HistGradientBoostingClassifier(max_iter=5),
    "neighbours": KNeighborsClassifier(algorithm="kd_tree"),
    "pipeline": make_pipeline(FunctionTransformer(numpy.abs), StandardScaler(), LogisticRegression()),
}.items():
    model.fit(x, y)
    for protocol in range(6):
        pickle.dump(model, open(f"{directory}/{name}-{protocol}.pkl", "wb"), protocol)
    joblib.dump(model, f"{directory}/{name}.joblib")
    joblib.dump(model, f"{directory}/{name}-packed.joblib", compress=3)
    skops.io.dump(model, f"{directory}/{name}.skops")
numpy.savez(f"{directory}/arrays.npz", a=x, b=y)
numpy.save(f"{directory}/array.npy", x)
`;

test("scikit-learn, joblib, skops, NumPy: read whole, and nothing is unknown", {
  skip: missingEnvironment("pickle"),
}, (t) => {
  const directory = temporaryDirectory(t);
  runPython("pickle", writeSklearn, [directory]);
  for (const name of readdirSync(directory)) {
    const { findings, status } = read(directory, name);
    const told = findings.filter(({ severity }) => severity !== "info" && severity !== "low");
    assert.deepEqual(told, [], name);
    assert.equal(status, "described", name);
  }
});
