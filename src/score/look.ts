// SPDX-License-Identifier: Apache-2.0
// The few ways in which probes look for things: at paths, among properties, among external references. And what a value is worth:
// something, nothing, or the statement that nobody knows.

import { isJsonArray, isJsonObject, type JsonValue } from "../bytes/json.ts";
import { member, objectsAt, text } from "./bom-view.ts";
import type { Finder, Place, Subject } from "./element.ts";

/** Places that one probe reports of one subject; more show nothing new. */
const maxPlaces = 5;

/** Values of a list that are looked at to tell whether it says something. */
const maxListSample = 100;

/** How deep an object is looked into to tell whether it says something. */
const maxWorthDepth = 4;

/** What SPDX and those who fill in forms write for "not known". `NONE` is an answer, and not among them. */
const unknownWords: ReadonlySet<string> = new Set(["noassertion", "unknown", "not known"]);

export type Worth = "something" | "unknown" | "nothing";

/** What a value says. */
export function worthOf(value: JsonValue | undefined, depth = maxWorthDepth): Worth {
  if (typeof value === "string") {
    const word = value.trim().toLowerCase();
    return word === "" ? "nothing" : unknownWords.has(word) ? "unknown" : "something";
  }
  if (value === undefined || value === null) {
    return "nothing";
  }
  if (typeof value !== "object") {
    return "something";
  }
  const inner = isJsonArray(value) ? value.slice(0, maxListSample) : Object.values(value);
  if (depth === 0) {
    return inner.length === 0 ? "nothing" : "something";
  }
  const worths = inner.map((each) => worthOf(each, depth - 1));
  return worths.includes("something") ? "something" : worths.includes("unknown") ? "unknown" : "nothing";
}

/** At these pointers below the subject; `*` is every entry of a list. */
export function at(...paths: readonly string[]): Finder {
  const split = paths.map((path) => path.slice(1).split("/"));
  return (subject) =>
    split.flatMap((steps) => follow(subject.value, subject.pointer, steps)).slice(0, maxPlaces);
}

function follow(value: JsonValue, pointer: string, steps: readonly string[]): readonly Place[] {
  const [step, ...rest] = steps;
  if (step === undefined) {
    return worthOf(value) === "nothing" ? [] : [{ pointer, value }];
  }
  if (step !== "*") {
    const next = isJsonObject(value) ? member(value, step) : undefined;
    return next === undefined ? [] : follow(next, `${pointer}/${step}`, rest);
  }
  const found: Place[] = [];
  for (const [index, each] of (isJsonArray(value) ? value : []).entries()) {
    found.push(...follow(each, `${pointer}/${index}`, rest));
    if (found.length >= maxPlaces) {
      break;
    }
  }
  return found;
}

/** The objects of a list below the subject, all of them. */
export function listAt(subject: Subject, list: string): ReturnType<typeof objectsAt> {
  return follow(subject.value, subject.pointer, list.slice(1).split("/")).flatMap(({ value, pointer }) =>
    objectsAt(value, pointer),
  );
}

/** Properties of these names, or of names that start so where the name ends in `*`; in these lists below the subject. */
export function properties(lists: readonly string[], names: readonly string[]): Finder {
  const exact = new Set(names.filter((name) => !name.endsWith("*")));
  const starts = names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const isWanted = (name: string): boolean =>
    exact.has(name) || starts.some((start) => name.startsWith(start));
  return (subject) =>
    lists
      .flatMap((list) => propertyEntries(subject, list))
      .filter(({ name, value }) => isWanted(name) && worthOf(value) !== "nothing")
      .map(({ pointer, value }) => ({ pointer, value }))
      .slice(0, maxPlaces);
}

/** Name and value of each entry of a list of properties. */
export function propertyEntries(
  subject: Subject,
  list: string,
): readonly { readonly name: string; readonly value: string; readonly pointer: string }[] {
  return listAt(subject, list).map(({ value, pointer }) => ({
    name: text(value, "name") ?? "",
    value: text(value, "value") ?? "",
    pointer,
  }));
}

/** External references of these types, below the subject. */
export function references(...types: readonly string[]): Finder {
  return referencesIn("/externalReferences", types);
}

/** The same in another list. */
export function referencesIn(list: string, types: readonly string[]): Finder {
  return (subject) =>
    listAt(subject, list)
      .filter(
        ({ value }) =>
          types.includes(text(value, "type") ?? "") && worthOf(member(value, "url")) !== "nothing",
      )
      .map(({ value, pointer }) => ({ pointer, value: member(value, "url") ?? "" }))
      .slice(0, maxPlaces);
}

/** What any of these finds. */
export function anyOf(...finders: readonly Finder[]): Finder {
  return (subject, bom) => finders.flatMap((find) => find(subject, bom)).slice(0, maxPlaces);
}

/** Asks another place: the document, whatever the subject is. */
export function inDocument(find: Finder): Finder {
  return (_subject, bom) => bom.subjects.document.flatMap((document) => find(document, bom));
}

/** Asks every subject of a kind. */
export function inAny(kind: "model" | "dataset" | "component", find: Finder): Finder {
  return (_subject, bom) => {
    const found: Place[] = [];
    for (const subject of bom.subjects[kind]) {
      found.push(...find(subject, bom));
      if (found.length >= maxPlaces) {
        break;
      }
    }
    return found.slice(0, maxPlaces);
  };
}

/** The subject itself, if it is of one of these component types. */
export function ofType(...types: readonly string[]): Finder {
  return (subject) =>
    types.includes(text(subject.value, "type") ?? "")
      ? [{ pointer: `${subject.pointer}/type`, value: text(subject.value, "type") ?? "" }]
      : [];
}
