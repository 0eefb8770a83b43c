// SPDX-License-Identifier: Apache-2.0
// One order for everything that has none: by UTF-16 code units, the order of RFC 8785 (JCS) section 3.2.3.
// Never a locale's: the same names sort four ways under en, et, da and lt.

import type { JsonValue } from "../model/fact.ts";

/** Compares by code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Real claims nest below 6 levels; a deeper value is cut, not followed. */
const maxDepth = 16;

/** `value` as JSON text with sorted keys. Beyond 16 levels it is written as `null`. */
export function canonicalJson(value: JsonValue, depth = 0): string {
  if (value === null || typeof value !== "object" || depth >= maxDepth) {
    return typeof value === "object" ? "null" : (JSON.stringify(value) ?? "null");
  }
  if (isList(value)) {
    return `[${value.map((each) => canonicalJson(each, depth + 1)).join(",")}]`;
  }
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each, depth + 1)}`).join(",")}}`;
}

/** Array.isArray that keeps the element type of a readonly list. */
export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The member `name` of an object; undefined for anything else. Inherited members do not count. */
export function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  if (value === null || typeof value !== "object" || isList(value) || !Object.hasOwn(value, name)) {
    return undefined;
  }
  return value[name];
}
