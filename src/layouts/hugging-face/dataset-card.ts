// SPDX-License-Identifier: Apache-2.0
// The dataset card, README.md, as huggingface/hub-docs describes it (datasetcard.md): licence, languages, origin,
// configurations with their data files, and what the datasets library knows about each (dataset-info.ts).

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { isAddress, manifestPath } from "../manifest-path.ts";
import { member, type Reading, splitPath } from "../reading.ts";
import {
  type Card,
  type CardFields,
  cardTexts,
  checkCardLicense,
  commonTexts,
  describeCardFields,
  invalidCardField,
  reportCardFaults,
} from "./card.ts";
import { describeDatasetInfo } from "./dataset-info.ts";

const fields: CardFields = {
  texts: new Map([...commonTexts, ["pretty_name", "name"], ["modalities", "modality"]]),
  listed: new Set([
    "annotations_creators",
    "language_creators",
    "language_details",
    "multilinguality",
    "size_categories",
    "task_categories",
    "task_ids",
    "paperswithcode_id",
  ]),
  others: new Set([
    "configs",
    "dataset_info",
    "source_datasets",
    "viewer",
    "thumbnail",
    "extra_gated_prompt",
    "extra_gated_heading",
    "extra_gated_description",
    "extra_gated_button_content",
  ]),
};

/** Reads a dataset's card into claims. */
export function describeDatasetCard(reading: Reading, card: Card): void {
  const { path } = card;
  reportCardFaults(reading, card);
  describeCardFields(reading, card, fields);
  describeSources(reading, card.fields, path);
  checkCardLicense(reading, card.fields, path);
  describeConfigs(reading, member(card.fields, "configs"), path);
  describeDatasetInfo(reading, member(card.fields, "dataset_info"), path, "dataset_info");
}

/** `original`, `extended`, a dataset's name, or `extended|NAME`. */
function describeSources(reading: Reading, card: JsonObject, path: string): void {
  const key = "source_datasets";
  for (const [text, pointer] of cardTexts(reading, member(card, key) ?? null, path, key)) {
    const name = text.startsWith("extended|") ? text.slice("extended|".length) : text;
    if (name === "original" || name === "extended") {
      reading.claim("metadata", { key, value: name }, path, pointer);
    } else if (name !== "") {
      reading.claim("derived_from", { name }, path, pointer);
    }
  }
}

function describeConfigs(reading: Reading, value: JsonValue | undefined, path: string): void {
  if (value === undefined || value === null) {
    return;
  }
  if (!isJsonArray(value)) {
    invalidCardField(reading, path, "configs", "it is not a list");
    return;
  }
  for (const [index, config] of value.entries()) {
    const pointer = `configs[${index}]`;
    if (!isJsonObject(config)) {
      invalidCardField(reading, path, pointer, "it is not a set of fields");
      continue;
    }
    const name = member(config, "config_name");
    const folder = member(config, "data_dir");
    const base = typeof folder === "string" ? folder : "";
    const configName = typeof name === "string" && name !== "" ? name : "default";
    describeDataFiles(reading, member(config, "data_files"), {
      path,
      pointer: `${pointer}.data_files`,
      base,
      configName,
    });
  }
}

interface DataFilesPlace {
  readonly path: string;
  readonly pointer: string;
  /** `data_dir` of the configuration. */
  readonly base: string;
  readonly configName: string;
}

/** A pattern, a list of patterns, or a list of splits with their patterns. */
function describeDataFiles(reading: Reading, value: JsonValue | undefined, place: DataFilesPlace): void {
  for (const each of listOf(value)) {
    if (isJsonObject(each)) {
      const split = member(each, "split");
      if (typeof split === "string") {
        reading.claim("split", { name: `${place.configName}/${split}` }, place.path, place.pointer);
      }
      describePatterns(reading, listOf(member(each, "path")), place);
    } else {
      describePatterns(reading, [each], place);
    }
  }
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function describePatterns(reading: Reading, patterns: readonly JsonValue[], place: DataFilesPlace): void {
  for (const pattern of patterns) {
    if (typeof pattern === "string") {
      describePattern(reading, pattern, place);
    } else {
      invalidCardField(reading, place.path, place.pointer, "it is neither a path nor a split");
    }
  }
}

/** A pattern without wildcards names one file, which has to be there. */
function describePattern(reading: Reading, pattern: string, { path, pointer, base }: DataFilesPlace): void {
  if (isAddress(pattern)) {
    reading.claim("data_source", { name: pattern, url: pattern }, path, pointer);
    return;
  }
  const [folder] = splitPath(path);
  const target = manifestPath(folder, base === "" ? pattern : `${base}/${pattern}`);
  if (target === undefined) {
    const shown = pattern.slice(0, 300);
    reading.findings.add(finding("MANIFEST_PATH_UNSAFE", { path, member: pointer }, { path: shown }));
  } else if (!/[*?[\]{}]/.test(target)) {
    reading.expect(target, {}, path, pointer);
  }
}
