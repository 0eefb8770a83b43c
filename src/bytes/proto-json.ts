// SPDX-License-Identifier: Apache-2.0
// Protobuf messages in their JSON form (ProtoJSON, lowerCamelCase names), read strictly: unknown fields, lenient
// base64 and non-canonical numbers are refused, null and absent mean the default value as the mapping says.
// Left out on purpose: snake_case names and enum numbers, which ProtoJSON parsers also take; nobody writes them,
// and each second spelling is a place where two readers can differ.

import type { AibomError } from "../errors.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** The errors of one document type. `field` and `object` are paths inside the document. */
export interface ProtoJsonErrors {
  malformed(reason: string): AibomError;
  unknownField(field: string, object: string): AibomError;
  base64(field: string): AibomError;
  tooMany(field: string, count: number, limit: number): AibomError;
}

const maxInt64 = 2n ** 63n - 1n;
const decimal = /^(?:0|[1-9][0-9]{0,18})$/;
const instant = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.([0-9]{1,9}))?Z$/;

/** One message. Every reader names a field; a value of the wrong type throws one of the document's errors. */
export class ProtoMessage {
  /** Path of the message, for errors; empty for the document itself. */
  readonly name: string;
  readonly #object: JsonObject;
  readonly #errors: ProtoJsonErrors;

  /** @throws the document's `malformed` if `value` is not an object. */
  constructor(value: JsonValue | undefined, name: string, errors: ProtoJsonErrors) {
    this.name = name;
    this.#errors = errors;
    if (!isJsonObject(value)) {
      throw errors.malformed(`${name === "" ? "the document" : name} is not an object`);
    }
    this.#object = value;
  }

  /** Refuses every field that is not named here. */
  only(...fields: readonly string[]): this {
    const unknown = Object.keys(this.#object).find((field) => !fields.includes(field));
    if (unknown !== undefined) {
      throw this.#errors.unknownField(unknown, this.name === "" ? "the document" : this.name);
    }
    return this;
  }

  /** True if the field is there and not null. */
  has(field: string): boolean {
    return this.value(field) !== undefined;
  }

  /** The JSON value of a field; undefined if it is absent or null. Inherited names are no fields. */
  value(field: string): JsonValue | undefined {
    const value = Object.hasOwn(this.#object, field) ? this.#object[field] : undefined;
    return value === null ? undefined : value;
  }

  /** A text that is not empty. */
  text(field: string): string {
    const text = this.optionalText(field);
    if (text === undefined) {
      throw this.malformed(field, "is missing");
    }
    return text;
  }

  /** A text; an empty one is the default value and counts as absent. */
  optionalText(field: string): string | undefined {
    const value = this.value(field) ?? "";
    if (typeof value !== "string") {
      throw this.malformed(field, "is not a text");
    }
    return value === "" ? undefined : value;
  }

  /** Bytes in canonical base64 (RFC 4648, section 4), at least one. */
  bytes(field: string): Uint8Array {
    return decodeBase64(this.text(field), this.path(field), this.#errors);
  }

  /** Bytes, or undefined if there are none. */
  optionalBytes(field: string): Uint8Array | undefined {
    const text = this.optionalText(field);
    return text === undefined ? undefined : decodeBase64(text, this.path(field), this.#errors);
  }

  /** A list of byte strings, at most `limit`. */
  byteList(field: string, limit: number): readonly Uint8Array[] {
    return this.#list(field, limit).map((each, index) => {
      if (typeof each !== "string" || each === "") {
        throw this.malformed(`${field}[${index}]`, "is not a text");
      }
      return decodeBase64(each, `${this.path(field)}[${index}]`, this.#errors);
    });
  }

  /** An int64 that is not negative: decimal text, or a number that a double holds. Absent is 0. */
  unsigned(field: string): bigint {
    const value = this.value(field) ?? "0";
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== "string" || !decimal.test(text) || BigInt(text) > maxInt64) {
      throw this.malformed(field, "is not a number from 0 to 2^63-1");
    }
    return BigInt(text);
  }

  /** An instant (RFC 3339, UTC), or undefined. What is finer than a millisecond is cut off. */
  optionalDate(field: string): Date | undefined {
    const text = this.optionalText(field);
    if (text === undefined) {
      return undefined;
    }
    const date = new Date(instant.test(text) ? `${text.slice(0, 19)}Z` : Number.NaN);
    // A day that the month does not have comes back as another day.
    if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 19) !== text.slice(0, 19)) {
      throw this.malformed(field, "is not an instant in UTC (RFC 3339)");
    }
    const fraction = instant.exec(text)?.[1] ?? "";
    return new Date(date.getTime() + Number(fraction.padEnd(3, "0").slice(0, 3)));
  }

  /** A message that must be there. */
  message(field: string): ProtoMessage {
    return new ProtoMessage(this.value(field), this.path(field), this.#errors);
  }

  /** A message, or undefined. */
  optionalMessage(field: string): ProtoMessage | undefined {
    return this.has(field) ? this.message(field) : undefined;
  }

  /** A list of messages, at most `limit`; absent is empty. */
  messages(field: string, limit: number): readonly ProtoMessage[] {
    return this.#list(field, limit).map(
      (each, index) => new ProtoMessage(each, `${this.path(field)}[${index}]`, this.#errors),
    );
  }

  /** The one of `fields` that is there. */
  oneOf<F extends string>(...fields: readonly F[]): F {
    const present = fields.filter((field) => this.has(field));
    const [only] = present;
    if (only === undefined || present.length > 1) {
      const found = present.length === 0 ? "none" : present.join(" and ");
      throw this.#errors.malformed(
        `${this.name || "the document"} needs one of ${fields.join(", ")}: ${found}`,
      );
    }
    return only;
  }

  /** An error about a field of this message. */
  malformed(field: string, reason: string): AibomError {
    return this.#errors.malformed(`${this.path(field)} ${reason}`);
  }

  /** Path of a field, for errors. */
  path(field: string): string {
    return this.name === "" ? field : `${this.name}.${field}`;
  }

  #list(field: string, limit: number): readonly JsonValue[] {
    const value = this.value(field) ?? [];
    if (!isJsonArray(value)) {
      throw this.malformed(field, "is not a list");
    }
    if (value.length > limit) {
      throw this.#errors.tooMany(this.path(field), value.length, limit);
    }
    return value;
  }
}

/** Node's decoder skips what it does not know, so the text must come back as it was (RFC 4648, section 3.5). */
function decodeBase64(encoded: string, field: string, errors: ProtoJsonErrors): Uint8Array {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length === 0 || bytes.toString("base64") !== encoded) {
    throw errors.base64(field);
  }
  return bytes;
}
