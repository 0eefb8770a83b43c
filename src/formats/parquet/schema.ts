// SPDX-License-Identifier: Apache-2.0
// The columns of a Parquet schema with their types, in the words of Arrow (`list<element: int64>`), so that a table
// has the same types in every format. Spec: parquet-format, "LogicalTypes" with the rules for older writers.

import type { SchemaElement } from "./footer.ts";

/** Levels of nested types that are written out. */
const maxLevels = 8;
const maxTypeCharacters = 1000;

/** One node of the schema tree. */
export interface SchemaNode {
  readonly element: SchemaElement;
  readonly children: readonly SchemaNode[];
}

/** The columns of the table (not the leaves) with their types. Names may occur twice. */
export function columnTypes(
  schema: readonly SchemaElement[],
): readonly (readonly [name: string, type: string])[] {
  return schemaTree(schema).map((node) => [node.element.name, typeText(node, 1).slice(0, maxTypeCharacters)]);
}

/**
 * The children of the root. Without recursion: a chain of 100,000 groups is a legal schema. Elements that the
 * counts do not cover are left out, counts that are too large end with the list.
 */
export function schemaTree(schema: readonly SchemaElement[]): readonly SchemaNode[] {
  const top: SchemaNode[] = [];
  const open = [{ children: top, left: schema[0]?.children ?? 0 }];
  for (const element of schema.slice(1)) {
    let parent = open.at(-1);
    while (parent !== undefined && parent.left <= 0) {
      open.pop();
      parent = open.at(-1);
    }
    if (parent === undefined) {
      break;
    }
    parent.left -= 1;
    const children: SchemaNode[] = [];
    parent.children.push({ element, children });
    if (element.children > 0) {
      open.push({ children, left: element.children });
    }
  }
  return top;
}

function typeText(node: SchemaNode, level: number): string {
  const { element, children } = node;
  if (children.length === 0) {
    const text = leafType(element);
    return element.repetition === 2 ? `list<element: ${text}>` : text;
  }
  if (level >= maxLevels) {
    return "…";
  }
  const [first] = children;
  if ((element.logical?.kind === 3 || element.convertedType === 3) && first !== undefined) {
    // Three levels by the specification; two in files of old writers.
    const inner = first.children.length === 1 ? (first.children[0] ?? first) : first;
    const text = first.children.length === 0 ? leafType(first.element) : typeText(inner, level + 1);
    return `list<element: ${text}>`;
  }
  if ((element.logical?.kind === 2 || element.convertedType === 1) && first?.children.length === 2) {
    const [key = "", value = ""] = first.children.map((child) => typeText(child, level + 1));
    return `map<${key}, ${value}>`;
  }
  const shown = children.slice(0, 50).map((child) => `${child.element.name}: ${typeText(child, level + 1)}`);
  const struct = `struct<${shown.join(", ")}${children.length > shown.length ? ", …" : ""}>`;
  return element.repetition === 2 ? `list<element: ${struct}>` : struct;
}

const physical = ["bool", "int32", "int64", "timestamp[ns]", "float", "double", "binary"];
const units = ["", "ms", "us", "ns"];

/** Types by the number of the older ConvertedType; the integers of the newer LogicalType have one too. */
const converted: ReadonlyMap<number, string> = new Map([
  [0, "string"],
  [4, "enum"],
  [6, "date32[day]"],
  [7, "time32[ms]"],
  [8, "time64[us]"],
  [9, "timestamp[ms]"],
  [10, "timestamp[us]"],
  [11, "uint8"],
  [12, "uint16"],
  [13, "uint32"],
  [14, "uint64"],
  [15, "int8"],
  [16, "int16"],
  [17, "int32"],
  [18, "int64"],
  [19, "json"],
  [20, "bson"],
  [21, "interval"],
]);

const logical: ReadonlyMap<number, string> = new Map([
  [1, "string"],
  [4, "enum"],
  [6, "date32[day]"],
  [11, "null"],
  [12, "json"],
  [13, "bson"],
  [14, "uuid"],
  [15, "halffloat"],
  [16, "variant"],
  [17, "geometry"],
  [18, "geography"],
]);

function leafType(element: SchemaElement): string {
  return (
    parametricType(element) ??
    logical.get(element.logical?.kind ?? -1) ??
    converted.get(element.convertedType ?? -1) ??
    (element.type === 7
      ? `fixed_size_binary[${element.typeLength ?? 0}]`
      : (physical[element.type ?? -1] ?? "unknown"))
  );
}

/** Decimals, times and time stamps of the newer kind. */
function parametricType({
  logical: type,
  convertedType,
  precision = 0,
  scale = 0,
}: SchemaElement): string | undefined {
  if (type?.kind === 5 || convertedType === 5) {
    return `decimal(${type?.precision ?? precision}, ${type?.scale ?? scale})`;
  }
  const unit = units[type?.unit ?? 0] ?? "";
  if (type === undefined || unit === "") {
    return undefined;
  }
  if (type.kind === 7) {
    return `${unit === "ms" ? "time32" : "time64"}[${unit}]`;
  }
  return type.isUtc === true ? `timestamp[${unit}, tz=UTC]` : `timestamp[${unit}]`;
}
