// SPDX-License-Identifier: Apache-2.0
// The model card, README.md, as huggingface/hub-docs describes it (modelcard.md). Each value is a claim of
// whoever wrote the card. One bad field is one finding and does not hide the others.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { isLocalPath } from "../../bytes/redact.ts";
import { limits } from "../../limits.ts";
import type { FactName, JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { readFrontMatter } from "./front-matter.ts";
import { describeModelIndex } from "./model-index.ts";
import { inside, member, type Reading } from "./reading.ts";

/** Fields that hold one text or a list of texts. */
const textFields: ReadonlyMap<string, FactName> = new Map([
  ["language", "language"],
  ["license", "license"],
  ["license_name", "license.name"],
  ["license_link", "license.link"],
  ["library_name", "library"],
  ["tags", "tag"],
  ["datasets", "dataset"],
  ["pipeline_tag", "task"],
  ["model_name", "name"],
  ["version", "version"],
  ["author", "author"],
  ["authors", "author"],
]);

/** Fields with their own treatment, or that say nothing about the model. */
const otherFields = new Set([
  "base_model",
  "base_model_relation",
  "model-index",
  "metrics",
  "widget",
  "thumbnail",
]);

/** Reads the card of one directory; the answer says whether there is one. */
export function describeModelCard(reading: Reading, folder: string): void {
  const path = inside(folder, "README.md");
  const bytes = reading.bytes(path, limits.maxModelCardBytes);
  const card = bytes === undefined ? undefined : reading.attempt(path, () => readFrontMatter(bytes, path));
  if (card === undefined) {
    return;
  }
  for (const key of card.duplicateKeys) {
    reading.findings.add(
      finding("MODEL_CARD_DUPLICATE_KEY", { path, member: key.slice(0, 200) }, { key: key.slice(0, 200) }),
    );
  }
  if (isJsonObject(card.value)) {
    describeFields(reading, card.value, path);
  } else if (card.value !== null) {
    reading.findings.add(finding("MODEL_CARD_INVALID", { path }, { reason: "it is not a set of fields" }));
    reading.unverified.add(path);
  }
}

function describeFields(reading: Reading, card: JsonObject, path: string): void {
  for (const [key, value] of Object.entries(card)) {
    const name = textFields.get(key);
    if (name !== undefined) {
      for (const [text, pointer] of texts(reading, value, path, key)) {
        reading.claim(name, text, path, pointer);
      }
    } else if (key === "metrics") {
      for (const [text, pointer] of texts(reading, value, path, key)) {
        reading.claim("metadata", { key: "metrics", value: text }, path, pointer);
      }
    } else if (
      !otherFields.has(key) &&
      typeof value === "string" &&
      !isPlaceholder(reading, value, path, key)
    ) {
      reading.claim("metadata", { key, value }, path, key);
    }
  }
  describeBaseModels(reading, card, path);
  checkLicense(reading, card, path);
  describeModelIndex(reading, member(card, "model-index"), path);
}

/** The texts of a field that holds one or a list of them, each with its place. */
function texts(
  reading: Reading,
  value: JsonValue,
  path: string,
  field: string,
): readonly (readonly [text: string, pointer: string])[] {
  const list = isJsonArray(value) ? value : [value];
  const found: (readonly [string, string])[] = [];
  for (const [index, each] of list.entries()) {
    const pointer = isJsonArray(value) ? `${field}[${index}]` : field;
    if (typeof each === "string") {
      if (each !== "" && !isPlaceholder(reading, each, path, pointer)) {
        found.push([each, pointer]);
      }
    } else if (isJsonObject(each) && isTemplateMap(each)) {
      addTemplate(reading, `{${Object.keys(each)[0]?.slice(0, 100)}}`, path, pointer);
    } else if (each !== null) {
      addInvalid(reading, path, pointer, "it is neither a text nor a list of texts");
    }
  }
  return found;
}

/** `{name}` of an unfilled template is a YAML map with one key and no value. */
function isTemplateMap(value: JsonObject): boolean {
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[1] === null;
}

function isPlaceholder(reading: Reading, text: string, path: string, pointer: string): boolean {
  const isTemplate = text.includes("{{") && text.includes("}}");
  if (isTemplate) {
    addTemplate(reading, text.slice(0, 100), path, pointer);
  }
  return isTemplate;
}

function addTemplate(reading: Reading, placeholder: string, path: string, pointer: string): void {
  reading.findings.add(finding("MODEL_CARD_TEMPLATE", { path, member: pointer }, { placeholder }));
}

function addInvalid(reading: Reading, path: string, field: string, reason: string): void {
  reading.findings.add(finding("MODEL_CARD_FIELD_INVALID", { path, member: field }, { field, reason }));
}

function describeBaseModels(reading: Reading, card: JsonObject, path: string): void {
  const [relation] = texts(reading, member(card, "base_model_relation") ?? null, path, "base_model_relation");
  for (const [name, pointer] of texts(reading, member(card, "base_model") ?? null, path, "base_model")) {
    if (isLocalPath(name)) {
      addInvalid(reading, path, pointer, "it is a path of a local disk");
    } else {
      const value = relation === undefined ? { name } : { name, relation: relation[0] };
      reading.claim("base_model", value, path, pointer);
    }
  }
}

function checkLicense(reading: Reading, card: JsonObject, path: string): void {
  const license = member(card, "license");
  const isOther = isJsonArray(license) ? license.includes("other") : license === "other";
  const missing = ["license_name", "license_link"].filter((key) => typeof member(card, key) !== "string");
  if (isOther && missing.length > 0) {
    reading.findings.add(
      finding("MODEL_CARD_LICENSE_INCOMPLETE", { path, member: "license" }, { missing: missing.join(", ") }),
    );
  }
}
