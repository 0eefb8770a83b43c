// SPDX-License-Identifier: Apache-2.0
// The model card, README.md, as huggingface/hub-docs describes it (modelcard.md). Each value is a claim of
// whoever wrote the card. One bad field is one finding and does not hide the others.

import type { JsonObject } from "../../bytes/json.ts";
import { isLocalPath } from "../../bytes/redact.ts";
import { member, type Reading } from "../reading.ts";
import {
  type CardFields,
  cardTexts,
  checkCardLicense,
  commonTexts,
  describeCardFields,
  invalidCardField,
  isDatasetCard,
  readCard,
  reportCardFaults,
} from "./card.ts";
import { describeModelIndex } from "./model-index.ts";

const fields: CardFields = {
  texts: new Map([
    ...commonTexts,
    ["library_name", "library"],
    ["datasets", "dataset"],
    ["pipeline_tag", "task"],
    ["model_name", "name"],
  ]),
  listed: new Set(["metrics"]),
  others: new Set(["base_model", "base_model_relation", "model-index", "widget", "thumbnail"]),
};

/** Reads the model card of one directory. A dataset's card is read by dataset-card.ts. */
export function describeModelCard(reading: Reading, folder: string): void {
  const card = readCard(reading, folder);
  if (card !== undefined && !isDatasetCard(card)) {
    reportCardFaults(reading, card);
    describeCardFields(reading, card, fields);
    describeBaseModels(reading, card.fields, card.path);
    checkCardLicense(reading, card.fields, card.path);
    describeModelIndex(reading, member(card.fields, "model-index"), card.path);
  }
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
