// SPDX-License-Identifier: Apache-2.0
// One value as properties: `aibom:claim:NAME` or `aibom:computed:NAME`, with the key as a last part where the value
// has one.

import type { FactName } from "../model/fact.ts";
import type { Value } from "./fact-index.ts";
import type { Property } from "./file-components.ts";
import { propertyItem } from "./model-card.ts";
import type { Item } from "./provenance.ts";

const maxNameCharacters = 256;

/** Facts whose values are `{key, value}` pairs, and the members that hold them. */
const keyedFacts: ReadonlyMap<FactName, readonly [key: string, value: string]> = new Map<
  FactName,
  readonly [string, string]
>([
  ["metadata", ["key", "value"]],
  ["opset", ["domain", "version"]],
  ["input", ["name", "format"]],
  ["output", ["name", "format"]],
]);

/** Facts whose values are maps: one property per member. */
const mapFacts: ReadonlySet<FactName> = new Set<FactName>([
  "dtypes",
  "quantizations",
  "operators",
  "layer_types",
  "schema",
  "classes",
]);

/** The properties of one value, its grade and its name in front. */
export function valueProperties(name: FactName, value: Value): Item<Property>[] {
  const prefix = `aibom:${value.grade}:${name}`;
  const keyed = keyedFacts.get(name);
  const key = keyed === undefined ? undefined : value.member(keyed[0]);
  if (keyed !== undefined && key !== undefined) {
    return [propertyItem(propertyName(prefix, key), value.member(keyed[1]) ?? "", value)];
  }
  const entries = mapFacts.has(name) ? value.entries() : [];
  if (entries.length > 0) {
    return entries.map(([member, text]) => propertyItem(propertyName(prefix, member), text, value));
  }
  if (name === "files.vouched") {
    const text = `${value.member("algorithm")} of ${value.member("files")} files`;
    return [propertyItem(propertyName(prefix, value.member("by") ?? ""), text, value)];
  }
  if (name === "producer") {
    const text = [value.member("name"), value.member("version")].filter((part) => part !== undefined);
    return [propertyItem(prefix, text.length === 0 ? value.text : text.join(" "), value)];
  }
  return [propertyItem(prefix, value.text, value)];
}

/** An empty key (the default ONNX domain) stays visible as an empty last part. */
function propertyName(prefix: string, key: string): string {
  return `${prefix}:${key}`.slice(0, maxNameCharacters).toWellFormed();
}

/** A property that aibom states by itself. */
export function property(name: string, value: string): Item<Property> {
  return { key: `${name}\0${value}`, json: { name, value }, origins: [] };
}
