// SPDX-License-Identifier: Apache-2.0
// Code that comes with a model, or that loading it would fetch: auto_map, custom_pipelines, pipeline parts
// and modules of other libraries, Python files. Loaders run it with trust_remote_code.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { redact } from "../../bytes/redact.ts";
import type { JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { inside, member, type Reading, splitPath } from "../reading.ts";

/** Files whose JSON may map classes to code. */
const mappingFiles = [
  "config.json",
  "tokenizer_config.json",
  "generation_config.json",
  "preprocessor_config.json",
  "processor_config.json",
  "video_preprocessor_config.json",
  "adapter_config.json",
];

/** Libraries whose classes diffusers and sentence-transformers load without custom code. */
const knownLibraries = new Set([
  "diffusers",
  "transformers",
  "sentence_transformers",
  "torch",
  "onnxruntime",
]);

/** Reports custom code that the directory's files ask for. */
export function describeCustomCode(reading: Reading, folder: string): void {
  for (const name of mappingFiles) {
    const path = inside(folder, name);
    const config = reading.directory.files.has(path) ? reading.jsonObject(path) : undefined;
    if (config !== undefined) {
      describeMappings(reading, config, path);
    }
  }
  describeModules(reading, inside(folder, "modules.json"));
  describeParts(reading, inside(folder, "model_index.json"));
}

/** Reports each Python file at or below a model directory. */
export function describeCodeFiles(reading: Reading): void {
  for (const path of reading.directory.files.keys()) {
    if (/\.py[cdwx]?$/i.test(splitPath(path)[1])) {
      reading.findings.add(finding("CUSTOM_CODE_FILE", { path }, {}));
    }
  }
}

function describeMappings(reading: Reading, config: JsonObject, path: string): void {
  const trust = member(config, "trust_remote_code");
  if (trust !== undefined && trust !== false && trust !== null) {
    reading.findings.add(
      finding("CUSTOM_CODE_TRUSTED", { path, member: "/trust_remote_code" }, { field: "trust_remote_code" }),
    );
  }
  const map = member(config, "auto_map");
  if (isJsonObject(map)) {
    for (const [key, value] of Object.entries(map)) {
      describeReferences(reading, value, path, `/auto_map/${key}`);
    }
  } else if (map !== undefined && map !== null) {
    reading.invalidField(path, "/auto_map", "it is not an object");
    describeReferences(reading, map, path, "/auto_map");
  }
  describeKernels(reading, config, path);
  const pipelines = member(config, "custom_pipelines");
  for (const [name, value] of isJsonObject(pipelines) ? Object.entries(pipelines) : []) {
    const implementation = isJsonObject(value) ? member(value, "impl") : value;
    describeReferences(reading, implementation ?? "unnamed", path, `/custom_pipelines/${name}`);
  }
}

/** Attention kernels named as a repository are fetched and loaded as native code (transformers, kernels library). */
function describeKernels(reading: Reading, config: JsonObject, path: string): void {
  for (const key of ["attn_implementation", "_attn_implementation"]) {
    const value = member(config, key);
    if (typeof value === "string" && value.includes("/")) {
      const reference = redact(value.slice(0, 500)).text;
      reading.findings.add(finding("CUSTOM_CODE_REMOTE", { path, member: `/${key}` }, { reference }));
    }
  }
}

/** A reference, or a list of them (slow and fast tokenizer, null if there is none). */
function describeReferences(reading: Reading, value: JsonValue, path: string, pointer: string): void {
  for (const each of isJsonArray(value) ? value : [value]) {
    if (each !== null) {
      describeReference(reading, typeof each === "string" ? each : JSON.stringify(each), path, pointer);
    }
  }
}

/** `module.Class`, or `owner/name--module.Class` for code of another repository. */
function describeReference(reading: Reading, reference: string, path: string, pointer: string): void {
  const split = reference.indexOf("--");
  const repository = split < 0 ? undefined : reference.slice(0, split);
  const local = split < 0 ? reference : reference.slice(split + 2);
  const dot = local.lastIndexOf(".");
  reading.claim(
    "custom_code",
    {
      class: local.slice(dot + 1),
      module: dot < 0 ? "" : local.slice(0, dot),
      ...(repository === undefined ? {} : { repository }),
    },
    path,
    pointer,
  );
  const code = repository === undefined ? "CUSTOM_CODE_REQUIRED" : "CUSTOM_CODE_REMOTE";
  reading.findings.add(
    finding(
      code,
      { path, member: pointer.slice(0, 300) },
      { reference: redact(reference.slice(0, 500)).text },
    ),
  );
}

/** modules.json of sentence-transformers: a list of modules with the class of each. */
function describeModules(reading: Reading, path: string): void {
  const modules = reading.json(path);
  if (modules === undefined) {
    return;
  }
  if (!isJsonArray(modules)) {
    reading.invalidField(path, "", "the file does not hold a list");
    return;
  }
  reading.claim("library", "sentence-transformers", path, "");
  for (const [index, entry] of modules.entries()) {
    const type = isJsonObject(entry) ? member(entry, "type") : undefined;
    if (typeof type !== "string") {
      reading.invalidField(path, `/${index}/type`, "it is not a text");
      continue;
    }
    reading.claim("metadata", { key: `module.${index}`, value: type }, path, `/${index}/type`);
    if (!knownLibraries.has(type.split(".")[0] ?? "")) {
      describeReference(reading, type, path, `/${index}/type`);
    }
  }
}

/** model_index.json of diffusers: parts are `[library, class]`; another library is code of the repository. */
function describeParts(reading: Reading, path: string): void {
  const index = reading.directory.files.has(path) ? reading.jsonObject(path) : undefined;
  for (const [name, value] of Object.entries(index ?? {})) {
    if (!isJsonArray(value)) {
      continue;
    }
    const [library, className] = value;
    if (typeof library === "string" && typeof className === "string" && !knownLibraries.has(library)) {
      describeReference(reading, `${library}.${className}`, path, `/${name}`);
    }
  }
}
