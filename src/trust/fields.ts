// SPDX-License-Identifier: Apache-2.0
// The fields of trust.json, one type each. What is not exactly as the schema says is refused with its JSON
// pointer: a field that is misread may trust more than its author wanted.

import { closest } from "../codes/nearest.ts";
import { AibomError } from "../errors.ts";
import { type Usage, usages } from "../model/evidence.ts";

export type Fields = ReadonlyMap<string, unknown>;

export const ceilings = { entries: 10_000, nameLength: 128, textLength: 1024 };

/** @throws {AibomError} TRUST_ROOT_INVALID */
export function asObject(value: unknown, pointer: string): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : invalid(pointer, "must be an object");
}

/** @throws {AibomError} TRUST_ROOT_INVALID */
export function asArray(value: unknown, pointer: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    return invalid(pointer, "must be a list");
  }
  return value.length > ceilings.entries
    ? invalid(pointer, `must have at most ${ceilings.entries} entries`)
    : value;
}

/** A text that is not empty. @throws {AibomError} TRUST_ROOT_INVALID */
export function asString(value: unknown, pointer: string, maxLength: number = ceilings.textLength): string {
  if (typeof value !== "string" || value === "") {
    return invalid(pointer, "must be a text that is not empty");
  }
  return value.length > maxLength ? invalid(pointer, `must have at most ${maxLength} characters`) : value;
}

/** @throws {AibomError} TRUST_ROOT_INVALID */
export function optionalString(
  fields: Fields,
  name: string,
  pointer: string,
  maxLength: number = ceilings.textLength,
): string | undefined {
  return fields.has(name) ? asString(fields.get(name), `${pointer}/${name}`, maxLength) : undefined;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;

/** The name of an identity or authority. @throws {AibomError} TRUST_ROOT_INVALID */
export function parseName(value: unknown, pointer: string): string {
  const name = asString(value, pointer, ceilings.nameLength);
  return namePattern.test(name)
    ? name
    : invalid(pointer, "must start with a letter or digit and hold only letters, digits and . _ @ + -");
}

/** Lower-case hexadecimal of a SHA-256. @throws {AibomError} TRUST_ROOT_INVALID */
export function parseSha256(value: unknown, pointer: string): string {
  const hex = asString(value, pointer);
  return /^[0-9a-f]{64}$/.test(hex) ? hex : invalid(pointer, "must be 64 lower-case hexadecimal digits");
}

/** @throws {AibomError} TRUST_ROOT_INVALID, TRUST_DUPLICATE */
export function parseUsages(value: unknown, pointer: string): Usage[] {
  const given = asArray(value, pointer);
  if (given.length === 0) {
    invalid(pointer, "must name at least one usage");
  }
  const parsed = given.map((each, index) => {
    const usage = usages.find((known) => known === each);
    return usage ?? invalid(`${pointer}/${index}`, `must be one of ${usages.join(", ")}`);
  });
  noDuplicates("usage", parsed);
  return parsed;
}

/** `validFrom` and `validUntil`, both optional, both inclusive. @throws {AibomError} TRUST_ROOT_INVALID */
export function parseWindow(fields: Fields, pointer: string): { validFrom?: string; validUntil?: string } {
  const read = (name: string): string | undefined =>
    fields.has(name) ? parseInstant(fields.get(name), `${pointer}/${name}`) : undefined;
  const validFrom = read("validFrom");
  const validUntil = read("validUntil");
  if (validFrom !== undefined && validUntil !== undefined && Date.parse(validUntil) < Date.parse(validFrom)) {
    invalid(`${pointer}/validUntil`, "must not be before validFrom");
  }
  return {
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

const instantPattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,3})?Z$/;

/**
 * RFC 3339 in UTC. `Date` rolls 31 February over to March, so the parsed date must print as written.
 * @throws {AibomError} TRUST_ROOT_INVALID
 */
export function parseInstant(value: unknown, pointer: string): string {
  const text = asString(value, pointer);
  const seconds = instantPattern.exec(text)?.[1];
  const milliseconds = Date.parse(text);
  const isReal =
    seconds !== undefined &&
    !Number.isNaN(milliseconds) &&
    new Date(milliseconds).toISOString().startsWith(seconds);
  return isReal ? text : invalid(pointer, "must be a time in UTC such as 2027-01-31T00:00:00Z");
}

/** @throws {AibomError} TRUST_UNKNOWN_FIELD */
export function onlyFields(fields: Fields, known: readonly string[], pointer: string): void {
  for (const field of fields.keys()) {
    if (!known.includes(field)) {
      throw AibomError.of("TRUST_UNKNOWN_FIELD", { field, pointer, nearest: closest(field, known) ?? "" });
    }
  }
}

/** @throws {AibomError} TRUST_DUPLICATE */
export function noDuplicates(what: string, values: readonly string[]): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) {
      throw AibomError.of("TRUST_DUPLICATE", { what, value });
    }
    seen.add(value);
  }
}

/** @throws {AibomError} TRUST_ROOT_INVALID, always */
export function invalid(pointer: string, reason: string): never {
  throw AibomError.of("TRUST_ROOT_INVALID", { pointer, reason });
}
