// SPDX-License-Identifier: Apache-2.0
// Data Provenance Standards 1.0.0 of the Data & Trust Alliance: a JSON object with `source`, `provenance` and `use`.
// The schema that its authors publish is cut off, so fields are read one by one after their specification: texts,
// lists of texts, `{name}` of parties, `{code, description}` of terms, `{country, state}` of places.

import { isJsonObject, type JsonObject } from "../bytes/json.ts";
import type { FactName, JsonValue } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { type DatasetDocument, datasetDocuments } from "./dataset-documents.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { member, Reading } from "./reading.ts";

type Group = "source" | "provenance" | "use";

/** Fields with a fact of their own. */
const facts: readonly (readonly [Group, string, FactName])[] = [
  ["source", "title", "name"],
  ["source", "description", "description"],
  ["source", "location", "url"],
  ["source", "issuer", "organization"],
  ["provenance", "date", "created"],
  ["provenance", "format", "modality"],
  ["use", "license", "license"],
  ["use", "intended-purpose", "use_case"],
];

/** Fields that keep their own name. */
const others: readonly (readonly [Group, string])[] = [
  ["source", "id"],
  ["provenance", "origin-geography"],
  ["provenance", "previous-date"],
  ["provenance", "generation-period"],
  ["provenance", "generation-method"],
  ["use", "consents"],
  ["use", "privacy-enhancing"],
  ["use", "processing-excluded"],
  ["use", "processing-included"],
  ["use", "storage-allowed"],
  ["use", "storage-forbidden"],
  ["use", "copyright"],
  ["use", "patent"],
  ["use", "trademark"],
];

/** Data provenance documents. */
export const dataProvenance: Layout = {
  id: "data-provenance",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const documents = datasetDocuments(
      reading,
      /provenance|dps/i,
      (head) => /"source"\s*:/.test(head) && /"issuer"\s*:/.test(head) && /"title"\s*:/.test(head),
    );
    const described = documents.filter(isDataProvenance);
    for (const document of described) {
      describeDocument(reading, document);
    }
    return {
      facts: reading.claims.facts,
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
      ...(described.length > 0 ? { dataset: "described" } : {}),
    };
  },
};

/** What the standard asks of `source`, and no other JSON file has by chance. */
function isDataProvenance({ root }: DatasetDocument): boolean {
  const source = member(root, "source");
  return (
    isJsonObject(source) &&
    ["version", "title", "id", "issuer", "description"].every((key) => member(source, key) !== undefined)
  );
}

function describeDocument(reading: Reading, { path, root }: DatasetDocument): void {
  const groups: Record<Group, JsonObject> = {
    source: group(reading, root, "source", path),
    provenance: group(reading, root, "provenance", path),
    use: group(reading, root, "use", path),
  };
  const read = (name: Group, key: string): readonly string[] =>
    labels(reading, member(groups[name], key), path, `/${name}/${key}`);
  for (const [name, key, fact] of facts) {
    for (const text of read(name, key)) {
      reading.claim(fact, text, path, `/${name}/${key}`);
    }
  }
  for (const [name, key] of others) {
    for (const text of read(name, key)) {
      reading.claim("metadata", { key, value: text }, path, `/${name}/${key}`);
    }
  }
  for (const issuer of read("source", "issuer")) {
    reading.claim("governance", { role: "owner", name: issuer }, path, "/source/issuer");
  }
  for (const origin of read("provenance", "origin")) {
    reading.claim("data_source", { name: origin }, path, "/provenance/origin");
  }
  for (const source of read("provenance", "source")) {
    const url = /^https?:\/\//.test(source) ? { url: source } : {};
    reading.claim("derived_from", { name: source, ...url }, path, "/provenance/source");
  }
  describeClassification(reading, member(groups.use, "classification"), path);
}

function group(reading: Reading, root: JsonObject, name: Group, path: string): JsonObject {
  const value = member(root, name);
  if (value === undefined || isJsonObject(value)) {
    return value ?? {};
  }
  invalid(reading, path, `/${name}`, "it is not an object");
  return {};
}

/** Which confidential data the dataset was evaluated to hold: one classification, each kind as sensitive data. */
function describeClassification(reading: Reading, value: JsonValue | undefined, path: string): void {
  const pointer = "/use/classification";
  const codes: string[] = [];
  for (const each of listOf(value)) {
    const regulation = isJsonObject(each) ? member(each, "regulation") : undefined;
    const [code] = labels(reading, regulation, path, pointer);
    if (code === undefined) {
      invalid(reading, path, pointer, "an entry names no regulation");
    } else if (isJsonObject(each) && member(each, "evaluated") !== false) {
      codes.push(code);
      reading.claim("sensitive_data", code, path, pointer);
    }
  }
  if (codes.length > 0) {
    reading.claim("classification", [...new Set(codes)].sort().join(", "), path, pointer);
  }
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value as JsonValue];
}

/** The texts of a field; of an object what stands for it. */
function labels(
  reading: Reading,
  value: JsonValue | undefined,
  path: string,
  pointer: string,
): readonly string[] {
  return listOf(value).flatMap((each) => {
    const text = isJsonObject(each) ? label(each) : each;
    if (typeof text !== "string" || text === "") {
      invalid(reading, path, pointer, "it has none of the shapes that the standard gives it");
      return [];
    }
    return [text];
  });
}

function label(object: JsonObject): string | undefined {
  const text = (key: string): string | undefined => {
    const value = member(object, key);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const parts = (keys: readonly string[], separator: string): string | undefined => {
    const found = keys.flatMap((key) => text(key) ?? []);
    return found.length === 0 ? undefined : found.join(separator);
  };
  const category = member(object, "tool-category");
  return (
    text("name") ??
    parts(["code", "description"], ": ") ??
    parts(["country", "state"], "-") ??
    parts(["start", "end"], "/") ??
    (isJsonObject(category) ? label(category) : undefined) ??
    parts(["tool-used", "tool"], ", ")
  );
}

function invalid(reading: Reading, path: string, field: string, reason: string): void {
  reading.findings.add(finding("DATA_PROVENANCE_INVALID", { path, member: field }, { field, reason }));
}
