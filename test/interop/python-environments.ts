// SPDX-License-Identifier: Apache-2.0
// Python environments with the libraries that write or read the formats under test, one for each family, so that
// their requirements do not collide. `install.ts` makes them; tests skip and say so where one is missing.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { interopDirectory } from "./tools.ts";

/** Packages by environment, each at one version. */
export const pythonEnvironments = {
  descriptions: ["mlcroissant==1.1.1", "datasets==5.2.0"],
  keras: ["keras==3.15.1", "jax==0.10.2", "h5py==3.16.0"],
  tensorflow: ["tensorflow-cpu==2.21.0"],
  data: [
    "pyarrow==26.0.1",
    "datasets==5.2.0",
    "fastavro==1.13.1",
    "deltalake==1.6.6",
    "pyiceberg[sql-sqlite]==0.12.0",
    "dvc==3.67.1",
    "feast==0.67.0",
    "webdataset==1.0.2",
  ],
  pipelines: ["check-jsonschema==0.39.0", "pre-commit==4.7.0", "kubernetes-validate==1.37.0"],
  // Its models are those of OSCAL 1.1.3 and of 1.2.1.
  "oscal-1.1": ["compliance-trestle==3.9.0"],
  "oscal-1.2": ["compliance-trestle==5.2.0"],
  graphs: ["openvino==2026.4.1", "coremltools==9.0"],
  hub: ["huggingface_hub==2.4.0"],
  // Without torch: on Linux the package index has CUDA builds only, of 5 GB. pytorch.test.ts takes an interpreter for it.
  pickle: ["numpy==2.4.6", "scikit-learn==1.9.1", "joblib==1.6.0", "skops==0.16.0", "pandas==3.1.1"],
  shipped: ["onnx==1.23.2", "safetensors==0.8.0", "numpy==2.4.6"],
  bom: ["spdx-python-model==0.0.6", "cyclonedx-python-lib[json-validation]==11.12.0"],
  mlflow: ["mlflow-skinny==3.17.2", "scikit-learn==1.9.1", "skops==0.16.0", "pandas==3.1.1"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PythonEnvironment = keyof typeof pythonEnvironments;

/** Where an environment is. */
export function environmentDirectory(name: PythonEnvironment): string {
  return join(interopDirectory, `python-${name}`);
}

/** A file that is there when the environment is complete, with exactly these versions. */
export function environmentMarker(name: PythonEnvironment): string {
  return join(environmentDirectory(name), `${pythonEnvironments[name].join("+")}.complete`);
}

/** A reason to skip, in one line, if an environment is missing. */
export function missingEnvironment(name: PythonEnvironment): string | false {
  return existsSync(environmentMarker(name))
    ? false
    : `not installed: ${pythonEnvironments[name].join(", ")} (node test/interop/install.ts installs them)`;
}

/** Runs a script in an environment; answers what it printed as its last line, as JSON. */
export function runPython(name: PythonEnvironment, script: string, args: readonly string[] = []): unknown {
  const python = join(environmentDirectory(name), "bin/python");
  const { status, stdout, stderr, error } = spawnSync(python, ["-", ...args], {
    encoding: "utf8",
    input: script,
    maxBuffer: 256 * 1024 * 1024,
    timeout: 10 * 60_000,
  });
  if (status !== 0) {
    throw new Error(error?.message ?? stderr.trim().split("\n").slice(-8).join("\n"));
  }
  const last = stdout.trim().split("\n").at(-1) ?? "";
  return last === "" ? undefined : (JSON.parse(last) as unknown);
}
