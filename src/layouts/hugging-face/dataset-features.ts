// SPDX-License-Identifier: Apache-2.0
// The features of a dataset, as the datasets library writes them: a list of named entries in a card's YAML, an
// object with `_type` members in JSON. Both become one text per column: `int64`, `list<struct<text: string>>`.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";
import { member } from "../reading.ts";

const maxTypeCharacters = 200;
const unnamed = "unknown";

/** The type of each column; undefined if `features` has neither shape. */
export function columnTypes(features: JsonValue | undefined): Readonly<Record<string, string>> | undefined {
  if (!isJsonArray(features) && !isJsonObject(features)) {
    return undefined;
  }
  const columns = entriesOf(features).map(([name, type]) => [name, bounded(typeText(type, 0))] as const);
  // fromEntries defines own properties, so a column `__proto__` stays a column.
  return columns.length === 0 ? undefined : Object.fromEntries(columns);
}

function bounded(text: string): string {
  return text.length <= maxTypeCharacters ? text : `${text.slice(0, maxTypeCharacters - 1)}…`;
}

/** Named fields of a list (`- name: id`) or an object (`id: {…}`). */
function entriesOf(fields: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (isJsonArray(fields)) {
    return fields.flatMap((each) => {
      const name = isJsonObject(each) ? member(each, "name") : undefined;
      return typeof name === "string" ? [[name, each] as const] : [];
    });
  }
  return isJsonObject(fields) ? Object.entries(fields) : [];
}

function typeText(value: JsonValue, depth: number): string {
  if (depth > limits.maxFeatureDepth) {
    return unnamed;
  }
  if (typeof value === "string") {
    return value;
  }
  if (isJsonArray(value)) {
    // `[feature]` in JSON is a list of it; in YAML a list of named fields is a struct.
    const [only, ...others] = value;
    return only === undefined || others.length > 0 || isNamed(only)
      ? structText(value, depth)
      : `list<${typeText(only, depth + 1)}>`;
  }
  return isJsonObject(value) ? objectText(value, depth) : unnamed;
}

function objectText(value: JsonObject, depth: number): string {
  const type = member(value, "_type");
  const inner = member(value, "sequence") ?? member(value, "list") ?? member(value, "large_list");
  if (inner !== undefined) {
    return `list<${typeText(inner, depth + 1)}>`;
  }
  const struct = member(value, "struct");
  if (struct !== undefined) {
    return structText(struct, depth);
  }
  if (typeof type === "string") {
    const feature = member(value, "feature");
    const isList = /^(?:Sequence|List|LargeList)$/.test(type) && feature !== undefined;
    const dtype = member(value, "dtype");
    return isList
      ? `list<${typeText(feature, depth + 1)}>`
      : type === "Value" && typeof dtype === "string"
        ? dtype
        : snakeCase(type);
  }
  const dtype = member(value, "dtype");
  if (dtype !== undefined) {
    // `dtype: {class_label: {names: …}}`: the names are values of the data and stay out.
    return isJsonObject(dtype) ? (Object.keys(dtype)[0] ?? unnamed) : typeText(dtype, depth + 1);
  }
  return structText(value, depth);
}

function isNamed(value: JsonValue): boolean {
  return isJsonObject(value) && typeof member(value, "name") === "string";
}

function structText(value: JsonValue, depth: number): string {
  const fields = entriesOf(value).map(([name, type]) => `${name}: ${typeText(type, depth + 1)}`);
  return fields.length === 0 ? "struct" : `struct<${fields.join(", ")}>`;
}

/** `ClassLabel` as the card spells it: `class_label`. */
function snakeCase(name: string): string {
  return name
    .slice(0, maxTypeCharacters)
    .replace(/[A-Z]/g, (letter, at: number) => `${at === 0 ? "" : "_"}${letter.toLowerCase()}`);
}
