// SPDX-License-Identifier: Apache-2.0
// The type of an Arrow field as text, as pyarrow writes it: `list<item: int64>`, `timestamp[us, tz=UTC]`.

import type { FlatbufferTable } from "../../bytes/flatbuffer.ts";

/** Levels of nested types that are written out. */
const maxLevels = 8;
const maxTypeCharacters = 1000;
const maxMembers = 50;

const units = ["s", "ms", "us", "ns"];
const floats = ["halffloat", "float", "double"];
const intervals = ["month_interval", "day_time_interval", "month_day_nano_interval"];

/** Types without parameters, by their number in the `Type` union. */
const plain: ReadonlyMap<number, string> = new Map([
  [1, "null"],
  [4, "binary"],
  [5, "string"],
  [6, "bool"],
  [19, "large_binary"],
  [20, "large_string"],
  [23, "binary_view"],
  [24, "string_view"],
]);

/** Lists, by their number. */
const lists: ReadonlyMap<number, string> = new Map([
  [12, "list"],
  [16, "fixed_size_list"],
  [21, "large_list"],
  [25, "list_view"],
  [26, "large_list_view"],
]);

/** The type of a field. @throws {AibomError} FLATBUFFER_INVALID */
export function fieldType(field: FlatbufferTable): string {
  return typeText(field, 1).slice(0, maxTypeCharacters);
}

function typeText(field: FlatbufferTable, level: number): string {
  const values = level > maxLevels ? "…" : valueType(field, level);
  const dictionary = field.table(4);
  if (dictionary === undefined) {
    return values;
  }
  const index = dictionary.table(1);
  const indices = index === undefined ? "int32" : integerType(index);
  return `dictionary<values=${values}, indices=${indices}, ordered=${dictionary.u8(2)}>`;
}

function valueType(field: FlatbufferTable, level: number): string {
  const kind = field.u8(2);
  const named = plain.get(kind);
  if (named !== undefined) {
    return named;
  }
  const type = field.table(3);
  if (type === undefined) {
    return "unknown";
  }
  return kind === 13 || kind === 14 || kind === 17 || kind === 22 || lists.has(kind)
    ? nestedType(kind, type, field, level)
    : scalarType(kind, type);
}

function scalarType(kind: number, type: FlatbufferTable): string {
  switch (kind) {
    case 2:
      return integerType(type);
    case 3:
      return floats[type.i16(0)] ?? "float";
    case 7:
      return `decimal${type.i32(2, 128)}(${type.i32(0)}, ${type.i32(1)})`;
    case 8:
      return type.i16(0, 1) === 0 ? "date32[day]" : "date64[ms]";
    case 9:
      return `time${type.i32(1, 32)}[${units[type.i16(0, 1)] ?? "?"}]`;
    case 10: {
      const zone = type.text(1, 100);
      const unit = units[type.i16(0)] ?? "?";
      return zone === undefined ? `timestamp[${unit}]` : `timestamp[${unit}, tz=${zone}]`;
    }
    case 11:
      return intervals[type.i16(0)] ?? "interval";
    case 15:
      return `fixed_size_binary[${type.i32(0)}]`;
    case 18:
      return `duration[${units[type.i16(0, 1)] ?? "?"}]`;
    default:
      return "unknown";
  }
}

function integerType(type: FlatbufferTable): string {
  return `${type.u8(1) === 0 ? "u" : ""}int${type.i32(0)}`;
}

function nestedType(kind: number, type: FlatbufferTable, field: FlatbufferTable, level: number): string {
  if (kind === 17) {
    return mapType(field, level);
  }
  const children: string[] = [];
  for (const child of field.tables(5)) {
    if (children.length >= maxMembers) {
      children.push("…");
      break;
    }
    children.push(memberText(child, level));
  }
  const members = children.join(", ");
  switch (kind) {
    case 13:
      return `struct<${members}>`;
    case 14:
      return `${type.i16(0) === 0 ? "sparse" : "dense"}_union<${members}>`;
    case 16:
      return `fixed_size_list<${members}>[${type.i32(0)}]`;
    case 22:
      return `run_end_encoded<${members}>`;
    default:
      return `${lists.get(kind) ?? "list"}<${members}>`;
  }
}

function memberText(child: FlatbufferTable, level: number): string {
  const nullable = child.u8(1) === 0 ? " not null" : "";
  return `${child.text(0) ?? ""}: ${typeText(child, level + 1)}${nullable}`;
}

/** A map is a list of entries with a key and a value. */
function mapType(field: FlatbufferTable, level: number): string {
  for (const entries of field.tables(5)) {
    const parts = Array.from(entries.tables(5), (child) => typeText(child, level + 1)).slice(0, 2);
    return `map<${parts.join(", ")}>`;
  }
  return "map";
}
