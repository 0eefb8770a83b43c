// SPDX-License-Identifier: Apache-2.0
// The model card, README.md, as huggingface/hub-docs describes it (modelcard.md). Each value is a claim of
// whoever wrote the card. One bad field is one finding and does not hide the others.

import type { JsonObject } from "../../bytes/json.ts";
import { isLocalPath } from "../../bytes/redact.ts";
import type { FactName } from "../../model/fact.ts";
import {
  cardTexts,
  checkCardLicense,
  invalidCardField,
  isCardPlaceholder,
  isDatasetCard,
  readCard,
  reportCardFaults,
} from "./card.ts";
import { describeModelIndex } from "./model-index.ts";
import { member, type Reading } from "./reading.ts";

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

/** Reads the model card of one directory. A dataset's card is read by dataset-card.ts. */
export function describeModelCard(reading: Reading, folder: string): void {
  const card = readCard(reading, folder);
  if (card !== undefined && !isDatasetCard(card)) {
    reportCardFaults(reading, card);
    describeFields(reading, card.fields, card.path);
  }
}

function describeFields(reading: Reading, card: JsonObject, path: string): void {
  for (const [key, value] of Object.entries(card)) {
    const name = textFields.get(key);
    if (name !== undefined) {
      for (const [text, pointer] of cardTexts(reading, value, path, key)) {
        reading.claim(name, text, path, pointer);
      }
    } else if (key === "metrics") {
      for (const [text, pointer] of cardTexts(reading, value, path, key)) {
        reading.claim("metadata", { key: "metrics", value: text }, path, pointer);
      }
    } else if (
      !otherFields.has(key) &&
      typeof value === "string" &&
      !isCardPlaceholder(reading, value, path, key)
    ) {
      reading.claim("metadata", { key, value }, path, key);
    }
  }
  describeBaseModels(reading, card, path);
  checkCardLicense(reading, card, path);
  describeModelIndex(reading, member(card, "model-index"), path);
}

function describeBaseModels(reading: Reading, card: JsonObject, path: string): void {
  const [relation] = cardTexts(
    reading,
    member(card, "base_model_relation") ?? null,
    path,
    "base_model_relation",
  );
  for (const [name, pointer] of cardTexts(reading, member(card, "base_model") ?? null, path, "base_model")) {
    if (isLocalPath(name)) {
      invalidCardField(reading, path, pointer, "it is a path of a local disk");
    } else {
      const value = relation === undefined ? { name } : { name, relation: relation[0] };
      reading.claim("base_model", value, path, pointer);
    }
  }
}
