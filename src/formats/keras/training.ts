// SPDX-License-Identifier: Apache-2.0
// What a saved training setup names: losses, metrics and the optimizer. Keras looks the names up when it compiles the
// loaded model: its own by name alone, those of the user only if the loading program brings them along. Spellings are
// those of `training_config` (Keras 1 and 2) and of `compile_config` (Keras 3).

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { kerasClasses, kerasFunctions } from "./known-names.ts";
import type { Reference } from "./reference.ts";

/** A name that Keras must look up, and where it stands below the setup. */
export interface TrainingName {
  readonly pointer: string;
  readonly reference: Reference;
}

/** Keys under which a configuration holds its training setup. */
export const trainingKeys: ReadonlySet<string> = new Set(["training_config", "compile_config"]);

const namingKeys: ReadonlySet<string> = new Set([
  "loss",
  "metrics",
  "weighted_metrics",
  "optimizer",
  "optimizer_config",
]);

/** Short spellings of metrics that `compile` replaces, and base classes that Keras 2 wrote around a function. */
const spellings =
  "acc accuracy ce crossentropy LossFunctionWrapper MeanMetricWrapper SumOverBatchSizeMetricWrapper";

/** Keras takes its own names in several spellings: `MSE`, `MeanSquaredError`, `mean_squared_error`. */
const known: ReadonlySet<string> = new Set(
  [...kerasClasses, ...kerasFunctions, ...spellings.split(" ")].map(plain),
);

/** The names in a training setup that are not part of Keras. Those that come with a module are not looked at. */
export function unknownTrainingNames(setup: JsonValue | undefined): readonly TrainingName[] {
  const names: TrainingName[] = [];
  if (isJsonObject(setup)) {
    for (const [key, value] of Object.entries(setup)) {
      if (namingKeys.has(key)) {
        collect(value, `/${key}`, names);
      }
    }
  }
  return names;
}

/** The depth is that of the JSON document, which its reader bounds. */
function collect(value: JsonValue, pointer: string, names: TrainingName[]): void {
  if (typeof value === "string") {
    add(value, pointer, true, names);
  } else if (isJsonArray(value)) {
    for (const [index, each] of value.entries()) {
      collect(each, `${pointer}/${index}`, names);
    }
  } else if (isJsonObject(value) && typeof value["class_name"] === "string") {
    collectObject(value["class_name"], value, pointer, names);
  } else if (isJsonObject(value)) {
    // One entry for each output of the model.
    for (const [output, each] of Object.entries(value)) {
      collect(each, `${pointer}/${output.replaceAll("~", "~0").replaceAll("/", "~1")}`, names);
    }
  }
}

function collectObject(className: string, value: JsonObject, pointer: string, names: TrainingName[]): void {
  const registered = value["registered_name"];
  const isToldElsewhere =
    typeof value["module"] === "string" || (typeof registered === "string" && registered !== className);
  if (!isToldElsewhere) {
    add(className, pointer, false, names);
  }
  const config = value["config"];
  // The function that a wrapper calls, by name or as an object of its own.
  if (isJsonObject(config) && config["fn"] !== undefined) {
    collect(config["fn"], `${pointer}/config/fn`, names);
  }
}

/** `builtins` stands for a plain function: it has no other module in a configuration. */
function add(name: string, pointer: string, isFunction: boolean, names: TrainingName[]): void {
  if (name !== "" && !known.has(plain(name))) {
    names.push({ pointer, reference: { module: "builtins", name, isFunction } });
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}
