// SPDX-License-Identifier: Apache-2.0
// The record sets of a Croissant dataset: which fields with which types its rows have, and which splits. Rows that
// stand in the document itself (`data`, `examples`) are data and stay out; the names of splits are not.

import { isJsonObject } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";
import type { Reading } from "../reading.ts";
import { type ClaimedColumns, compareColumns } from "./compare-columns.ts";
import { type LinkedData, type LinkedNode, listOf, textsOf } from "./linked-data.ts";
import type { DocumentPlace } from "./place.ts";

/** Reads the record sets. `sources`: by the ids that fields may take their values from, the files that are here. */
export function describeRecordSets(
  reading: Reading,
  data: LinkedData,
  value: JsonValue | undefined,
  place: DocumentPlace,
  sources: ReadonlyMap<string, readonly string[]>,
): void {
  const sets = data.nodes(value);
  const columns: ClaimedColumns = new Map();
  const known = new Set([...sources.keys(), ...sets.flatMap((set) => set.id ?? [])]);
  for (const [index, set] of sets.entries()) {
    const at = place.at(`/recordSet/${index}`);
    if (textsOf(set.get("dataType")).some((type) => data.name(type) === "Split")) {
      describeSplits(reading, set, at);
      continue;
    }
    const schema = new Map<string, string>();
    addFields(data, set, at, { schema, known, columns, prefix: `${set.id ?? ""}/` }, 0);
    if (schema.size > 0) {
      reading.claim("schema", Object.fromEntries(schema), at.path, at.pointer);
    }
  }
  compareColumns(reading, columns, sources, place);
}

/** The names of splits are the rows of a record set of type Split. */
function describeSplits(reading: Reading, set: LinkedNode, at: DocumentPlace): void {
  for (const [index, row] of listOf(set.get("data")).entries()) {
    const names = isJsonObject(row) ? Object.entries(row).filter(([key]) => !/url$/i.test(key)) : [];
    for (const [, name] of names) {
      if (typeof name === "string" && name !== "") {
        reading.claim("split", { name }, at.path, `${at.pointer}/data/${index}`);
      }
    }
  }
}

interface Fields {
  readonly schema: Map<string, string>;
  readonly known: ReadonlySet<string>;
  readonly columns: ClaimedColumns;
  /** What the ids of a record set's fields start with. */
  readonly prefix: string;
}

function addFields(
  data: LinkedData,
  parent: LinkedNode,
  at: DocumentPlace,
  fields: Fields,
  depth: number,
): void {
  if (depth > limits.maxFeatureDepth) {
    at.invalid("fields nest too deep");
    return;
  }
  const member = depth === 0 ? "field" : "subField";
  for (const [index, field] of data.nodes(parent.get(member)).entries()) {
    const place = at.at(`/${member}/${index}`);
    const id = field.id ?? textsOf(field.get("name"))[0] ?? "";
    if (id === "") {
      place.invalid("a field has neither id nor name");
      continue;
    }
    checkShape(field, id, place);
    checkSource(data, field, id, place, fields);
    const name = id.startsWith(fields.prefix) ? id.slice(fields.prefix.length) : id;
    fields.schema.set(name, typeOf(data, field));
    addFields(data, field, place, fields, depth + 1);
  }
}

function typeOf(data: LinkedData, field: LinkedNode): string {
  const types = textsOf(field.get("dataType")).map((type) => data.name(type));
  const base = types.length === 0 ? "unknown" : types.join(" | ");
  const isList = field.get("isArray") === true || field.get("repeated") === true;
  return isList ? `list<${base}>` : base;
}

/** `-1` for an unknown length, else whole numbers: `3,-1,5`. */
function checkShape(field: LinkedNode, id: string, place: DocumentPlace): void {
  const shape = field.get("arrayShape");
  if (shape === undefined || shape === null) {
    return;
  }
  const parts = String(shape)
    .replace(/^[[(]|[\])]$/g, "")
    .split(",");
  if (!parts.every((part) => /^\s*(?:-1|[0-9]{1,16})?\s*$/.test(part))) {
    place.invalid(`the arrayShape of ${id} is no list of whole numbers`);
  }
}

function checkSource(
  data: LinkedData,
  field: LinkedNode,
  id: string,
  place: DocumentPlace,
  { known, columns }: Fields,
): void {
  const [source] = data.nodes(field.get("source"));
  const [extract] = data.nodes(source?.get("extract"));
  const [column] = textsOf(extract?.get("column"));
  for (const name of ["fileObject", "fileSet", "recordSet"]) {
    const [target] = data.nodes(source?.get(name));
    if (target?.id !== undefined && !known.has(target.id)) {
      // The reference library loads such a document, and fails when the field is read.
      place.invalid(`${id} takes its values from ${target.id}, which is not described`, "low");
    }
    if (target?.id !== undefined && column !== undefined) {
      const claimed = columns.get(target.id) ?? new Set();
      columns.set(target.id, claimed.add(column));
    }
  }
}
