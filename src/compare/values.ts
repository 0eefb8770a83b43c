// SPDX-License-Identifier: Apache-2.0
// Sets of values and what one has that the other has not. A value is compared whole and shown short.

import { compareText } from "../bom/order.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../bytes/json.ts";

/** Characters of a value that are shown: a description is recognised by its start. */
const maxShownCharacters = 500;
/** Values of one change that are shown; the last line says how many there are. */
const maxShownValues = 100;

/** Values by what they are compared by; the text is what is shown. */
export type Values = ReadonlyMap<string, string>;

/** Values that are their own text. */
export function textValues(texts: readonly (string | undefined)[]): Values {
  return new Map(texts.flatMap((text) => (text === undefined ? [] : [[text, text] as const])));
}

/** Sorted texts of the values that only one side has; undefined if there are none. */
export function difference(
  before: Values,
  after: Values,
): { readonly before: readonly string[]; readonly after: readonly string[] } | undefined {
  const only = (some: Values, others: Values): readonly string[] =>
    shown([...some].filter(([key]) => !others.has(key)).map(([, text]) => text));
  const [gone, come] = [only(before, after), only(after, before)];
  return gone.length === 0 && come.length === 0 ? undefined : { before: gone, after: come };
}

function shown(texts: readonly string[]): readonly string[] {
  const sorted = texts
    .map((text) => (text.length > maxShownCharacters ? `${text.slice(0, maxShownCharacters)}…` : text))
    .sort(compareText);
  return sorted.length <= maxShownValues
    ? sorted
    : [...sorted.slice(0, maxShownValues), `and ${sorted.length - maxShownValues} more`];
}

/** One text for equal JSON values. Depth is bounded by the parser; the order of members and of list entries does not count. */
export function canonicalText(value: JsonValue): string {
  if (isJsonArray(value)) {
    return `[${value.map(canonicalText).sort(compareText).join(",")}]`;
  }
  if (!isJsonObject(value)) {
    return JSON.stringify(value);
  }
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${canonicalText(each)}`).join(",")}}`;
}

/** What is shown of a value: a text as it is, everything else as JSON. */
export function shownText(value: JsonValue): string {
  return typeof value === "string" ? value : canonicalText(value);
}

/**
 * The leaves of `value` by their path, list entries together: `useCases` holds all use cases, and an object in a list is one
 * value. `lists` of objects with name and value become one path per name.
 */
export function leaves(value: JsonValue, path = ""): ReadonlyMap<string, Values> {
  const found = new Map<string, Map<string, string>>();
  addLeaves(value, path, found);
  return found;
}

function addLeaves(value: JsonValue, path: string, found: Map<string, Map<string, string>>): void {
  if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      addLeaves(member, path === "" ? key : `${path}/${key}`, found);
    }
    return;
  }
  for (const each of isJsonArray(value) ? value : [value]) {
    const name = isJsonObject(each) && typeof each["name"] === "string" ? each["name"] : undefined;
    const isProperty = isJsonObject(each) && name !== undefined && typeof each["value"] === "string";
    const place = isProperty ? `${path}/${name}` : path;
    const single = isProperty ? (each["value"] as string) : each;
    const values = found.get(place) ?? new Map<string, string>();
    found.set(place, values.set(canonicalText(single), shownText(single)));
  }
}
