// SPDX-License-Identifier: Apache-2.0
// The few ways in which probes look for things: at paths, among properties, among external references. And what a value is worth:
// something, nothing, or the statement that nobody knows.

import { isJsonArray, isJsonObject, type JsonValue } from "../bytes/json.ts";
import { member, objectsAt, text } from "./bom-view.ts";
import type { BomView, Finder, Place, Subject } from "./element.ts";

/** Places that one probe reports of one subject; more show nothing new. */
const maxPlaces = 5;

/** Values of a list that are looked at to tell whether it says something. */
const maxListSample = 100;

/** How deep an object is looked into to tell whether it says something. */
const maxWorthDepth = 4;

/**
 * What SPDX and those who fill in forms write for "not known". `NONE` is an answer, and not among them. `n/a` is no answer: elements
 * that do not apply are not asked.
 */
const unknownWords: ReadonlySet<string> = new Set([
  ..."noassertion unknown unspecified undefined undetermined null nil tbd tba tbc todo fixme n/a na xxx".split(
    " ",
  ),
  ..."not known,not specified,not available,not applicable,not provided,to be determined,to be defined".split(
    ",",
  ),
]);

export type Worth = "something" | "unknown" | "nothing";

/** What a value says. */
export function worthOf(value: JsonValue | undefined, depth = maxWorthDepth): Worth {
  if (typeof value === "string") {
    return worthOfText(value);
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

/** Characters of a text that are looked at: who writes more than this before the first letter says nothing. */
const maxLooked = 1000;

/** Blanks, invisible characters and signs alone say nothing. */
function worthOfText(value: string): Worth {
  const word = value
    .slice(0, maxLooked)
    .replace(/[\p{Default_Ignorable_Code_Point}\p{C}]/gu, "")
    .toLowerCase();
  if (!/[\p{L}\p{N}]/u.test(word)) {
    return "nothing";
  }
  const bare = word.replace(/[\s_-]+/g, " ").replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  return unknownWords.has(bare) ? "unknown" : "something";
}

/** At these pointers below the subject; `*` is every entry of a list. */
export function at(...paths: readonly string[]): Finder {
  const split = paths.map(stepsOf);
  return (subject) => {
    const found: Place[] = [];
    for (const steps of split) {
      follow(subject.value, subject.pointer, steps, 0, found);
    }
    return found;
  };
}

function stepsOf(path: string): readonly string[] {
  return path.slice(1).split("/");
}

/** Adds the places that the steps from `index` on lead to, until there are enough. */
function follow(
  value: JsonValue,
  pointer: string,
  steps: readonly string[],
  index: number,
  found: Place[],
): void {
  const step = steps[index];
  if (found.length >= maxPlaces) {
    return;
  }
  if (step === undefined) {
    if (worthOf(value) !== "nothing") {
      found.push({ pointer, value });
    }
  } else if (step !== "*") {
    const next = isJsonObject(value) ? member(value, step) : undefined;
    if (next !== undefined) {
      follow(next, `${pointer}/${step}`, steps, index + 1, found);
    }
  } else if (isJsonArray(value)) {
    for (let entry = 0; entry < value.length && found.length < maxPlaces; entry++) {
      follow(value[entry] ?? null, `${pointer}/${entry}`, steps, index + 1, found);
    }
  }
}

/** The objects of the lists at a path, all of them. */
export function listAt(path: string): (subject: Subject) => readonly ListedObject[] {
  const steps = stepsOf(path);
  return (subject) => {
    const lists: Place[] = [];
    follow(subject.value, subject.pointer, steps, 0, lists);
    return lists.length === 0 ? none : lists.flatMap(({ value, pointer }) => objectsAt(value, pointer));
  };
}

type ListedObject = ReturnType<typeof objectsAt>[number];

const none: readonly ListedObject[] = [];

/** Properties of these names, or of names that start so where the name ends in `*`; in these lists below the subject. */
export function properties(lists: readonly string[], names: readonly string[]): Finder {
  const exact = new Set(names.filter((name) => !name.endsWith("*")));
  const starts = names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const isWanted = (name: string): boolean =>
    exact.has(name) || starts.some((start) => name.startsWith(start));
  const listsOf = lists.map(listAt);
  return (subject) => {
    const found: Place[] = [];
    for (const list of listsOf) {
      for (const { value: entry, pointer } of list(subject)) {
        const value = text(entry, "value") ?? "";
        if (found.length < maxPlaces && isWanted(text(entry, "name") ?? "") && worthOf(value) !== "nothing") {
          found.push({ pointer, value });
        }
      }
    }
    return found;
  };
}

/** External references of these types, below the subject. */
export function references(...types: readonly string[]): Finder {
  return referencesIn("/externalReferences", types);
}

/** The same in another list. */
export function referencesIn(path: string, types: readonly string[]): Finder {
  const listOf = listAt(path);
  return (subject) =>
    listOf(subject)
      .map(({ value, pointer }) => ({
        pointer,
        value: types.includes(text(value, "type") ?? "") ? (text(value, "url") ?? "") : "",
      }))
      .filter(({ value }) => worthOf(value) !== "nothing")
      .slice(0, maxPlaces);
}

/** What any of these finds. */
export function anyOf(...finders: readonly Finder[]): Finder {
  return (subject, bom) => finders.flatMap((find) => find(subject, bom)).slice(0, maxPlaces);
}

/** Asks another place: the document, whatever the subject is. The answer is the same for each of a hundred thousand models. */
export function inDocument(find: Finder): Finder {
  const known = new WeakMap<BomView, readonly Place[]>();
  return (_subject, bom) => {
    const found = known.get(bom) ?? bom.subjects.document.flatMap((document) => find(document, bom));
    known.set(bom, found);
    return found;
  };
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
