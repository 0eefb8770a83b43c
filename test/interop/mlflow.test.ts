// SPDX-License-Identifier: Apache-2.0
// Models that MLflow writes on the spot: what its MLmodel file says is what we say, and a function that was pickled with
// the model is found.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { inventoryTarget } from "../../src/inventory.ts";
import { scan } from "../../src/scan.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const write = `
import json, sys, pandas, sklearn.linear_model, mlflow, mlflow.sklearn
from mlflow.models import infer_signature
directory = sys.argv[1]
data = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4, 5, 6]})
model = sklearn.linear_model.LinearRegression().fit(data, [1.0, 2.0, 3.0])
signature = infer_signature(data, model.predict(data))
mlflow.sklearn.save_model(model, directory + "/plain", signature=signature, input_example=data)
class Own(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input
mlflow.pyfunc.save_model(directory + "/own", python_model=Own())
saved = mlflow.models.Model.load(directory + "/plain")
print(json.dumps({
    "version": mlflow.__version__,
    "id": saved.model_uuid,
    "inputs": [{"name": each.name, "format": each.type.name} for each in saved.signature.inputs],
    "requirements": [line for line in open(directory + "/plain/requirements.txt").read().split("\\n") if line],
}))
`;

interface Said {
  readonly version: string;
  readonly id: string;
  readonly inputs: readonly object[];
  readonly requirements: readonly string[];
}

test("MLflow: version, id, signature and requirements of a model, which is clean", {
  skip: missingEnvironment("mlflow"),
}, async (t) => {
  const directory = temporaryDirectory(t);
  const said = runPython("mlflow", write, [directory]) as Said;
  const plain = join(directory, "plain");
  const { artifact } = await inventoryTarget(plain);
  const values = (name: string, path?: string): readonly unknown[] =>
    artifact.facts
      .filter((fact) => fact.name === name && (path === undefined || fact.source.path === path))
      .map(({ value }) => value);
  assert.equal(artifact.kind, "model");
  assert.deepEqual(artifact.findings, []);
  assert.deepEqual(values("producer", "MLmodel"), [{ name: "mlflow", version: said.version }]);
  assert.deepEqual(values("revision"), [{ system: "mlflow", id: said.id }]);
  assert.deepEqual(values("library"), ["sklearn"]);
  assert.deepEqual(values("input"), said.inputs);
  const requirements = said.requirements.map((value) => ({ key: "requirement", value }));
  assert.deepEqual(values("metadata", "requirements.txt"), requirements);
  assert.equal((await scan([plain])).outcome, "clean");

  const own = await scan([join(directory, "own")]);
  assert.equal(own.outcome, "dangerous");
  const [grave] = own.targets[0]?.findings ?? [];
  assert.deepEqual([grave?.code, grave?.location.path], ["PICKLE_CARRIES_CODE", "python_model.pkl"]);
});
