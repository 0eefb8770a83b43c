// SPDX-License-Identifier: Apache-2.0
// A dataset (`data` of CycloneDX) as a DatasetPackage (Dataset profile).

import type { JsonObject } from "../../bytes/json.ts";
import { movedTexts, properties } from "./artifact.ts";
import { present, type SpdxGraph } from "./graph.ts";
import { confidentialityLevels } from "./vocabulary.ts";

/** Members of the Dataset profile, and what of the entry goes elsewhere. */
export interface DatasetMembers {
  readonly members: JsonObject;
  readonly properties: readonly (readonly [string, string | undefined])[];
  /** Where the data are, as the entry says. */
  readonly url: string | undefined;
}

/** The size in bytes, as aibom counts it; the profile counts in bytes too. */
const sizeProperty = "aibom:computed:size";

/** One entry of `data`, or the inline dataset of a model card. */
export function datasetMembers(graph: SpdxGraph, data: JsonObject, place: string): DatasetMembers {
  const { taken } = graph;
  taken.whole(data, "bom-ref");
  taken.whole(data, "type");
  const contents = taken.object(data, "contents");
  const url = taken.text(contents, "url");
  const all = properties(graph, contents);
  const size = all.find(([name]) => name === sizeProperty)?.[1];
  const level = taken.oneOf(data, "classification", confidentialityLevels);
  const members = present({
    // Nobody says of what kind: CycloneDX has no word for it.
    dataset_datasetType: ["noAssertion"],
    dataset_confidentialityLevel: level,
    dataset_datasetSize: size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : undefined,
  });
  return {
    members,
    url,
    properties: [
      ...all,
      ...movedTexts(graph, data, ["sensitiveData"], place),
      ...(level === undefined ? movedTexts(graph, data, ["classification"], place) : []),
      ...governance(graph, data, place),
    ],
  };
}

/** Who answers for the data, by role. The profile has no place for it. */
function governance(
  graph: SpdxGraph,
  data: JsonObject,
  place: string,
): readonly (readonly [string, string])[] {
  const { taken } = graph;
  const holder = taken.object(data, "governance");
  return ["owners", "stewards", "custodians"].flatMap((role) =>
    taken.objects(holder, role).flatMap((party) => {
      const of = taken.object(party, "organization") ?? taken.object(party, "contact");
      return movedTexts(graph, of, ["name", "email"], `${place}/governance/${role}/*`).map(
        ([, text]) => [`aibom:cyclonedx:governance:${role}`, text] as const,
      );
    }),
  );
}

/** True if a component of type `data` is a dataset: it says so, or says nothing of its data. */
export function isDataset(component: JsonObject): boolean {
  const { data } = component;
  const list = Array.isArray(data) ? data : [];
  return list.length === 0
    ? Object.hasOwn(component, "data")
    : list.some(
        (each) => typeof each === "object" && each !== null && Reflect.get(each, "type") === "dataset",
      );
}
