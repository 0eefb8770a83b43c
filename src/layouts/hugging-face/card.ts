// SPDX-License-Identifier: Apache-2.0
// What the cards of models and of datasets have in common: README.md with YAML front matter, of which each value
// is a claim of whoever wrote it. Which of the two a card is, is told by fields that only one of them has
// (huggingface/hub-docs, modelcard.md and datasetcard.md).

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import type { FactName, JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { inside, member, type Reading } from "../reading.ts";
import { readFrontMatter } from "./front-matter.ts";

/** A card with its front matter. */
export interface Card {
  readonly path: string;
  readonly fields: JsonObject;
  readonly duplicateKeys: readonly string[];
}

const datasetFields = [
  "annotations_creators",
  "configs",
  "dataset_info",
  "language_creators",
  "multilinguality",
  "pretty_name",
  "size_categories",
  "source_datasets",
  "task_categories",
  "task_ids",
];

const modelFields = [
  "base_model",
  "base_model_relation",
  "datasets",
  "library_name",
  "model-index",
  "model_name",
  "pipeline_tag",
];

/** The card of one directory; undefined if there is none. One that cannot be read is reported. */
export function readCard(reading: Reading, folder: string): Card | undefined {
  const path = inside(folder, "README.md");
  const bytes = reading.bytes(path, limits.maxModelCardBytes);
  const card = bytes === undefined ? undefined : reading.attempt(path, () => readFrontMatter(bytes, path));
  if (card === undefined || card.value === null) {
    return undefined;
  }
  if (!isJsonObject(card.value)) {
    reading.findings.add(finding("MODEL_CARD_INVALID", { path }, { reason: "it is not a set of fields" }));
    reading.unverified.add(path);
    return undefined;
  }
  return { path, fields: card.value, duplicateKeys: card.duplicateKeys };
}

/** True if the card describes a dataset: it has fields that only datasets have, and none that only models have. */
export function isDatasetCard({ fields }: Card): boolean {
  const has = (key: string): boolean => Object.hasOwn(fields, key);
  return datasetFields.some(has) && !modelFields.some(has);
}

/** Reports keys that occur twice. */
export function reportCardFaults(reading: Reading, { path, duplicateKeys }: Card): void {
  for (const duplicate of duplicateKeys) {
    const key = duplicate.slice(0, 200);
    reading.findings.add(finding("MODEL_CARD_DUPLICATE_KEY", { path, member: key }, { key }));
  }
}

/** How the fields of one kind of card are read. */
export interface CardFields {
  /** Fields with one text or a list of texts that are facts of their own. */
  readonly texts: ReadonlyMap<string, FactName>;
  /** Fields with one text or a list of them that have no better name than their own. */
  readonly listed: ReadonlySet<string>;
  /** Fields with their own treatment, or that say nothing. */
  readonly others: ReadonlySet<string>;
}

/** What both kinds of cards state in the same fields. */
export const commonTexts: readonly (readonly [string, FactName])[] = [
  ["language", "language"],
  ["license", "license"],
  ["license_name", "license.name"],
  ["license_link", "license.link"],
  ["tags", "tag"],
  ["version", "version"],
  ["author", "author"],
  ["authors", "author"],
];

/** Claims the fields of a card. A text in a field that nobody knows is kept under its own name. */
export function describeCardFields(
  reading: Reading,
  card: Card,
  { texts, listed, others }: CardFields,
): void {
  const { path } = card;
  for (const [key, value] of Object.entries(card.fields)) {
    const name = texts.get(key);
    if (name !== undefined || listed.has(key)) {
      for (const [text, pointer] of cardTexts(reading, value, path, key)) {
        reading.claim(name ?? "metadata", name === undefined ? { key, value: text } : text, path, pointer);
      }
    } else if (
      !others.has(key) &&
      typeof value === "string" &&
      !isCardPlaceholder(reading, value, path, key)
    ) {
      reading.claim("metadata", { key, value }, path, key);
    }
  }
}

/** The texts of a field that holds one or a list of them, each with its place. */
export function cardTexts(
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
      if (each !== "" && !isCardPlaceholder(reading, each, path, pointer)) {
        found.push([each, pointer]);
      }
    } else if (isJsonObject(each) && isTemplateMap(each)) {
      addTemplate(reading, `{${Object.keys(each)[0]?.slice(0, 100)}}`, path, pointer);
    } else if (each !== null) {
      invalidCardField(reading, path, pointer, "it is neither a text nor a list of texts");
    }
  }
  return found;
}

/** `{name}` of an unfilled template is a YAML map with one key and no value. */
function isTemplateMap(value: JsonObject): boolean {
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[1] === null;
}

/** True for `{{ placeholder }}` of an unfilled template, which is reported. */
function isCardPlaceholder(reading: Reading, text: string, path: string, pointer: string): boolean {
  const isTemplate = text.includes("{{") && text.includes("}}");
  if (isTemplate) {
    addTemplate(reading, text.slice(0, 100), path, pointer);
  }
  return isTemplate;
}

function addTemplate(reading: Reading, placeholder: string, path: string, pointer: string): void {
  reading.findings.add(finding("MODEL_CARD_TEMPLATE", { path, member: pointer }, { placeholder }));
}

/** Reports one field of a card. */
export function invalidCardField(reading: Reading, path: string, field: string, reason: string): void {
  reading.findings.add(finding("MODEL_CARD_FIELD_INVALID", { path, member: field }, { field, reason }));
}

/** `license: other` must be named and linked. */
export function checkCardLicense(reading: Reading, card: JsonObject, path: string): void {
  const license = member(card, "license");
  const isOther = isJsonArray(license) ? license.includes("other") : license === "other";
  const missing = ["license_name", "license_link"].filter((key) => typeof member(card, key) !== "string");
  if (isOther && missing.length > 0) {
    reading.findings.add(
      finding("MODEL_CARD_LICENSE_INCOMPLETE", { path, member: "license" }, { missing: missing.join(", ") }),
    );
  }
}
