// SPDX-License-Identifier: Apache-2.0
// The bom-refs of a document, found and renamed everywhere: where they are defined and where something refers to them.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { holdsReferences } from "../semantics/reference-members.ts";

/** Every bom-ref that is defined inside `value`. Recursion is bounded by the depth limit of the parser. */
export function definedRefs(value: JsonValue): string[] {
  const found: string[] = [];
  const visit = (each: JsonValue): void => {
    if (isJsonArray(each)) {
      each.forEach(visit);
    } else if (isJsonObject(each)) {
      for (const [key, member] of Object.entries(each)) {
        if (key === "bom-ref" && typeof member === "string") {
          found.push(member);
        } else {
          visit(member);
        }
      }
    }
  };
  visit(value);
  return found;
}

/** A copy of `value` in which refs have their new names. */
export function renameRefs<T extends JsonValue>(value: T, names: ReadonlyMap<string, string>, owner = ""): T {
  return (names.size === 0 ? value : rename(value, names, owner)) as T;
}

function rename(value: JsonValue, names: ReadonlyMap<string, string>, owner: string): JsonValue {
  if (isJsonArray(value)) {
    return value.map((each) => rename(each, names, owner));
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const copy: [string, JsonValue][] = Object.entries(value).map(([key, member]) => {
    if (key === "bom-ref" || holdsReferences(key, owner)) {
      return [key, renameTexts(member, names, key)];
    }
    return [key, rename(member, names, key)];
  });
  return Object.fromEntries(copy) as JsonObject;
}

/** A ref, or a list in which refs may stand beside objects that hold some. */
function renameTexts(value: JsonValue, names: ReadonlyMap<string, string>, key: string): JsonValue {
  if (typeof value === "string") {
    return names.get(value) ?? value;
  }
  return isJsonArray(value) ? value.map((each) => renameTexts(each, names, key)) : rename(value, names, key);
}
