// SPDX-License-Identifier: Apache-2.0
// Citations (CycloneDX 1.7) as annotations, which 1.6 has: where a value came from, told of the component that it belongs to. The
// result is what `aibom inventory --spec-version 1.6` writes.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { listOf, objectOf, textOf } from "../../layouts/member.ts";
import { countValues } from "../taken.ts";
import type { Editable, Editing } from "./editing.ts";

/** Replaces the citations of a document. */
export function citationsAsAnnotations(editing: Editing): void {
  const { document } = editing;
  const citations = listOf(document, "citations").filter(isJsonObject);
  if (citations.length === 0) {
    delete document["citations"];
    return;
  }
  const places = componentPlaces(document);
  const byComponent = new Map<string, JsonObject[]>(places.map(({ ref }) => [ref, []]));
  for (const citation of citations) {
    const annotator = annotatorOf(document, textOf(citation, "attributedTo"));
    const groups = groupPointers(citation, places);
    if (annotator === undefined || groups.size === 0) {
      editing.lose("/citations/*", countValues(citation));
      continue;
    }
    editing.move("/citations/*", "annotations");
    loseOthers(editing, citation, groups);
    for (const [ref, pointers] of groups) {
      byComponent.get(ref)?.push({
        timestamp: citation["timestamp"] ?? "",
        subjects: [ref],
        annotator,
        text: `${textOf(citation, "note") ?? "cited"}: ${pointers.join(", ")}`,
      });
    }
  }
  const made = [...byComponent.values()].flat();
  const annotations = [...listOf(document, "annotations"), ...made];
  // In the place of the citations, so that what was written in our order stays in it.
  const members = Object.entries(document).flatMap(([key, value]): [string, typeof value][] => {
    if (key === "annotations") {
      return [];
    }
    return key !== "citations"
      ? [[key, value]]
      : annotations.length === 0
        ? []
        : [["annotations", annotations]];
  });
  for (const key of Object.keys(document)) {
    delete document[key];
  }
  Object.assign(document, Object.fromEntries(members));
}

/** Members that an annotation has no place for, and pointers to no component. */
function loseOthers(
  editing: Editing,
  citation: JsonObject,
  groups: ReadonlyMap<string, readonly string[]>,
): void {
  for (const key of ["bom-ref", "process", "signature", "expressions"]) {
    if (citation[key] !== undefined) {
      editing.lose(`/citations/*/${key}`, countValues(citation[key]));
    }
  }
  const told = [...groups.values()].reduce((sum, pointers) => sum + pointers.length, 0);
  const left = listOf(citation, "pointers").length - told;
  if (left > 0) {
    editing.lose("/citations/*/pointers/*", left);
  }
}

interface Place {
  readonly ref: string;
  readonly pointer: string;
}

/** Components with a bom-ref, outer before inner. */
function componentPlaces(document: Editable): readonly Place[] {
  const places: Place[] = [];
  const collect = (component: JsonObject, pointer: string): void => {
    const ref = textOf(component, "bom-ref");
    if (ref !== undefined) {
      places.push({ ref, pointer });
    }
    for (const [index, each] of listOf(component, "components").entries()) {
      if (isJsonObject(each)) {
        collect(each, `${pointer}/components/${index}`);
      }
    }
  };
  const root = objectOf(objectOf(document, "metadata"), "component");
  if (root !== undefined) {
    collect(root, "/metadata/component");
  }
  for (const [index, each] of listOf(document, "components").entries()) {
    if (isJsonObject(each)) {
      collect(each, `/components/${index}`);
    }
  }
  return places;
}

/** The pointers below the innermost component that each leads into, relative to it. */
function groupPointers(
  citation: JsonObject,
  places: readonly Place[],
): ReadonlyMap<string, readonly string[]> {
  const byPointer = new Map(places.map(({ ref, pointer }) => [pointer, ref]));
  const groups = new Map<string, string[]>();
  const pointers = isJsonArray(citation["pointers"]) ? citation["pointers"] : [];
  for (const pointer of pointers.filter((each) => typeof each === "string")) {
    let place = pointer;
    while (place !== "" && !byPointer.has(place)) {
      place = place.slice(0, place.lastIndexOf("/"));
    }
    const ref = byPointer.get(place);
    if (ref !== undefined) {
      groups.set(ref, [...(groups.get(ref) ?? []), pointer.slice(place.length)]);
    }
  }
  return groups;
}

/** Who made the citation, as an annotation names them. */
function annotatorOf(document: Editable, ref: string | undefined): JsonObject | undefined {
  const metadata = objectOf(document, "metadata");
  const tools = objectOf(metadata, "tools");
  const find = (list: readonly unknown[]): JsonObject | undefined =>
    (list as JsonObject[]).find((each) => isJsonObject(each) && textOf(each, "bom-ref") === ref);
  const component = find([...listOf(tools, "components"), ...listOf(document, "components")]);
  const service = find([...listOf(tools, "services"), ...listOf(document, "services")]);
  const individual = find(listOf(metadata, "authors"));
  const organization = find([objectOf(metadata, "manufacturer"), objectOf(metadata, "supplier")]);
  if (ref === undefined) {
    return undefined;
  }
  const named = [
    ["component", component],
    ["service", service],
    ["individual", individual],
    ["organization", organization],
  ] as const;
  const [found] = named.filter(([, each]) => each !== undefined);
  return found?.[1] === undefined ? undefined : { [found[0]]: identityOf(found[1]) };
}

/** What tells who somebody is. The bom-ref stays where it is: no two elements share one. */
function identityOf(json: JsonObject): JsonObject {
  const keys = ["type", "group", "name", "version", "email", "phone", "url"];
  return Object.fromEntries(keys.flatMap((key) => (json[key] === undefined ? [] : [[key, json[key]]])));
}
