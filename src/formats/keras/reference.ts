// SPDX-License-Identifier: Apache-2.0
// What a reference `module` + `name` in a Keras configuration means: part of Keras, code of somebody's own, or a way
// to the host. An allow-list: whatever is not known is code that the model does not bring along.

import { hostNames, hostPackages, kerasClasses, kerasFunctions, pythonModules } from "./known-names.ts";

export interface Reference {
  /** Empty if the configuration gives none. */
  readonly module: string;
  readonly name: string;
  readonly isFunction: boolean;
}

export interface Judgement {
  readonly verdict: "allowed" | "unknown" | "dangerous";
  readonly reason: string;
}

/** Packages that are Keras, or make up its own family of models. */
const kerasFamily = new Set([
  "keras",
  "tf_keras",
  "keras_core",
  "keras_hub",
  "keras_nlp",
  "keras_cv",
  "keras_tuner",
]);
const kerasInTensorFlow = /^tensorflow(?:\.python|_core\.python|_core)?(?:\.compat\.v[12])?\.keras(?:\.|$)/u;

/** Functions of Keras that load, save, fetch, or switch its protection off. */
const kerasHostNames = new Set(
  `clear_session enable_unsafe_deserialization load_model model_from_json model_from_config save_model
  image_dataset_from_directory audio_dataset_from_directory text_dataset_from_directory timeseries_dataset_from_array
  load_img save_img deserialize_keras_object serialize_keras_object register_keras_serializable load_weights
  save_weights get_file func_load func_dump plot_model extract_archive _extract_archive run_cmd load_data in_safe_mode`
    .trim()
    .split(/\s+/),
);

const allowed: Judgement = { verdict: "allowed", reason: "" };
const unknown: Judgement = { verdict: "unknown", reason: "" };

/** Judges one reference. */
export function judgeReference({ module, name, isFunction }: Reference): Judgement {
  const [top = ""] = module.split(".");
  if (kerasFamily.has(top) || kerasInTensorFlow.test(module)) {
    return kerasHostNames.has(name) ? dangerous("loads, fetches or unlocks something") : allowed;
  }
  if (top === "builtins" || top === "__builtin__") {
    return judgeBuiltin(name, isFunction);
  }
  if (pythonModules.has(top)) {
    return dangerous("is in Python's standard library");
  }
  if (hostPackages.has(top)) {
    return dangerous("is in a package that reaches the host");
  }
  return hostNames.has(lastPart(name)) && module !== "" ? dangerous("reaches the host") : unknown;
}

/**
 * Keras writes `builtins` as the module of every plain function, its own and the user's: only the name tells them
 * apart, and Keras up to 3.8 looked into Python's builtins last.
 */
function judgeBuiltin(name: string, isFunction: boolean): Judgement {
  if (hostNames.has(name)) {
    return dangerous("is a Python builtin that runs code or opens files");
  }
  if (kerasHostNames.has(name)) {
    return dangerous("loads, fetches or unlocks something");
  }
  if (!isFunction) {
    return kerasClasses.has(name) || plainTypes.has(name) ? allowed : unknown;
  }
  return kerasFunctions.has(name) ? allowed : unknown;
}

function dangerous(reason: string): Judgement {
  return { verdict: "dangerous", reason };
}

function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("."), name.lastIndexOf(">")) + 1);
}

const plainTypes = new Set([
  "dict",
  "list",
  "tuple",
  "int",
  "float",
  "str",
  "bool",
  "set",
  "slice",
  "type",
  "NoneType",
]);
