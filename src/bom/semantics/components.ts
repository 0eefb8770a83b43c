// SPDX-License-Identifier: Apache-2.0
// Fields stand where they mean something: a model card on a model, a data section on data, data sets that say
// something, identity evidence with methods, properties with values, files listed once, known signature algorithms.

import { isJsonArray, isJsonObject, type JsonValue } from "../../bytes/json.ts";
import { pointerTo, type Report, type SemanticCheck, type Site } from "./check.ts";

/** Algorithms of JSF 0.82. */
const signatureAlgorithms = new Set(
  "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 Ed25519 Ed448 HS256 HS384 HS512".split(" "),
);
const signatureSites = new Set(["signature", "signers", "chain"]);

/** Checks of single fields of components, evidence, properties and signatures. */
export function components(): SemanticCheck {
  return {
    members: {
      modelCard: checkModelCard,
      data: checkData,
      datasets: checkDatasets,
      identity: checkIdentity,
      properties: checkProperties,
      components: checkFileNames,
      algorithm: checkSignatureAlgorithm,
    },
  };
}

function checkModelCard(value: JsonValue, site: Site, key: string, report: Report): void {
  const type = site.object["type"];
  if (isJsonObject(value) && typeof type === "string" && type !== "machine-learning-model") {
    report.add("BOM_MODELCARD_TYPE", () => pointerTo(site, key), { type });
  }
}

function checkData(value: JsonValue, site: Site, key: string, report: Report): void {
  // Services have a `data` member too, but no type.
  const type = site.object["type"];
  const isComponent = typeof type === "string" && typeof site.object["name"] === "string";
  if (isJsonArray(value) && isComponent && type !== "data") {
    report.add("BOM_DATA_TYPE", () => pointerTo(site, key), { type });
  }
}

function checkDatasets(value: JsonValue, site: Site, key: string, report: Report): void {
  if (site.member !== "modelParameters" || !isJsonArray(value)) {
    return;
  }
  for (const [index, entry] of value.entries()) {
    if (isJsonObject(entry) && Object.keys(entry).length === 0) {
      report.add("BOM_DATASET_EMPTY", () => pointerTo(site, key, index), {});
    }
  }
}

function checkIdentity(value: JsonValue, site: Site, key: string, report: Report): void {
  if (site.member !== "evidence") {
    return;
  }
  const entries = isJsonArray(value) ? value : [value];
  for (const [index, entry] of entries.entries()) {
    const methods = isJsonObject(entry) ? entry["methods"] : undefined;
    if (isJsonObject(entry) && !(isJsonArray(methods) && methods.length > 0)) {
      const more = isJsonArray(value) ? [index] : [];
      report.add("BOM_EVIDENCE_METHODS", () => pointerTo(site, key, ...more), {});
    }
  }
}

function checkFileNames(value: JsonValue, site: Site, key: string, report: Report): void {
  // Lists at the top of a document may hold files of different places under one name.
  if (typeof site.object["type"] !== "string" || !isJsonArray(value)) {
    return;
  }
  const names = new Set<string>();
  for (const [index, entry] of value.entries()) {
    const name = isJsonObject(entry) && entry["type"] === "file" ? entry["name"] : undefined;
    if (typeof name === "string" && names.has(name)) {
      report.add("BOM_FILE_DUPLICATE", () => pointerTo(site, key, index), { name });
    }
    if (typeof name === "string") {
      names.add(name);
    }
  }
}

function checkProperties(value: JsonValue, site: Site, key: string, report: Report): void {
  for (const [index, entry] of (isJsonArray(value) ? value : []).entries()) {
    if (isJsonObject(entry) && !Object.hasOwn(entry, "value")) {
      const name = typeof entry["name"] === "string" ? entry["name"] : "";
      report.add("BOM_PROPERTY_VALUE", () => pointerTo(site, key, index), { name });
    }
  }
}

function checkSignatureAlgorithm(value: JsonValue, site: Site, key: string, report: Report): void {
  if (signatureSites.has(site.member) && typeof value === "string" && !signatureAlgorithms.has(value)) {
    report.add("BOM_SIGNATURE_ALGORITHM", () => pointerTo(site, key), { algorithm: value });
  }
}
