// SPDX-License-Identifier: Apache-2.0
// The current schema of an Iceberg table (Iceberg spec, appendix C), as columns with types.

import { isJsonObject } from "../../bytes/json.ts";
import type { JsonValue } from "../../model/fact.ts";
import { countOf, listOf, memberOf, objectOf, textOf } from "../member.ts";

const maxLevels = 8;
const maxTypeCharacters = 1000;

/** Columns of the schema that the table uses now; version 1 has one schema only. */
export function schemaColumns(metadata: JsonValue): ReadonlyMap<string, string> {
  const current = countOf(metadata, "current-schema-id") ?? 0;
  const schema =
    listOf(metadata, "schemas").find((each) => countOf(each, "schema-id") === current) ??
    objectOf(metadata, "schema");
  return new Map(
    listOf(schema, "fields").flatMap((field) => {
      const name = textOf(field, "name");
      const type = typeText(memberOf(field, "type"), 1).slice(0, maxTypeCharacters);
      return name === undefined ? [] : [[name, type] as const];
    }),
  );
}

function typeText(type: JsonValue | undefined, level: number): string {
  if (typeof type === "string") {
    return type.slice(0, 100);
  }
  if (!isJsonObject(type) || level > maxLevels) {
    return "unknown";
  }
  const inner = (key: string): string => typeText(memberOf(type, key), level + 1);
  switch (memberOf(type, "type")) {
    case "list":
      return `list<${inner("element")}>`;
    case "map":
      return `map<${inner("key")}, ${inner("value")}>`;
    default:
      return `struct<${listOf(type, "fields")
        .slice(0, 50)
        .map((field) => `${textOf(field, "name") ?? ""}: ${typeText(memberOf(field, "type"), level + 1)}`)
        .join(", ")}>`;
  }
}
