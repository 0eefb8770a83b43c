// SPDX-License-Identifier: Apache-2.0
// Walks the configuration of a Keras model: every object with a `class_name`, wherever it stands, since Keras builds
// them all when it loads the model. The three spellings are those of Keras 1 and 2 (HDF5), of `.keras` files, and of
// HDF5 files written by Keras 3. Nothing is looked up and nothing is decoded but the names in bytecode.

import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from "../../bytes/json.ts";
import { leadsOut } from "../../bytes/member-name.ts";
import { limits } from "../../limits.ts";
import { type Finding, finding, type Location } from "../../model/finding.ts";
import type { FindingList } from "../finding-list.ts";
import { readBytecode } from "./bytecode.ts";
import { hostOperation } from "./host-operation.ts";
import { kerasClasses } from "./known-names.ts";
import { judgeReference, type Reference } from "./reference.ts";
import { trainingKeys, unknownTrainingNames } from "./training.ts";

/** What a configuration needs from outside. */
export interface KerasImport {
  readonly module: string;
  readonly name: string;
  readonly verdict: "unknown" | "dangerous";
  count: number;
  /** Where it was met first. */
  readonly place: Location;
}

/** Where the walk stands. */
interface Context {
  readonly pointer: string;
  /** Name of the layer around. */
  readonly layer: string;
  /** A layer by its position, whose class must be known or brought along: in a model's list, or in a wrapper. */
  readonly position: "listed" | "wrapped" | "other";
  /** The layers were counted at another place. */
  readonly isRepeat: boolean;
  /** Turns the pointer into a place of the file. */
  readonly place: (pointer: string) => Location;
}

/**
 * Walks the configurations of one file: a SavedModel repeats that of the model in each of its parts, so what was said
 * once is not said again.
 */
export class ConfigWalk {
  /** Layers by class, those of inner models included. */
  readonly layerTypes = new Map<string, number>();
  /** By `module.name`. */
  readonly imports = new Map<string, KerasImport>();
  readonly #findings: FindingList;
  readonly #said = new Set<string>();

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  /** Walks one configuration. That of a part does not count layers; that of a training is no model. */
  read(config: JsonValue, kind: "model" | "part" | "training", place: (pointer: string) => Location): void {
    const isRepeat = kind === "part";
    const context: Context = { pointer: "", layer: "(model)", position: "wrapped", isRepeat, place };
    this.#value(config, context);
    if (kind === "training") {
      this.#training(config, context);
    }
  }

  /** The depth is that of the JSON document, which its reader bounds. */
  #value(value: JsonValue, context: Context): void {
    if (isJsonArray(value)) {
      for (const [index, each] of value.entries()) {
        this.#value(each, { ...context, pointer: `${context.pointer}/${index}` });
      }
    } else if (isJsonObject(value)) {
      const inside = this.#object(value, context);
      for (const [key, each] of Object.entries(value)) {
        const pointer = `${context.pointer}/${escaped(key)}`;
        if (trainingKeys.has(key)) {
          this.#training(each, { ...context, pointer });
        }
        this.#value(each, {
          ...context,
          pointer,
          layer: inside,
          position: positionOf(key, each),
          // Keras 2.4 wrote the same configuration twice.
          isRepeat: context.isRepeat || key === "model_config",
        });
      }
    }
  }

  /** Looks at one object; returns the name of the layer that its members are in. */
  #object(value: JsonObject, context: Context): string {
    const className = text(value, "class_name");
    if (className === undefined) {
      return context.layer;
    }
    const config = member(value, "config");
    const layer = short(text(config, "name") ?? text(value, "name") ?? context.layer);
    const at = { ...context, layer };
    if (context.position === "listed" && !context.isRepeat) {
      this.#count(short(className));
    }
    if (className === "function" && typeof config === "string") {
      this.#reference({ module: text(value, "module") ?? "builtins", name: config, isFunction: true }, at);
    } else if (className === "__lambda__") {
      this.#lambdaCode(text(config, "code") ?? text(config, "value") ?? member(config, "value"), at);
    } else {
      this.#class(className, value, at);
    }
    if (isJsonObject(config)) {
      this.#special(className, config, at);
    }
    return layer;
  }

  #count(className: string): void {
    if (this.layerTypes.size < limits.maxClaimsPerName || this.layerTypes.has(className)) {
      this.layerTypes.set(className, (this.layerTypes.get(className) ?? 0) + 1);
    }
  }

  #class(className: string, value: JsonObject, context: Context): void {
    const module = text(value, "module");
    // `__tensor__`, `__numpy__` and their like are Keras' own spellings of values.
    if (className.startsWith("__") && className.endsWith("__")) {
      return;
    }
    const registered = text(value, "registered_name");
    if (module !== undefined) {
      this.#reference({ module, name: className, isFunction: false }, context);
    } else if (registered !== undefined && registered !== className) {
      // Registered classes are named `package>Class`; the program that loads the model must know them.
      this.#reference({ module: "", name: registered, isFunction: false }, context);
    } else if (context.position !== "other" && !kerasClasses.has(className)) {
      this.#reference({ module: "", name: className, isFunction: false }, context);
    }
  }

  /** Layers that do more than compute. */
  #special(className: string, config: JsonObject, context: Context): void {
    switch (className) {
      case "Lambda":
        this.#lambda(config, context);
        break;
      case "TFSMLayer":
        this.#add(
          finding("KERAS_SAVED_MODEL_LAYER", context.place(context.pointer), {
            layer: context.layer,
            path: short(text(config, "filepath") ?? "(unnamed)"),
          }),
        );
        break;
      case "TorchModuleWrapper":
        this.#add(finding("KERAS_PICKLED_MODULE", context.place(context.pointer), { layer: context.layer }));
        break;
      case "TFOpLambda":
      case "SlicingOpLambda":
      case "TensorFlowOpLayer":
        this.#operation(config, context);
        break;
      case "StringLookup":
      case "IntegerLookup":
      case "TextVectorization":
        this.#vocabulary(config, context);
        break;
    }
  }

  /** Keras 1 and 2: `[bytecode, defaults, closure]` with a type beside it, or a function's name with its module. */
  #lambda(config: JsonObject, context: Context): void {
    for (const key of ["function", "output_shape", "mask"]) {
      const value = member(config, key);
      const type = text(config, `${key}_type`);
      const at = { ...context, pointer: `${context.pointer}/config/${key}` };
      if (isJsonArray(value) && typeof value[0] === "string" && (type === "lambda" || key === "function")) {
        this.#lambdaCode(value[0], at);
      } else if (typeof value === "string" && type === "lambda") {
        this.#lambdaCode(value, at);
      } else if (typeof value === "string") {
        const module = text(config, key === "function" ? "module" : `${key}_module`) ?? "";
        this.#reference({ module, name: value, isFunction: true }, at);
      }
    }
  }

  #lambdaCode(code: JsonValue | undefined, context: Context): void {
    const value = isJsonArray(code) ? firstText(code) : code;
    const { bytes, names, reachesHost } = readBytecode(typeof value === "string" ? value : "");
    this.#add(
      finding(
        "KERAS_LAMBDA_CODE",
        context.place(context.pointer),
        { layer: context.layer, bytes, names: names.length === 0 ? "nothing" : names.join(", ") },
        reachesHost ? { severity: "critical" } : {},
      ),
    );
  }

  #operation(config: JsonObject, context: Context): void {
    const definition = member(config, "node_def");
    const named = text(config, "function") ?? text(definition, "op") ?? text(config, "op");
    // Older files keep the node as a text of JSON or of protobuf in text form.
    const operation = named ?? (typeof definition === "string" ? definition : "");
    const found = hostOperation(operation);
    if (found !== undefined) {
      const { name, reason } = found;
      this.#add(
        finding("KERAS_HOST_OPERATION", context.place(context.pointer), {
          layer: context.layer,
          operation: short(name),
          reason,
        }),
      );
    }
  }

  #vocabulary(config: JsonObject, context: Context): void {
    const path = text(config, "vocabulary");
    if (path === undefined || path === "") {
      return;
    }
    const leaves = path.includes("://") || leadsOut("model", path);
    this.#add(
      finding(
        "KERAS_FILE_PATH",
        context.place(`${context.pointer}/config/vocabulary`),
        { layer: context.layer, path: short(path) },
        leaves ? { severity: "high" } : {},
      ),
    );
  }

  #training(setup: JsonValue, context: Context): void {
    for (const { pointer, reference } of unknownTrainingNames(setup)) {
      this.#reference(reference, { ...context, pointer: `${context.pointer}${pointer}` });
    }
  }

  /** Adds a finding, unless the same was said at another place. */
  #add(found: Finding): void {
    const key = `${found.code} ${JSON.stringify(found.args)}`;
    if (!this.#said.has(key)) {
      this.#said.add(key);
      this.#findings.add(found);
    }
  }

  #reference(reference: Reference, context: Context): void {
    const { verdict, reason } = judgeReference(reference);
    if (verdict === "allowed") {
      return;
    }
    // `builtins` is what Keras writes for functions of the user, which says nothing.
    const module = verdict === "unknown" && reference.module === "builtins" ? "" : short(reference.module);
    const name = short(reference.name);
    const shown = [module, name].filter((part) => part !== "").join(".");
    const known = this.imports.get(shown);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const at = context.place(context.pointer);
    this.imports.set(shown, { module, name, verdict, count: 1, place: at });
    this.#findings.add(
      verdict === "dangerous"
        ? finding("KERAS_HOST_REFERENCE", at, { reference: shown, reason })
        : finding("KERAS_CUSTOM_CODE", at, { reference: shown }),
    );
  }
}

const maxShownCharacters = 200;

/** Names of the file as a report shows them. */
function short(name: string): string {
  return name.length <= maxShownCharacters ? name : `${name.slice(0, maxShownCharacters).toWellFormed()}…`;
}

/** Keras 1 wrote the layers of a sequential model as its whole configuration. */
function positionOf(key: string, value: JsonValue): Context["position"] {
  return (key === "layers" || key === "config") && isJsonArray(value)
    ? "listed"
    : key === "layer"
      ? "wrapped"
      : "other";
}

/** A member of an object, whatever its name; undefined for anything but an object. */
export function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A member that is a text. */
export function text(value: JsonValue | undefined, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === "string" ? found : undefined;
}

function firstText(values: JsonArray): string {
  const [first] = values;
  return typeof first === "string" ? first : "";
}

/** A key as a part of a JSON pointer (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
