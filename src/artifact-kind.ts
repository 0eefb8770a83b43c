// SPDX-License-Identifier: Apache-2.0
// What an artifact is, from what was read of it. Weights make a model, whatever a card says: a policy for models
// must not be escaped by calling the model a dataset. Arrays (NPY, HDF5) are the exception, since datasets hold them.

import type { LayoutDescription } from "./layouts/layout.ts";
import type { ArtifactKind } from "./model/artifact.ts";
import type { Fact } from "./model/fact.ts";

/** What the decision needs of a file. */
interface KindOfFile {
  readonly path: string;
  readonly format: string;
  readonly holdsWeights: boolean;
}

/** Formats that hold rows or samples and nothing that runs. */
export const dataFormats: ReadonlySet<string> = new Set([
  "parquet",
  "arrow",
  "arrow-stream",
  "avro",
  "csv",
  "tsv",
  "jsonl",
  "json-rows",
  "tfrecord",
  "webdataset",
]);

/** Formats of arrays: weights in one directory, samples in another. */
const arrayFormats: ReadonlySet<string> = new Set(["npy", "npz", "hdf5"]);

/** Names of files that accompany data. */
const sideFile =
  /(?:^|\/)(?:readme|licen[cs]e|copying|notice|citation|\.git(?:attributes|ignore))(?:\.\w+)?$|\.(?:md|txt|json|jsonld|ya?ml|bib|crc|sha256|md5|dvc)$/i;

/** Decides the kind of an artifact. */
export function artifactKind(
  files: readonly KindOfFile[],
  facts: readonly Fact[],
  layouts: readonly LayoutDescription[],
): ArtifactKind {
  if (facts.some(tellsOfModel) || layouts.some(({ model }) => model === true)) {
    return "model";
  }
  const weights = files.filter(({ holdsWeights }) => holdsWeights);
  const hasOwnCard = layouts.some(({ dataset }) => dataset === "own-card");
  if (hasOwnCard && weights.every(({ format }) => arrayFormats.has(format))) {
    return "dataset";
  }
  if (weights.length > 0) {
    return "model";
  }
  return layouts.some(({ dataset }) => dataset !== undefined) || areData(files) ? "dataset" : "file-set";
}

/** A directory whose configuration names an architecture is a model even where the weights are missing. */
function tellsOfModel(fact: Fact): boolean {
  return fact.name === "architecture.class" || fact.name === "architecture.family";
}

/** There are data files, and nothing but what accompanies them. */
function areData(files: readonly KindOfFile[]): boolean {
  const others = files.filter(({ format }) => !dataFormats.has(format));
  return others.length < files.length && others.every(({ path }) => sideFile.test(path));
}
