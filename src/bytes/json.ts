// SPDX-License-Identifier: Apache-2.0
// Strict JSON (RFC 8259 in UTF-8, with the refusals of RFC 7493): one bounded scan, then the engine's parser.
// Refused beyond the grammar: duplicate keys (compared after unescaping), a byte order mark, escapes of lone
// surrogates, too many bytes, too many levels. Not done here: streaming; a document is read whole.

import { AibomError } from "../errors.ts";
import type { JsonValue } from "../model/fact.ts";
import type { Location } from "../model/finding.ts";
import { findJsonFault } from "./json-fault.ts";

export type { JsonValue };
export type JsonArray = readonly JsonValue[];
/** May have an own member called `__proto__`: read members with `Object.hasOwn` or iterate. */
export type JsonObject = { readonly [key: string]: JsonValue };

export interface JsonOptions {
  /** File that the bytes come from, for errors. */
  readonly path: string;
  /** Bytes. Checked before anything else. */
  readonly maxBytes: number;
  /** Levels of arrays and objects. Checked before the parser sees the text. */
  readonly maxDepth: number;
  /** Members and list entries. Without it the bytes are the only bound: each value takes some 100 times its text. */
  readonly maxValues?: number;
  /** Byte offset of the document inside its file, added to the offsets in errors. */
  readonly offset?: number;
  /** What to do with numbers that a double cannot hold: integers beyond 2^53, overflow. Default `keep`. */
  readonly unsafeIntegers?: "refuse" | "keep";
}

/** True for a JSON object (not null, not an array). */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a JSON array; unlike `Array.isArray` it narrows to the read-only type. */
export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

/**
 * Parses one JSON document. Linear in its size; about twice the time of `JSON.parse`.
 * @throws {AibomError} JSON_TOO_LARGE, TEXT_NOT_UTF8, JSON_INVALID, JSON_TOO_DEEP, JSON_TOO_MANY_VALUES, JSON_DUPLICATE_KEY,
 * JSON_NUMBER_UNSAFE; `where.offset` is the byte that shows the fault.
 */
export function parseJson(bytes: Uint8Array, options: JsonOptions): JsonValue {
  const base = options.offset ?? 0;
  const where = (offset: number): { where: Location } => ({
    where: { path: options.path, offset: base + offset },
  });
  if (bytes.byteLength > options.maxBytes) {
    throw AibomError.of("JSON_TOO_LARGE", { size: bytes.byteLength, limit: options.maxBytes }, where(0));
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw AibomError.of("JSON_INVALID", { reason: "starts with a byte order mark" }, where(0));
  }
  const scan = scanJson(bytes, options.maxDepth);
  const { maxValues = Number.POSITIVE_INFINITY } = options;
  if (scan.separators > maxValues) {
    throw AibomError.of("JSON_TOO_MANY_VALUES", { limit: maxValues }, where(0));
  }
  if (scan.deepOffset !== undefined) {
    // Weights that were named where a document belongs hold many brackets: that is no hostile document.
    const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
    if (first !== 0x5b && first !== 0x7b) {
      throw AibomError.of("JSON_INVALID", { reason: "begins with neither { nor [" }, where(0));
    }
    throw AibomError.of("JSON_TOO_DEEP", { limit: options.maxDepth }, where(scan.deepOffset));
  }
  const text = decodeUtf8(bytes, where);
  const fail = (): AibomError => {
    const fault = findJsonFault(bytes);
    return fault?.kind === "duplicate"
      ? AibomError.of("JSON_DUPLICATE_KEY", { key: fault.key }, where(fault.offset))
      : AibomError.of("JSON_INVALID", { reason: fault?.reason ?? "malformed" }, where(fault?.offset ?? 0));
  };
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw fail();
  }
  // The parser keeps one of two equal keys, so a duplicate shows as a member that went missing.
  const walk = countMembers(value, text.includes("\\ud") || text.includes("\\uD"));
  if (walk.members !== scan.members || !walk.isWellFormed) {
    throw fail();
  }
  if (options.unsafeIntegers === "refuse") {
    const offset = findUnsafeNumber(bytes);
    if (offset !== undefined) {
      throw AibomError.of("JSON_NUMBER_UNSAFE", {}, where(offset));
    }
  }
  return value;
}

function decodeUtf8(bytes: Uint8Array, where: (offset: number) => { where: Location }): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw AibomError.of("TEXT_NOT_UTF8", {}, { ...where(firstInvalidUtf8(bytes)), cause });
  }
}

/** Offset of the byte at which the text stops being UTF-8; the length if it ends inside a character. */
function firstInvalidUtf8(bytes: Uint8Array): number {
  const step = 4096;
  let good = 0;
  const isGood = (from: number, to: number, decoder: InstanceType<typeof TextDecoder>): boolean => {
    try {
      decoder.decode(bytes.subarray(from, to), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  const wide = new TextDecoder("utf-8", { fatal: true });
  while (good < bytes.byteLength && isGood(good, good + step, wide)) {
    good += step;
  }
  // The bad character may have begun in the block before.
  good = Math.max(0, good - 4);
  while (good > 0 && ((bytes[good] ?? 0) & 0xc0) === 0x80) {
    good--;
  }
  const narrow = new TextDecoder("utf-8", { fatal: true });
  while (good < bytes.byteLength && isGood(good, good + 1, narrow)) {
    good++;
  }
  return Math.min(good, bytes.byteLength);
}

interface Scan {
  /** Colons outside strings: the number of members of all objects, if the text is valid. */
  readonly members: number;
  /** Commas outside strings: less than the number of values by one for each list and object. */
  readonly separators: number;
  /** First bracket that opens one level too many. */
  readonly deepOffset: number | undefined;
}

// Bytes of multi-byte characters are all above 0x7f, so ASCII punctuation can be found without decoding.
function scanJson(bytes: Uint8Array, maxDepth: number): Scan {
  const length = bytes.byteLength;
  let depth = 0;
  let members = 0;
  let separators = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) {
      at = closingQuote(bytes, at);
    } else if (byte === 0x3a) {
      members++;
    } else if (byte === 0x2c) {
      separators++;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) {
        return { members, separators, deepOffset: at };
      }
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    }
  }
  return { members, separators, deepOffset: undefined };
}

/** Offset of the quote that ends the string opened at `at`; the length if there is none. */
function closingQuote(bytes: Uint8Array, at: number): number {
  const length = bytes.byteLength;
  for (at++; at < length && bytes[at] !== 0x22; at++) {
    if (bytes[at] === 0x5c) {
      at++;
    }
  }
  return at;
}

function countMembers(root: JsonValue, checkStrings: boolean): { members: number; isWellFormed: boolean } {
  const pending: (JsonArray | JsonObject)[] = [];
  let members = 0;
  let isWellFormed = true;
  const visit = (value: JsonValue | undefined): void => {
    if (typeof value === "object" && value !== null) {
      pending.push(value);
    } else if (checkStrings && typeof value === "string") {
      isWellFormed &&= value.isWellFormed();
    }
  };
  visit(root);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (isJsonArray(value)) {
      for (let index = 0; index < value.length; index++) {
        visit(value[index]);
      }
    } else {
      // Faster than Object.keys: the engine caches the names of each shape.
      for (const key in value) {
        members++;
        visit(value[key]);
        if (checkStrings) {
          visit(key);
        }
      }
    }
  }
  return { members, isWellFormed };
}

// A number whose value a double cannot hold: RFC 7493 section 2.2. Runs only over text known to be valid.
function findUnsafeNumber(bytes: Uint8Array): number | undefined {
  for (let at = 0; at < bytes.byteLength; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x22) {
      at = closingQuote(bytes, at);
    } else if (isNumberByte(byte) && byte < 0x45) {
      const start = at;
      while (at < bytes.byteLength && isNumberByte(bytes[at] as number)) {
        at++;
      }
      const token = String.fromCharCode(...bytes.subarray(start, Math.min(at, start + 400)));
      const isFraction = /[.eE]/.test(token);
      if (isFraction ? !Number.isFinite(Number(token)) : !Number.isSafeInteger(Number(token))) {
        return start;
      }
      at--;
    }
  }
  return undefined;
}

function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x65 ||
    byte === 0x45
  );
}
