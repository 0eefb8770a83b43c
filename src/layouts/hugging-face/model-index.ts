// SPDX-License-Identifier: Apache-2.0
// `model-index` of a model card: evaluation results, in the format of Papers with Code. The datasets in it
// are what the model was measured on, not what it was trained on. A `verifyToken` cannot be checked offline
// and is not read.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { member, type Reading } from "../reading.ts";

/** Reads the results into `metric` claims. */
export function describeModelIndex(reading: Reading, value: JsonValue | undefined, path: string): void {
  if (value === undefined || value === null) {
    return;
  }
  eachObject(reading, value, path, "model-index", (model, pointer) => {
    const name = member(model, "name");
    if (typeof name === "string") {
      reading.claim("name", name, path, `${pointer}.name`);
    }
    const results = member(model, "results");
    eachObject(reading, results ?? null, path, `${pointer}.results`, (result, place) =>
      describeResult(reading, result, path, place),
    );
  });
}

function describeResult(reading: Reading, result: JsonObject, path: string, pointer: string): void {
  const dataset = member(result, "dataset");
  if (!isJsonObject(dataset)) {
    addInvalid(reading, path, `${pointer}.dataset`, "the dataset is missing");
  }
  const slice = isJsonObject(dataset) ? describeSlice(dataset) : "";
  const metrics = member(result, "metrics") ?? null;
  eachObject(reading, metrics, path, `${pointer}.metrics`, (metric, place) => {
    const type = member(metric, "type") ?? member(metric, "name");
    const value = member(metric, "value");
    if (typeof type !== "string" || typeof value !== "string") {
      addInvalid(reading, path, place, "a metric needs a type and a value");
      return;
    }
    reading.claim("metric", slice === "" ? { type, value } : { type, value, slice }, path, place);
  });
}

/** What the metric was measured on, in one line: name, configuration, split. */
function describeSlice(dataset: JsonObject): string {
  const name = member(dataset, "name") ?? member(dataset, "type");
  return [name, member(dataset, "config"), member(dataset, "split")]
    .filter((part) => typeof part === "string" && part !== "")
    .join(", ");
}

function eachObject(
  reading: Reading,
  value: JsonValue,
  path: string,
  field: string,
  use: (object: JsonObject, pointer: string) => void,
): void {
  if (!isJsonArray(value)) {
    addInvalid(reading, path, field, "it is not a list");
    return;
  }
  for (const [index, each] of value.entries()) {
    const pointer = `${field}[${index}]`;
    if (isJsonObject(each)) {
      use(each, pointer);
    } else {
      addInvalid(reading, path, pointer, "it is not a set of fields");
    }
  }
}

function addInvalid(reading: Reading, path: string, field: string, reason: string): void {
  reading.findings.add(finding("MODEL_CARD_FIELD_INVALID", { path, member: field }, { field, reason }));
}
