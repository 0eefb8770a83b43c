// SPDX-License-Identifier: Apache-2.0
// MLflow models: who loads them, from which files, and what a forged MLmodel may say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mlflowModel } from "../../fixtures/stores.ts";
import { huggingFace } from "../../src/layouts/hugging-face.ts";
import { mlflow } from "../../src/layouts/mlflow.ts";
import { mutate, seeded } from "../random.ts";
import { memoryDirectory } from "./memory-directory.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function describeModel(
  changes: Readonly<Record<string, string>> = {},
  more: readonly (readonly [string, Uint8Array])[] = [],
) {
  return mlflow.describe(memoryDirectory(new Map([...mlflowModel(changes), ...more])));
}

function codes(
  changes: Readonly<Record<string, string>>,
  more: readonly (readonly [string, Uint8Array])[] = [],
): readonly string[] {
  return describeModel(changes, more).findings.map(({ code, location }) => `${code} ${location.member}`);
}

test("flavors, versions, signature and requirements are claims", () => {
  const { facts, findings, unverified, model } = describeModel();
  assert.equal(model, true);
  assert.equal(mlflow.describe(memoryDirectory(new Map())).model, undefined);
  assert.deepEqual([findings, unverified], [[], []]);
  const values = (name: string) => facts.filter((fact) => fact.name === name).map(({ value }) => value);
  assert.deepEqual(values("library"), ["sklearn"]);
  assert.deepEqual(values("producer"), [{ name: "mlflow", version: "3.1.0" }]);
  assert.deepEqual(values("revision"), [{ system: "mlflow", id: "0f8fad5bd9cb469fa16570867728950e" }]);
  assert.deepEqual(values("created"), ["2026-01-02 03:04:05.000000"]);
  assert.deepEqual(values("input"), [
    { name: "age", format: "double" },
    { name: "city", format: "string" },
  ]);
  assert.deepEqual(values("output"), [{ name: "", format: "long" }]);
  assert.deepEqual(values("metadata"), [
    { key: "mlflow.run_id", value: "7c9e6679f58b4cf7ac8ce86ee3e8e4a2" },
    { key: "mlflow.loader_module", value: "mlflow.sklearn" },
    { key: "requirement", value: "mlflow==3.1.0" },
    { key: "requirement", value: "scikit-learn==1.10" },
  ]);
});

test("a loader that is not MLflow's is a finding; one that is, is none", () => {
  for (const loader of ["my_loader", "mlflowx.evil", "os"]) {
    assert.deepEqual(codes({ loader_module: loader }), [
      "MLFLOW_LOADER_FOREIGN flavors.python_function.loader_module",
    ]);
  }
  assert.deepEqual(codes({ loader_module: "mlflow.pyfunc.model" }), []);
});

test("paths stay in the model, and what they name is there", () => {
  for (const path of ["../../etc/passwd", "/etc/passwd", "a/../../b", "C:\\x", "file:///etc/passwd"]) {
    assert.deepEqual(codes({ code: path }), ["MLFLOW_PATH_UNSAFE flavors.python_function.code"]);
  }
  assert.deepEqual(codes({ code: "code" }), ["MLFLOW_FILE_MISSING flavors.python_function.code"]);
  assert.deepEqual(codes({ code: "code" }, [["code/loader.py", text("")]]), []);
  assert.deepEqual(codes({ code: "./code/" }, [["code/loader.py", text("")]]), []);
});

test("Python files of an MLflow model are code", () => {
  const tree = new Map([...mlflowModel(), ["code/loader.py", text("import os")]] as const);
  assert.deepEqual(
    huggingFace.describe(memoryDirectory(tree)).findings.map(({ code }) => code),
    ["CUSTOM_CODE_FILE"],
  );
});

test("a model file that cannot be read is unverified", () => {
  for (const content of ["flavors: [", "- a list", "run_id: a\nrun_id: b\n", `${"[".repeat(500)}`, "\xff"]) {
    const bytes = Uint8Array.from(content, (character) => character.charCodeAt(0));
    const { unverified, findings } = describeModel({}, [["MLmodel", bytes]]);
    assert.deepEqual(unverified, ["MLmodel"], content);
    assert.equal(findings.length, 1);
  }
});

test("10,000 damaged model files: a description and no exception", () => {
  const next = seeded(17);
  const bytes = mlflowModel().get("MLmodel") ?? new Uint8Array();
  for (let round = 0; round < 10_000; round += 1) {
    describeModel({}, [["MLmodel", mutate(bytes, next)]]);
  }
});
