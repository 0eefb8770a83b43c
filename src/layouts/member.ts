// SPDX-License-Identifier: Apache-2.0
// Members of parsed documents by their type. What has another type counts as absent.

import { isJsonArray, isJsonObject, type JsonArray, type JsonObject } from "../bytes/json.ts";
import type { JsonValue } from "../model/fact.ts";

/** An own member of an object; undefined if there is none, or no object. */
export function memberOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function textOf(value: JsonValue | undefined, key: string): string | undefined {
  const text = memberOf(value, key);
  return typeof text === "string" && text !== "" ? text : undefined;
}

/** A count that a double holds exactly, written as a number or as decimal digits. */
export function countOf(value: JsonValue | undefined, key: string): number | undefined {
  const member = memberOf(value, key);
  const count = typeof member === "string" && /^\d{1,16}$/.test(member) ? Number(member) : member;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

export function listOf(value: JsonValue | undefined, key: string): JsonArray {
  const list = memberOf(value, key);
  return isJsonArray(list) ? list : [];
}

export function objectOf(value: JsonValue | undefined, key: string): JsonObject | undefined {
  const object = memberOf(value, key);
  return isJsonObject(object) ? object : undefined;
}

/** Milliseconds since 1970 as ISO 8601; undefined if no calendar has the time. */
export function isoTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined || milliseconds > 253_402_300_799_999
    ? undefined
    : new Date(milliseconds).toISOString();
}
