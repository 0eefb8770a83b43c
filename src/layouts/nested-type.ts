// SPDX-License-Identifier: Apache-2.0
// Nested types of the JSON schemas of Delta and Iceberg as text: `array<string>`, `struct<a: long>`.

import { isJsonObject } from "../bytes/json.ts";
import type { JsonValue } from "../model/fact.ts";
import { listOf, memberOf, textOf } from "./member.ts";

/** How a schema calls its lists, and the members that hold the types of what is in lists and maps. */
export interface TypeWords {
  readonly list: string;
  readonly element: string;
  readonly key: string;
  readonly value: string;
}

const maxLevels = 8;
const maxFields = 50;
const maxNameCharacters = 100;
const maxTypeCharacters = 1000;

/** The columns of a struct with their types; those without a name are left out. */
export function columnsOf(struct: JsonValue | undefined, words: TypeWords): ReadonlyMap<string, string> {
  return new Map(
    listOf(struct, "fields").flatMap((field) => {
      const name = textOf(field, "name");
      const type = typeText(memberOf(field, "type"), words, 1).slice(0, maxTypeCharacters);
      return name === undefined ? [] : [[name, type] as const];
    }),
  );
}

function typeText(type: JsonValue | undefined, words: TypeWords, level: number): string {
  if (typeof type === "string") {
    return type.slice(0, maxNameCharacters);
  }
  if (!isJsonObject(type) || level > maxLevels) {
    return "unknown";
  }
  const inner = (key: string): string => typeText(memberOf(type, key), words, level + 1);
  switch (memberOf(type, "type")) {
    case words.list:
      return `${words.list}<${inner(words.element)}>`;
    case "map":
      return `map<${inner(words.key)}, ${inner(words.value)}>`;
    default:
      return `struct<${listOf(type, "fields")
        .slice(0, maxFields)
        .map(
          (field) => `${textOf(field, "name") ?? ""}: ${typeText(memberOf(field, "type"), words, level + 1)}`,
        )
        .join(", ")}>`;
  }
}
