// SPDX-License-Identifier: Apache-2.0
// Typed reading of JSON objects from outside, member by member, with the JSON pointer (RFC 6901) of whatever
// is wrong. Absent, null and empty mean the same, as the in-toto parsing rules ask.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import type { AibomError } from "../../errors.ts";
import { member } from "../statement.ts";

/** Makes the error for one wrong place. */
export type Complaint = (pointer: string, reason: string) => AibomError;

/** An object whose members are read by name and type. Every method throws the complaint's error. */
export class Fields {
  /** JSON pointer of this object; empty for the document. */
  readonly pointer: string;
  readonly #object: JsonObject;
  readonly #complain: Complaint;

  constructor(object: JsonObject, pointer: string, complain: Complaint) {
    this.#object = object;
    this.pointer = pointer;
    this.#complain = complain;
  }

  /** The error for one member of this object, for the caller to throw. */
  fault(name: string, reason: string): AibomError {
    return this.#complain(this.#at(name), reason);
  }

  /** The error for this object as a whole. */
  faultHere(reason: string): AibomError {
    return this.#complain(this.pointer === "" ? "/" : this.pointer, reason);
  }

  /** Own names. A name may be anything, `__proto__` included. */
  names(): readonly string[] {
    return Object.keys(this.#object);
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** Refuses members that are not on the list: for what is not signed, where a stray field is tampering. */
  only(...known: readonly string[]): void {
    const unknown = this.names().find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw this.fault(unknown.slice(0, 100), "is not a field of this object");
    }
  }

  /** A text that is not empty. */
  text(name: string): string {
    const text = this.optionalText(name);
    if (text === undefined) {
      throw this.fault(name, "is required and is absent or empty");
    }
    return text;
  }

  optionalText(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || value === "") {
      return undefined;
    }
    if (typeof value !== "string") {
      throw this.fault(name, "is not a text");
    }
    return value;
  }

  /** One of a closed list of texts. */
  choice<T extends string>(name: string, choices: readonly T[]): T {
    const text = this.text(name);
    const found = choices.find((choice) => choice === text);
    if (found === undefined) {
      throw this.fault(name, `is not ${choices.join(" or ")}`);
    }
    return found;
  }

  /** An instant, as RFC 3339 in UTC with milliseconds, whatever its offset was. */
  time(name: string): string {
    this.text(name);
    return this.optionalTime(name) as string;
  }

  optionalTime(name: string): string | undefined {
    const text = this.optionalText(name);
    if (text === undefined) {
      return undefined;
    }
    const instant = parseInstant(text);
    if (instant === undefined) {
      throw this.fault(name, "is not an RFC 3339 time");
    }
    return instant;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#value(name);
    if (value !== undefined && typeof value !== "boolean") {
      throw this.fault(name, "is not true or false");
    }
    return value;
  }

  /** A whole number from 0 to 2^53 - 1. */
  optionalCount(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
      throw this.fault(name, "is not a whole number");
    }
    return value;
  }

  object(name: string): Fields {
    const fields = this.optionalObject(name);
    if (fields === undefined) {
      throw this.fault(name, "is required and is absent");
    }
    return fields;
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : this.#child(value, this.#at(name));
  }

  /** The members of a list, each an object. A list that must be there may still be empty. */
  objects(name: string): readonly Fields[] {
    this.#require(name);
    return this.optionalObjects(name);
  }

  /** The members of a list, each an object; none if the list is absent. */
  optionalObjects(name: string): readonly Fields[] {
    return this.#list(name).map((value, index) => this.#child(value, `${this.#at(name)}/${index}`));
  }

  /** The members of a list, each a text that is not empty. */
  texts(name: string): readonly string[] {
    this.#require(name);
    return this.optionalTexts(name);
  }

  /** The members of a list, each a text that is not empty; none if the list is absent. */
  optionalTexts(name: string): readonly string[] {
    return this.#list(name).map((value, index) => {
      if (typeof value !== "string" || value === "") {
        throw this.#complain(`${this.#at(name)}/${index}`, "is not a text");
      }
      return value;
    });
  }

  /** The member as it is; undefined if absent or null. */
  raw(name: string): JsonValue | undefined {
    return this.#value(name);
  }

  #require(name: string): void {
    if (!this.has(name)) {
      throw this.fault(name, "is required and is absent");
    }
  }

  #list(name: string): readonly JsonValue[] {
    const value = this.#value(name);
    if (value !== undefined && !isJsonArray(value)) {
      throw this.fault(name, "is not a list");
    }
    return value ?? [];
  }

  #child(value: JsonValue, pointer: string): Fields {
    if (!isJsonObject(value)) {
      throw this.#complain(pointer, "is not an object");
    }
    return new Fields(value, pointer, this.#complain);
  }

  #value(name: string): JsonValue | undefined {
    return member(this.#object, name) ?? undefined;
  }

  #at(name: string): string {
    return `${this.pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
}

const instantPattern =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

/** RFC 3339 in one spelling, or undefined. `Date` rolls 31 February over, so the parsed day must print as written. */
function parseInstant(text: string): string | undefined {
  const local = text.length <= 40 ? instantPattern.exec(text)?.[1] : undefined;
  if (local === undefined) {
    return undefined;
  }
  const asUtc = Date.parse(`${local}Z`);
  const instant = Date.parse(text);
  const isReal = !Number.isNaN(instant) && !Number.isNaN(asUtc);
  return isReal && new Date(asUtc).toISOString().startsWith(local)
    ? new Date(instant).toISOString()
    : undefined;
}
