// SPDX-License-Identifier: Apache-2.0
// Avro schemas (Avro 1.12, "Schema Declaration"): parsed into types that the decoder walks, and written as text.
// Named types may refer to themselves; depth is bounded where data is read.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

const primitives = new Set(["null", "boolean", "int", "long", "float", "double", "bytes", "string"]);
const maxTypeCharacters = 1000;
const maxLevels = 8;

/** A parsed type. Records are filled after they are named, so that they can hold themselves. */
export type AvroType =
  | { readonly kind: "primitive"; readonly name: string; readonly logical?: string }
  | { readonly kind: "record"; readonly name: string; readonly fields: AvroField[] }
  | { readonly kind: "enum"; readonly name: string; readonly symbols: number }
  | { readonly kind: "fixed"; readonly name: string; readonly size: number }
  | { readonly kind: "array"; readonly items: AvroType }
  | { readonly kind: "map"; readonly values: AvroType }
  | { readonly kind: "union"; readonly branches: readonly AvroType[] };

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}

/** Parses a schema. @throws {AibomError} AVRO_INVALID */
export function parseSchema(json: JsonValue, path: string): AvroType {
  return new SchemaParser(path).parse(json, "", 1);
}

class SchemaParser {
  readonly #path: string;
  readonly #named = new Map<string, AvroType>();
  #types = 0;

  constructor(path: string) {
    this.#path = path;
  }

  parse(json: JsonValue, namespace: string, depth: number): AvroType {
    this.#types += 1;
    if (depth > limits.maxAvroDepth || this.#types > limits.maxAvroTypes) {
      throw this.#invalid("its schema is too deep or too large");
    }
    if (typeof json === "string") {
      return this.#byName(json, namespace);
    }
    if (isJsonArray(json)) {
      return { kind: "union", branches: json.map((each) => this.parse(each, namespace, depth + 1)) };
    }
    if (!isJsonObject(json)) {
      throw this.#invalid("its schema has a type that is no type");
    }
    const type = own(json, "type");
    if (typeof type !== "string") {
      return this.parse(type ?? null, namespace, depth + 1);
    }
    return this.#complex(json, type, namespace, depth);
  }

  #complex(json: JsonObject, type: string, namespace: string, depth: number): AvroType {
    switch (type) {
      case "record":
      case "error":
        return this.#record(json, namespace, depth);
      case "enum": {
        const symbols = own(json, "symbols");
        const count = isJsonArray(symbols) ? symbols.length : 0;
        return this.#name(json, namespace, (name) => ({ kind: "enum", name, symbols: count }));
      }
      case "fixed": {
        const size = own(json, "size");
        if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
          throw this.#invalid("its schema has a fixed type without a size");
        }
        return this.#name(json, namespace, (name) => ({ kind: "fixed", name, size }));
      }
      case "array":
        return { kind: "array", items: this.parse(own(json, "items") ?? null, namespace, depth + 1) };
      case "map":
        return { kind: "map", values: this.parse(own(json, "values") ?? null, namespace, depth + 1) };
      default: {
        const logical = own(json, "logicalType");
        const known = this.#byName(type, namespace);
        return known.kind === "primitive" && typeof logical === "string" ? { ...known, logical } : known;
      }
    }
  }

  #record(json: JsonObject, namespace: string, depth: number): AvroType {
    const fields: AvroField[] = [];
    const record = this.#name(json, namespace, (name) => ({ kind: "record", name, fields }));
    const inner = namespaceOf(json, namespace);
    const list = own(json, "fields");
    if (!isJsonArray(list)) {
      throw this.#invalid("its schema has a record without fields");
    }
    for (const field of list) {
      const name = isJsonObject(field) ? own(field, "name") : undefined;
      if (!isJsonObject(field) || typeof name !== "string") {
        throw this.#invalid("its schema has a field without a name");
      }
      fields.push({ name, type: this.parse(own(field, "type") ?? null, inner, depth + 1) });
    }
    return record;
  }

  #name(json: JsonObject, namespace: string, make: (name: string) => AvroType): AvroType {
    const name = own(json, "name");
    if (typeof name !== "string") {
      throw this.#invalid("its schema has a named type without a name");
    }
    const full = name.includes(".") ? name : joined(namespaceOf(json, namespace), name);
    if (this.#named.has(full)) {
      throw this.#invalid(`its schema names ${full} twice`);
    }
    const type = make(name.slice(name.lastIndexOf(".") + 1));
    this.#named.set(full, type);
    return type;
  }

  #byName(name: string, namespace: string): AvroType {
    if (primitives.has(name)) {
      return { kind: "primitive", name };
    }
    const type = this.#named.get(joined(namespace, name)) ?? this.#named.get(name);
    if (type === undefined) {
      throw this.#invalid(`its schema uses the unknown type ${name.slice(0, 100)}`);
    }
    return type;
  }

  #invalid(reason: string): AibomError {
    return AibomError.of("AVRO_INVALID", { reason }, { where: { path: this.#path, member: "avro.schema" } });
  }
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function joined(namespace: string, name: string): string {
  return namespace === "" || name.includes(".") ? name : `${namespace}.${name}`;
}

function namespaceOf(json: JsonObject, outer: string): string {
  const name = own(json, "name");
  if (typeof name === "string" && name.includes(".")) {
    return name.slice(0, name.lastIndexOf("."));
  }
  const namespace = own(json, "namespace");
  return typeof namespace === "string" ? namespace : outer;
}

/** Columns of a record with their types; another schema is one column without a name. */
export function avroColumns(type: AvroType): ReadonlyMap<string, string> {
  const fields = type.kind === "record" ? type.fields : [{ name: "", type }];
  return new Map(
    fields.map((field) => [field.name, typeText(field.type, 1).slice(0, maxTypeCharacters)] as const),
  );
}

function typeText(type: AvroType, level: number): string {
  if (level > maxLevels) {
    return "…";
  }
  switch (type.kind) {
    case "primitive":
      return type.logical ?? type.name;
    case "array":
      return `array<${typeText(type.items, level + 1)}>`;
    case "map":
      return `map<${typeText(type.values, level + 1)}>`;
    case "union":
      return `union<${type.branches
        .slice(0, 20)
        .map((each) => typeText(each, level + 1))
        .join(", ")}>`;
    case "fixed":
      return `fixed[${type.size}]`;
    default:
      return `${type.kind} ${type.name}`;
  }
}
