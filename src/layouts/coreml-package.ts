// SPDX-License-Identifier: Apache-2.0
// Core ML in directories: an `.mlpackage` (coremltools, "Model package format"), whose Manifest.json names its
// parts, and a compiled `.mlmodelc`, whose metadata.json tells what the compiler knew.

import { isJsonArray, isJsonObject, type JsonObject } from "../bytes/json.ts";
import type { FactName } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { inside, member, Reading } from "./reading.ts";

/** Packages and compiled models of Core ML. */
export const coremlPackage: Layout = {
  id: "coreml-package",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const isPackage = [...reading.folders()].some(([, names]) => names.includes("Manifest.json"));
    const folders = isPackage ? allFolders(directory) : new Set<string>();
    for (const [folder, names] of reading.folders()) {
      if (names.includes("Manifest.json") && folders.has(inside(folder, "Data"))) {
        describePackage(reading, folder, folders);
      }
      if (names.includes("metadata.json") && names.includes("coremldata.bin")) {
        describeCompiled(reading, inside(folder, "metadata.json"));
      }
    }
    return {
      facts: reading.claims.facts,
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
    };
  },
};

/** Every directory that has a file in it, or below it. */
function allFolders(directory: DirectoryView): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of directory.files.keys()) {
    let end = path.lastIndexOf("/");
    while (end > 0 && !folders.has(path.slice(0, end))) {
      folders.add(path.slice(0, end));
      end = path.lastIndexOf("/", end - 1);
    }
  }
  return folders;
}

function describePackage(reading: Reading, folder: string, folders: ReadonlySet<string>): void {
  const path = inside(folder, "Manifest.json");
  const manifest = reading.jsonObject(path);
  const entries = manifest === undefined ? undefined : member(manifest, "itemInfoEntries");
  if (!isJsonObject(entries)) {
    // Other tools write files of this name as well.
    return;
  }
  const root = manifest === undefined ? undefined : member(manifest, "rootModelIdentifier");
  const report = (pointer: string, reason: string): void => {
    const where = { path, member: pointer.slice(0, 300) };
    reading.findings.add(finding("COREML_PACKAGE_INVALID", where, { reason }));
    reading.unverified.add(path);
  };
  if (typeof root !== "string" || !Object.hasOwn(entries, root)) {
    report("/rootModelIdentifier", "it does not say which part is the model");
  }
  for (const [id, entry] of Object.entries(entries)) {
    const part = isJsonObject(entry) ? member(entry, "path") : undefined;
    const place = typeof part === "string" ? placeOf(inside(folder, "Data"), part) : undefined;
    if (place === undefined) {
      report(`/itemInfoEntries/${id}`, "a path is missing or leads out of the package");
    } else if (id === root && !reading.directory.files.has(place) && !folders.has(place)) {
      // Other parts may be directories without a file: coremltools writes an empty one for no weights.
      report(`/itemInfoEntries/${id}`, "the model is missing");
    }
  }
}

/** Parts lie below `Data`; undefined for a path that leads elsewhere. */
function placeOf(data: string, part: string): string | undefined {
  const isInside = part
    .split("/")
    .every((step) => step !== "" && step !== "." && step !== ".." && !step.includes("\\"));
  return isInside ? inside(data, part) : undefined;
}

const compiledNames: readonly (readonly [string, FactName])[] = [
  ["author", "author"],
  ["license", "license"],
  ["version", "version"],
  ["shortDescription", "description"],
];

function describeCompiled(reading: Reading, path: string): void {
  const models = reading.json(path);
  const model = isJsonArray(models) ? models[0] : undefined;
  if (!isJsonObject(model)) {
    return;
  }
  for (const [key, name] of compiledNames) {
    const value = member(model, key);
    if (typeof value === "string" && value !== "") {
      reading.claim(name, value, path, `/0/${key}`);
    }
  }
  const type = member(model, "modelType");
  const kind = isJsonObject(type) ? member(type, "name") : undefined;
  if (typeof kind === "string") {
    reading.claim("architecture.family", kind.replace(/^MLModelType_/, ""), path, "/0/modelType/name");
  }
  const version = member(model, "specificationVersion");
  if (typeof version === "number") {
    reading.claim("format.version", String(version), path, "/0/specificationVersion");
  }
  describeFeatures(reading, model, path);
  describeProducer(reading, model, path);
}

function describeFeatures(reading: Reading, model: JsonObject, path: string): void {
  for (const [key, name] of [
    ["inputSchema", "input"],
    ["outputSchema", "output"],
  ] as const) {
    const features = member(model, key);
    for (const [index, feature] of (isJsonArray(features) ? features : []).entries()) {
      const featureName = isJsonObject(feature) ? member(feature, "name") : undefined;
      const format = isJsonObject(feature) ? member(feature, "formattedType") : undefined;
      if (typeof featureName === "string" && typeof format === "string") {
        reading.claim(name, { name: featureName, format }, path, `/0/${key}/${index}`);
      }
    }
  }
}

function describeProducer(reading: Reading, model: JsonObject, path: string): void {
  const defined = member(model, "userDefinedMetadata");
  const version = isJsonObject(defined) ? member(defined, "com.github.apple.coremltools.version") : undefined;
  if (typeof version === "string") {
    reading.claim("producer", { name: "coremltools", version }, path, "/0/userDefinedMetadata");
  }
}
