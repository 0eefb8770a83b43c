// SPDX-License-Identifier: Apache-2.0
// Lists of several documents as one: equal entries once, in the order of the inputs.

import { canonicalizeJson } from "../../bytes/jcs.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import { compareText } from "../order.ts";

/** The text that equal values share. */
export function canonicalText(value: JsonValue): string {
  return Buffer.from(canonicalizeJson(value, limits.maxBomDepth)).toString();
}

/** The objects of a list; anything else counts as none. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

/** Entries of all lists, equal ones once. */
export function union(lists: readonly (readonly JsonObject[])[]): JsonObject[] {
  const known = new Map<string, JsonObject>();
  for (const entry of lists.flat()) {
    const text = canonicalText(entry);
    if (!known.has(text)) {
      known.set(text, entry);
    }
  }
  return [...known.values()];
}

/** One entry for each ref, with the edges of all. Sorted by ref, so that the order of the inputs does not matter. */
export function unionDependencies(lists: readonly (readonly JsonObject[])[]): JsonObject[] {
  const edges = new Map<string, { dependsOn: Set<string>; provides: Set<string> }>();
  for (const entry of lists.flat()) {
    const ref = String(entry["ref"]);
    const known = edges.get(ref) ?? { dependsOn: new Set(), provides: new Set() };
    for (const key of ["dependsOn", "provides"] as const) {
      for (const each of textsIn(entry[key])) {
        known[key].add(each);
      }
    }
    edges.set(ref, known);
  }
  return [...edges]
    .sort(([a], [b]) => compareText(a, b))
    .map(([ref, { dependsOn, provides }]) => ({
      ref,
      ...(dependsOn.size === 0 ? {} : { dependsOn: [...dependsOn].sort(compareText) }),
      ...(provides.size === 0 ? {} : { provides: [...provides].sort(compareText) }),
    }));
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** Objects of lists (`declarations`, `definitions`) as one; of other members the first one, and the names of those lost. */
export function combineLists(objects: readonly JsonObject[]): {
  readonly value: JsonObject;
  readonly lost: string[];
} {
  const lost: string[] = [];
  const entries: [string, JsonValue][] = [];
  for (const key of [...new Set(objects.flatMap((each) => Object.keys(each)))]) {
    const values = objects.flatMap((each) => (each[key] === undefined ? [] : [each[key]]));
    const [first, ...others] = values;
    if (values.every(isJsonArray)) {
      entries.push([key, union(values.map(objectsIn))]);
    } else if (isJsonObject(first) && key === "targets") {
      entries.push([key, combineLists(values.filter(isJsonObject)).value]);
    } else if (first !== undefined && key !== "signature" && others.length === 0) {
      entries.push([key, first]);
    } else {
      lost.push(key);
    }
  }
  return { value: Object.fromEntries(entries), lost };
}
