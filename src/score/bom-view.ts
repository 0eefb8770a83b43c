// SPDX-License-Identifier: Apache-2.0
// A CycloneDX document of 1.2 to 1.7 as scores look at it: its subjects with their pointers. Any shape is accepted, and what has
// the wrong one is passed over; the parser has bounded depth and size.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import type { BomView, Subject, SubjectKind } from "./element.ts";

/** The member `key` of an object that somebody else wrote. */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function text(object: JsonObject, key: string): string | undefined {
  const value = member(object, key);
  return typeof value === "string" ? value : undefined;
}

/** The objects of a list, with their places in it. */
export function objectsAt(
  value: JsonValue | undefined,
  pointer: string,
): readonly { readonly value: JsonObject; readonly pointer: string }[] {
  return isJsonArray(value)
    ? value.flatMap((each, index) =>
        isJsonObject(each) ? [{ value: each, pointer: `${pointer}/${index}` }] : [],
      )
    : [];
}

export function viewOf(document: JsonObject): BomView {
  const metadata = member(document, "metadata");
  const described = isJsonObject(metadata) ? member(metadata, "component") : undefined;
  const system = isJsonObject(described) ? [subjectOf("system", described, "/metadata/component")] : [];
  const components = componentsOf(document, described);
  const models = components.filter(({ value }) => text(value, "type") === "machine-learning-model");
  const named = models.flatMap((model) => namedDatasets(model));
  const usedDatasets = new Set(
    named.flatMap(({ value }) => {
      const ref = text(value, "ref");
      return ref === undefined ? [] : [ref];
    }),
  );
  const dependencies = objectsAt(member(document, "dependencies"), "/dependencies");
  return {
    document,
    specVersion: text(document, "specVersion") ?? "",
    subjects: {
      document: [{ kind: "document", name: "the document", pointer: "", value: document }],
      system,
      model: models.map((each) => ({ ...each, kind: "model" })),
      dataset: [
        ...components
          .filter((each) => isDataset(each, usedDatasets))
          .map((each) => ({ ...each, kind: "dataset" as const })),
        // Up to 1.7 a model may hold the description of a dataset instead of a reference.
        ...named
          .filter(({ value }) => text(value, "ref") === undefined)
          .map(({ value, pointer }) => subjectOf("dataset", value, pointer)),
      ],
      component: components,
    },
    dependencyRefs: new Set(dependencies.flatMap(({ value }) => text(value, "ref") ?? [])),
    usedDatasets,
  };
}

function subjectOf(kind: SubjectKind, value: JsonObject, pointer: string, outer?: Subject): Subject {
  const name = text(value, "name") ?? text(value, "bom-ref") ?? "without a name";
  return { kind, name, pointer, value, ...(outer === undefined ? {} : { outer }) };
}

/** Outer before inner. The system is among them if it is a model or a dataset itself. */
function componentsOf(document: JsonObject, described: JsonValue | undefined): readonly Subject[] {
  const all: Subject[] = [];
  // Recursion is bounded: the parser refuses deep documents.
  const collect = (value: JsonObject, pointer: string, outer: Subject | undefined): void => {
    const subject = subjectOf("component", value, pointer, outer);
    const isFilePart = outer !== undefined && text(value, "type") === "file";
    if (!isFilePart) {
      all.push(subject);
    }
    for (const child of objectsAt(member(value, "components"), `${pointer}/components`)) {
      collect(child.value, child.pointer, subject);
    }
  };
  if (isJsonObject(described)) {
    collect(described, "/metadata/component", undefined);
  }
  for (const { value, pointer } of objectsAt(member(document, "components"), "/components")) {
    collect(value, pointer, undefined);
  }
  return all;
}

function namedDatasets({ value, pointer }: Subject): ReturnType<typeof objectsAt> {
  const card = member(value, "modelCard");
  const parameters = isJsonObject(card) ? member(card, "modelParameters") : undefined;
  return isJsonObject(parameters)
    ? objectsAt(member(parameters, "datasets"), `${pointer}/modelCard/modelParameters/datasets`)
    : [];
}

/** By its `data` entries; a component of type `data` without any, if a model names it or nothing lies inside of it. */
function isDataset({ value }: Subject, used: ReadonlySet<string>): boolean {
  const ref = text(value, "bom-ref");
  if (ref !== undefined && used.has(ref)) {
    return true;
  }
  if (text(value, "type") !== "data") {
    return false;
  }
  const entries = objectsAt(member(value, "data"), "");
  return entries.length === 0
    ? objectsAt(member(value, "components"), "").length === 0
    : entries.some((entry) => text(entry.value, "type") === "dataset");
}
