// SPDX-License-Identifier: Apache-2.0
// Codes of MLflow models.

import type { CodeTable } from "./code.ts";

export const mlflowCodes = {
  MLFLOW_MODEL_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the MLflow model file cannot be read: {reason}",
    hint: "log the model again with MLflow",
    explain:
      "MLmodel says which code loads the model and from which files. It could not be read, so nobody knows.",
  },
  MLFLOW_LOADER_FOREIGN: {
    severity: "medium",
    exit: 3,
    message: "loading imports the module {module}, which is not MLflow's",
    hint: "review the module; it comes from the model's own code directory or from the environment",
    explain:
      "The python_function flavor names the module that loads the model. Outside MLflow it is code of whoever made " +
      "the model, and runs with the rights of whoever loads it.",
  },
  MLFLOW_PATH_UNSAFE: {
    severity: "high",
    exit: 1,
    message: "a flavor names {file}, which leads out of the model",
    hint: "do not load the model; find out where it comes from",
    explain:
      "Paths in MLmodel are relative to it. One that is absolute or goes up reads a file of the host as part of the " +
      "model.",
  },
  MLFLOW_FILE_MISSING: {
    severity: "medium",
    exit: 3,
    message: "a flavor names {file}, which is not there",
    hint: "log the model again, or copy the whole directory",
    explain: "Part of the model was not seen, and loading it will fail or read something else.",
  },
} as const satisfies CodeTable;
