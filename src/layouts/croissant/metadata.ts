// SPDX-License-Identifier: Apache-2.0
// What a Croissant document says about the dataset as a whole: schema.org's own properties, Croissant's, those of
// its extension for responsible AI (RAI 1.0), and provenance and terms of use as of Croissant 1.1.

import { isJsonObject } from "../../bytes/json.ts";
import type { FactName, JsonValue } from "../../model/fact.ts";
import type { Reading } from "../reading.ts";
import { type LinkedData, type LinkedNode, listOf, textsOf } from "./linked-data.ts";
import type { DocumentPlace } from "./place.ts";

const textProperties: ReadonlyMap<string, FactName> = new Map([
  ["name", "name"],
  ["description", "description"],
  ["url", "url"],
  ["version", "version"],
  ["citeAs", "citation"],
  ["citation", "citation"],
  ["inLanguage", "language"],
  ["dateCreated", "created"],
  ["dateModified", "modified"],
  ["rai:personalSensitiveInformation", "sensitive_data"],
  ["rai:dataUseCases", "use_case"],
  ["rai:dataLimitations", "limitation"],
]);

/** Properties without a better name than their own; all further ones of RAI are among them. */
const otherProperties = new Set([
  "alternateName",
  "conformsTo",
  "datePublished",
  "expires",
  "identifier",
  "isAccessibleForFree",
  "isLiveDataset",
  "sameAs",
  "sdLicense",
  "sdVersion",
  "spatialCoverage",
  "temporalCoverage",
  "usageInfo",
  "prov:wasGeneratedBy",
  "prov:wasAttributedTo",
]);

/** Reads the properties of the dataset. */
export function describeMetadata(
  reading: Reading,
  data: LinkedData,
  dataset: LinkedNode,
  place: DocumentPlace,
): void {
  for (const [key, value] of dataset.entries) {
    const name = textProperties.get(key);
    if (name !== undefined) {
      for (const text of textsOf(numbersAsText(value))) {
        reading.claim(name, text, place.path, `/${key}`);
      }
    } else if (key === "keywords") {
      describeKeywords(reading, value, place);
    } else if (otherProperties.has(key) || key.startsWith("rai:")) {
      for (const text of labels(data, value)) {
        reading.claim("metadata", { key, value: text }, place.path, `/${key}`);
      }
    }
  }
  describeLicenses(reading, data, dataset, place);
  describeParties(reading, data, dataset, place);
  describeOrigins(reading, data, dataset, place);
}

/** Some writers state a version as a number. */
function numbersAsText(value: JsonValue): JsonValue {
  return typeof value === "number" ? String(value) : value;
}

function describeKeywords(reading: Reading, value: JsonValue, place: DocumentPlace): void {
  for (const text of textsOf(value)) {
    // schema.org allows one text with commas.
    for (const keyword of text.split(",").map((each) => each.trim())) {
      if (keyword !== "") {
        reading.claim("tag", keyword, place.path, "/keywords");
      }
    }
  }
}

/** A text, an address, or a CreativeWork with either. */
function describeLicenses(
  reading: Reading,
  data: LinkedData,
  dataset: LinkedNode,
  place: DocumentPlace,
): void {
  const value = dataset.get("license");
  for (const text of textsOf(value)) {
    reading.claim("license", text, place.path, "/license");
  }
  for (const work of data.nodes(value)) {
    const [name] = textsOf(work.get("name"));
    const [url] = textsOf(work.get("url"));
    const license = name ?? url ?? work.id;
    if (license !== undefined) {
      reading.claim("license", license, place.path, "/license");
    }
    if (name !== undefined && url !== undefined) {
      reading.claim("license.link", url, place.path, "/license/url");
    }
  }
}

/** Who made, holds and keeps the data. People are authors, organisations the manufacturer. */
function describeParties(
  reading: Reading,
  data: LinkedData,
  dataset: LinkedNode,
  place: DocumentPlace,
): void {
  const organizations: string[] = [];
  for (const key of ["creator", "author"]) {
    for (const { name, isOrganization } of parties(data, dataset.get(key))) {
      if (isOrganization) {
        organizations.push(name);
      }
      reading.claim(isOrganization ? "organization" : "author", name, place.path, `/${key}`);
    }
  }
  for (const { name } of organizations.length === 0 ? parties(data, dataset.get("publisher")) : []) {
    reading.claim("organization", name, place.path, "/publisher");
  }
  for (const [key, role] of [
    ["copyrightHolder", "owner"],
    ["maintainer", "steward"],
  ] as const) {
    for (const { name, isOrganization } of parties(data, dataset.get(key))) {
      const value = { role, name, ...(isOrganization ? {} : { type: "person" }) };
      reading.claim("governance", value, place.path, `/${key}`);
    }
  }
}

interface Party {
  readonly name: string;
  readonly isOrganization: boolean;
}

function parties(data: LinkedData, value: JsonValue | undefined): readonly Party[] {
  const named = textsOf(value).map((name) => ({ name, isOrganization: false }));
  const described = data.nodes(value).flatMap((node) => {
    const [name] = textsOf(node.get("name"));
    return name === undefined ? [] : [{ name, isOrganization: node.types.includes("Organization") }];
  });
  return [...named, ...described];
}

/** Croissant 1.1: entities that the dataset was derived from, with their place on the web. */
function describeOrigins(
  reading: Reading,
  data: LinkedData,
  dataset: LinkedNode,
  place: DocumentPlace,
): void {
  for (const key of ["prov:wasDerivedFrom", "isBasedOn"]) {
    const value = dataset.get(key);
    for (const text of textsOf(value)) {
      const url = /^https?:\/\//.test(text) ? { url: text } : {};
      reading.claim("derived_from", { name: text, ...url }, place.path, `/${key}`);
    }
    for (const node of data.nodes(value)) {
      const [url] = ["prov:locatedAt", "prov:atLocation", "url"].flatMap((each) => textsOf(node.get(each)));
      const [label] = ["name", "prov:label"].flatMap((each) => textsOf(node.get(each)));
      const name = label ?? url ?? node.id;
      if (name !== undefined) {
        reading.claim("derived_from", { name, ...(url === undefined ? {} : { url }) }, place.path, `/${key}`);
      }
    }
  }
}

/** Texts, numbers and truth values; of a node what it is called or says. */
function labels(data: LinkedData, value: JsonValue): readonly string[] {
  return listOf(value).flatMap((each) => {
    if (!isJsonObject(each)) {
      return each === null || typeof each === "object" ? [] : [String(each)];
    }
    const node = data.node(each);
    const [label] = ["@value", "name", "prov:label", "description", "url", "@id"].flatMap((key) =>
      textsOf(node.get(key)),
    );
    return label === undefined ? [] : [label];
  });
}
