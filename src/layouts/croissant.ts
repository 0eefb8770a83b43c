// SPDX-License-Identifier: Apache-2.0
// Croissant 1.0 and 1.1 (mlcommons.org/croissant), with the extension for responsible AI: a JSON-LD document that
// describes a dataset and its files. Everything in it is a claim; the digests that it states are compared with the
// bytes when all files are hashed. No context is fetched and no data is read through it.

import { isJsonArray, isJsonObject } from "../bytes/json.ts";
import { describeDistribution } from "./croissant/distribution.ts";
import { LinkedData } from "./croissant/linked-data.ts";
import { describeMetadata } from "./croissant/metadata.ts";
import { DocumentPlace } from "./croissant/place.ts";
import { describeRecordSets } from "./croissant/record-sets.ts";
import { type DatasetDocument, datasetDocuments } from "./dataset-documents.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { Reading } from "./reading.ts";

/** Croissant documents. */
export const croissant: Layout = {
  id: "croissant",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const documents = datasetDocuments(reading, /croissant|metadata/i, (head) =>
      /mlcommons\.org\/croissant/.test(head),
    );
    const described = documents.map((document) => describeDocument(reading, document));
    return {
      facts: [...reading.claims.facts, ...reading.expected],
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
      ...(described.includes(true) ? { dataset: "described" } : {}),
    };
  },
};

/** The answer says whether the document describes a dataset. */
function describeDocument(reading: Reading, { path, root }: DatasetDocument): boolean {
  const data = new LinkedData(root);
  const place = new DocumentPlace(reading, path);
  const graph = Object.hasOwn(root, "@graph") ? root["@graph"] : undefined;
  const nodes = isJsonArray(graph) ? graph.filter(isJsonObject) : [root];
  const dataset = nodes.map((each) => data.node(each)).find(({ types }) => types.includes("Dataset"));
  if (dataset === undefined) {
    place.invalid("nothing in it is of type Dataset");
    reading.unverified.add(path);
    return false;
  }
  for (const name of dataset.repeated) {
    place.invalid(`it states ${name} twice`);
  }
  if (dataset.get("name") === undefined) {
    // The reference library reads such documents all the same.
    place.invalid("the dataset has no name", "low");
  }
  describeMetadata(reading, data, dataset, place);
  const files = describeDistribution(reading, data, dataset.get("distribution"), place);
  describeRecordSets(reading, data, dataset.get("recordSet"), place, files);
  return true;
}
