// SPDX-License-Identifier: Apache-2.0
// An MLflow model: MLmodel (YAML) names the flavors that can load it, their files, and for python_function the Python
// module that does. Loading imports that module, and puts the model's own `code` directory in front of all others.

import { isJsonArray, isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FactName } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { inside, member, Reading } from "./reading.ts";
import { readYaml } from "./yaml-text.ts";

const modelFile = "MLmodel";

/** Fields of a flavor that name files or directories of the model. */
const pathFields = [
  "pickled_model",
  "python_model",
  "data",
  "model_data",
  "model_path",
  "model_code_path",
  "code",
  "saved_model_dir",
];

/** MLflow model directories. */
export const mlflow: Layout = {
  id: "mlflow",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const folders = [...reading.folders()].filter(([, names]) => names.includes(modelFile));
    for (const [folder] of folders) {
      describeModel(reading, folder);
    }
    return {
      facts: reading.claims.facts,
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
      // Without weights, too: its loader may make them, or do something else.
      ...(folders.length === 0 ? {} : { model: true }),
    };
  },
};

function describeModel(reading: Reading, folder: string): void {
  const path = inside(folder, modelFile);
  const model = readModelFile(reading, path);
  if (model === undefined) {
    return;
  }
  const text = (name: string): string | undefined => reading.text(model, name, path);
  const claimText = (field: string, name: FactName): void => {
    const value = text(field);
    if (value !== undefined) {
      reading.claim(name, value, path, field);
    }
  };
  claimText("utc_time_created", "created");
  const version = text("mlflow_version");
  reading.claim(
    "producer",
    { name: "mlflow", ...(version === undefined ? {} : { version }) },
    path,
    "mlflow_version",
  );
  const id = text("model_uuid") ?? text("model_id");
  if (id !== undefined) {
    reading.claim("revision", { system: "mlflow", id }, path, "model_uuid");
  }
  const run = text("run_id");
  if (run !== undefined) {
    reading.claim("metadata", { key: "mlflow.run_id", value: run }, path, "run_id");
  }
  const flavors = member(model, "flavors");
  for (const [name, flavor] of isJsonObject(flavors) ? Object.entries(flavors) : []) {
    if (isJsonObject(flavor)) {
      describeFlavor(reading, folder, path, name, flavor);
    }
  }
  describeSignature(reading, model, path);
  describeRequirements(reading, folder);
}

function readModelFile(reading: Reading, path: string): JsonObject | undefined {
  const bytes = reading.bytes(path, limits.maxFrontMatterBytes);
  return bytes === undefined
    ? undefined
    : reading.attempt(path, () => {
        const invalid = (reason: string, cause?: unknown): AibomError =>
          AibomError.of("MLFLOW_MODEL_INVALID", { reason }, { where: { path }, cause });
        const { value, duplicateKeys } = readYaml(decodeUtf8(bytes, path), invalid);
        const [key] = duplicateKeys;
        if (key !== undefined) {
          throw invalid(`the key ${key.slice(0, 200)} occurs twice`);
        }
        if (!isJsonObject(value)) {
          throw invalid("it is not a set of fields");
        }
        return value;
      });
}

function describeFlavor(
  reading: Reading,
  folder: string,
  path: string,
  name: string,
  flavor: JsonObject,
): void {
  const pointer = `flavors.${name}`.slice(0, 200);
  if (name !== "python_function") {
    reading.claim("library", name, path, pointer);
  }
  const loader = reading.text(flavor, "loader_module", path);
  if (loader !== undefined) {
    const [module = ""] = loader.split(".");
    reading.claim(
      "metadata",
      { key: "mlflow.loader_module", value: loader },
      path,
      `${pointer}.loader_module`,
    );
    if (module !== "mlflow") {
      reading.claim("custom_code", { class: "", module: loader }, path, `${pointer}.loader_module`);
      const where = { path, member: `${pointer}.loader_module` };
      reading.findings.add(finding("MLFLOW_LOADER_FOREIGN", where, { module: loader.slice(0, 200) }));
    }
  }
  for (const field of pathFields) {
    const value = reading.text(flavor, field, path);
    if (value !== undefined) {
      checkPath(reading, folder, { path, member: `${pointer}.${field}` }, value);
    }
  }
}

/** What a flavor names must lie in the model's directory, and be there. */
function checkPath(
  reading: Reading,
  folder: string,
  where: { readonly path: string; readonly member: string },
  value: string,
): void {
  const shown = value.slice(0, 300);
  const parts = value.split("/");
  if (value.startsWith("/") || /[\\:\0]/.test(value) || parts.includes("..")) {
    reading.findings.add(finding("MLFLOW_PATH_UNSAFE", where, { file: shown }));
    return;
  }
  const target = inside(folder, parts.filter((part) => part !== "" && part !== ".").join("/"));
  const isThere =
    reading.directory.files.has(target) ||
    [...reading.directory.files.keys()].some((each) => each.startsWith(`${target}/`));
  if (!isThere) {
    reading.findings.add(finding("MLFLOW_FILE_MISSING", where, { file: shown }));
  }
}

/** `signature: {inputs: '[{"name": "x", "type": "double"}]'}`: JSON in YAML. */
function describeSignature(reading: Reading, model: JsonObject, path: string): void {
  const signature = member(model, "signature");
  for (const [field, name] of [
    ["inputs", "input"],
    ["outputs", "output"],
  ] as const) {
    const text = isJsonObject(signature) ? reading.text(signature, field, path) : undefined;
    const columns = text === undefined ? undefined : parseColumns(text, path);
    for (const column of isJsonArray(columns) ? columns.filter(isJsonObject) : []) {
      const type = member(column, "type");
      const label = member(column, "name") ?? "";
      if (typeof type === "string" && typeof label === "string") {
        reading.claim(name, { name: label, format: type }, path, `signature.${field}`);
      }
    }
  }
}

function parseColumns(text: string, path: string) {
  try {
    const maxBytes = limits.maxFrontMatterBytes;
    return parseJson(Buffer.from(text), { path, maxBytes, maxDepth: limits.maxJsonDepth });
  } catch (cause) {
    if (cause instanceof AibomError) {
      return undefined;
    }
    throw cause;
  }
}

/** One claim for each package that the environment needs; options of pip are none. */
function describeRequirements(reading: Reading, folder: string): void {
  const path = inside(folder, "requirements.txt");
  const bytes = reading.bytes(path, limits.maxFrontMatterBytes);
  const lines = bytes === undefined ? [] : new TextDecoder().decode(bytes).split(/\r?\n/);
  for (const line of lines.map((each) => each.replace(/(?:^|\s)#.*$/, "").trim())) {
    if (line !== "" && !line.startsWith("-")) {
      reading.claim("metadata", { key: "requirement", value: line }, path, "");
    }
  }
}
