// SPDX-License-Identifier: Apache-2.0
// Elements of datasets: components of type `data`, and the descriptions that a model holds instead.

import { isJsonArray, type JsonObject } from "../../bytes/json.ts";
import { member, objectsAt, text } from "../bom-view.ts";
import type { Finder, Probe } from "../element.ts";
import { anyOf, at, properties, references } from "../look.ts";
import { hashAt, identifierAt, licenseAt } from "./component-places.ts";

const of = "dataset";
const contents = ["/data/*/contents/properties", "/contents/properties", "/properties"];

export const datasetName: Probe = {
  of,
  expected: "/name",
  find: at("/name", "/data/*/name"),
  fill: "aibom inventory writes it",
};

export const datasetDescription: Probe = {
  of,
  expected: "/data/0/description",
  find: at("/data/*/description", "/description"),
  fact: "description",
  fill: "describe the dataset in its Croissant file or dataset_infos.json",
};

export const datasetContent: Probe = {
  of,
  expected: "/data/0/contents",
  find: anyOf(
    properties(contents, [
      "aibom:computed:*",
      "aibom:claim:rows.count",
      "aibom:claim:schema*",
      "aibom:claim:split*",
      "cdx:ai-ml:dataset:*",
    ]),
    at("/data/*/contents/attachment/content", "/contents/attachment/content"),
  ),
  fill: "inventory the dataset itself: aibom counts rows, columns and bytes; or describe them in a Croissant file",
};

export const datasetIdentifier: Probe = {
  of,
  expected: "/purl",
  find: anyOf(identifierAt, at("/data/*/contents/url", "/contents/url")),
  fill: "inventory the dataset in a Hugging Face cache, or state its address in its card",
};

/** aibom marks what only a claim names: nothing about it was seen. */
const externalMark: Finder = (subject, bom) =>
  anyOf(properties(["/properties"], ["aibom:external"]), ({ value, pointer }) =>
    member(value, "isExternal") === true ? [{ pointer: `${pointer}/isExternal`, value: true }] : [],
  )(subject, bom);

export const datasetHash: Probe = {
  of,
  expected: "/hashes",
  find: hashAt,
  findUnknown: externalMark,
  fill: "inventory the dataset itself, as a target or in aibom.yaml",
};

export const datasetProvenance: Probe = {
  of,
  expected: "/data/0/contents/url",
  find: anyOf(
    at(
      "/data/*/contents/url",
      "/contents/url",
      "/pedigree/ancestors/*/name",
      "/manufacturer/name",
      "/supplier/name",
    ),
    properties(contents, ["aibom:claim:data_source*"]),
    references("distribution", "source-distribution", "website", "vcs"),
  ),
  fill: "state where the data come from in the card, Croissant file or Data Provenance Standards document",
};

export const datasetStatistics: Probe = {
  of,
  expected: "/data/0/contents/properties",
  find: anyOf(
    properties(contents, [
      "aibom:computed:rows.count",
      "aibom:claim:rows.count",
      "aibom:computed:classes*",
      "aibom:claim:classes*",
      "aibom:computed:split*",
      "aibom:claim:split*",
    ]),
    at("/data/*/graphics/collection/*", "/graphics/collection/*"),
  ),
  fill: "inventory the dataset itself: aibom counts rows, splits and labels",
};

export const datasetSize: Probe = {
  of,
  expected: "/data/0/contents/properties",
  find: properties(contents, ["aibom:computed:size", "aibom:computed:rows.count", "aibom:claim:rows.count"]),
  fill: "inventory the dataset itself: aibom counts rows and bytes",
};

export const datasetSensitivity: Probe = {
  of,
  expected: "/data/0/classification",
  find: at("/data/*/sensitiveData/*", "/data/*/classification", "/sensitiveData/*", "/classification"),
  fact: "classification",
  fill: "state personal data in the Croissant file (RAI), or classification in a Data Provenance Standards document",
};

/** A model names it, or `dependencies` lead to it. */
export const datasetLink: Probe = {
  of,
  expected: "/bom-ref",
  find: ({ value, pointer }, { usedDatasets, document }) => {
    const ref = text(value, "bom-ref");
    if (ref === undefined) {
      return pointer.includes("/modelParameters/datasets/") ? [{ pointer, value: "named in place" }] : [];
    }
    return usedDatasets.has(ref) || isNeeded(document, ref)
      ? [{ pointer: `${pointer}/bom-ref`, value: ref }]
      : [];
  },
  fill: "name the dataset in the card of the model (datasets:), or in aibom.yaml (models.NAME.datasets)",
};

const needed = new WeakMap<object, ReadonlySet<string>>();

function isNeeded(document: JsonObject, ref: string): boolean {
  let refs = needed.get(document);
  if (refs === undefined) {
    refs = new Set(neededRefs(document));
    needed.set(document, refs);
  }
  return refs.has(ref);
}

function neededRefs(document: JsonObject): readonly string[] {
  return objectsAt(member(document, "dependencies"), "").flatMap(({ value }) => {
    const list = member(value, "dependsOn");
    return isJsonArray(list) ? list.filter((each) => typeof each === "string") : [];
  });
}

export const datasetLicense: Probe = {
  of,
  expected: "/licenses",
  find: licenseAt,
  fact: "license",
  fill: "state the licence in the card or Croissant file of the dataset",
};

export const datasetGovernance: Probe = {
  of,
  expected: "/data/0/governance",
  find: at(
    "/data/*/governance/owners/*",
    "/data/*/governance/custodians/*",
    "/data/*/governance/stewards/*",
    "/governance/owners/*",
  ),
  fill: "state who answers for the data in the Croissant file or Data Provenance Standards document",
};
