// SPDX-License-Identifier: Apache-2.0
// Key-value pairs of a GGUF header. Spec: ggml docs/gguf.md, versions 2 and 3.
// Small values are loaded, big ones (vocabularies) are stepped over: a licence may stand behind 250,000
// tokens. Leaves out nested arrays, which ggml refuses too.

import type { Cursor } from "../bytes/cursor.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

type Scalar = string | number | bigint | boolean;

/** A value as the header has it. */
export type GgufValue =
  | { readonly kind: "scalar"; readonly type: GgufTypeName; readonly value: Scalar }
  /** A string that is too long to be loaded. */
  | { readonly kind: "skipped"; readonly length: number }
  | GgufArray;

export interface GgufArray {
  readonly kind: "array";
  readonly count: number;
  /** Undefined if the array is too long to be loaded. */
  readonly values?: readonly Scalar[];
  /** Where its elements lie in the file. */
  readonly start: number;
  readonly end: number;
}

export type GgufMetadata = ReadonlyMap<string, GgufValue>;

const scalarTypes = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  u64: 8,
  i64: 8,
  f64: 8,
} as const;

type ScalarName = keyof typeof scalarTypes;
type GgufTypeName = ScalarName | "string";

/** Value types by number (enum gguf_type). */
const typeNames: readonly (GgufTypeName | "array")[] = [
  "u8",
  "i8",
  "u16",
  "i16",
  "u32",
  "i32",
  "f32",
  "bool",
  "string",
  "array",
  "u64",
  "i64",
  "f64",
];

/** Bytes of the shortest possible pair: key length, one byte of key, type, one byte of value. */
const smallestPairBytes = 8 + 1 + 4 + 1;

/**
 * Reads `count` pairs at the cursor.
 * @throws {AibomError} GGUF_TOO_MANY_KEYS, GGUF_EMPTY_KEY, GGUF_DUPLICATE_KEY, GGUF_BAD_VALUE_TYPE,
 * GGUF_NESTED_ARRAY, GGUF_BAD_BOOL, GGUF_STRING_TOO_LONG, GGUF_ARRAY_TOO_LONG, TEXT_NOT_UTF8,
 * BYTES_OUT_OF_RANGE
 */
export function readMetadata(cursor: Cursor, count: bigint): GgufMetadata {
  const path = cursor.path;
  const limit = Math.min(limits.maxGgufKeyValues, Math.floor(cursor.remaining / smallestPairBytes));
  if (count > BigInt(limit)) {
    throw AibomError.of("GGUF_TOO_MANY_KEYS", { count, limit }, { where: { path, offset: cursor.offset } });
  }
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < Number(count); index += 1) {
    const offset = cursor.offset;
    const key = cursor.utf8(cursor.length64(limits.maxGgufKeyBytes, "GGUF_STRING_TOO_LONG"));
    if (key === "") {
      throw AibomError.of("GGUF_EMPTY_KEY", {}, { where: { path, offset } });
    }
    if (metadata.has(key)) {
      throw AibomError.of("GGUF_DUPLICATE_KEY", { key }, { where: { path, offset, member: key } });
    }
    metadata.set(key, readValue(cursor, key));
  }
  return metadata;
}

function readValue(cursor: Cursor, key: string): GgufValue {
  const type = readType(cursor, key);
  if (type === "array") {
    return readArray(cursor, key);
  }
  if (type === "string") {
    return readString(cursor, key);
  }
  return { kind: "scalar", type, value: readScalar(cursor, key, type) };
}

function readType(cursor: Cursor, key: string): GgufTypeName | "array" {
  const offset = cursor.offset;
  const type = cursor.u32();
  const name = typeNames[type];
  if (name === undefined) {
    const where = { path: cursor.path, offset, member: key };
    throw AibomError.of("GGUF_BAD_VALUE_TYPE", { key, type }, { where });
  }
  return name;
}

function readString(cursor: Cursor, key: string): GgufValue {
  const offset = cursor.offset;
  const length = cursor.length64(limits.maxGgufStringBytes, "GGUF_STRING_TOO_LONG");
  const limit = limits.maxGgufLoadedStringBytes;
  if (length <= limit) {
    return { kind: "scalar", type: "string", value: cursor.utf8(length) };
  }
  // A template that is too long to be looked into must not pass as one without findings.
  if (isChatTemplate(key)) {
    const where = { path: cursor.path, offset, member: key };
    throw AibomError.of("GGUF_STRING_TOO_LONG", { length, limit }, { where });
  }
  cursor.skip(length);
  return { kind: "skipped", length };
}

/** True for the keys that hold a Jinja template: the default one and named ones. */
export function isChatTemplate(key: string): boolean {
  return key === "tokenizer.chat_template" || key.startsWith("tokenizer.chat_template.");
}

function readArray(cursor: Cursor, key: string): GgufArray {
  const type = readType(cursor, key);
  if (type === "array") {
    const where = { path: cursor.path, offset: cursor.offset - 4, member: key };
    throw AibomError.of("GGUF_NESTED_ARRAY", { key }, { where });
  }
  const count = cursor.length64(limits.maxGgufArrayElements, "GGUF_ARRAY_TOO_LONG");
  const start = cursor.offset;
  const isShort = count <= limits.maxGgufLoadedArrayElements;
  if (type === "string") {
    const values = isShort ? loadStrings(cursor, count) : skipStrings(cursor, count);
    return { kind: "array", count, ...(values !== undefined && { values }), start, end: cursor.offset };
  }
  if (isShort || type === "bool") {
    const values: Scalar[] = [];
    for (let index = 0; index < count; index += 1) {
      const value = readScalar(cursor, key, type);
      if (isShort) {
        values.push(value);
      }
    }
    return { kind: "array", count, ...(isShort && { values }), start, end: cursor.offset };
  }
  cursor.skip(count * scalarTypes[type]);
  return { kind: "array", count, start, end: cursor.offset };
}

function skipStrings(cursor: Cursor, count: number): undefined {
  for (let index = 0; index < count; index += 1) {
    cursor.skip(cursor.length64(limits.maxGgufStringBytes, "GGUF_STRING_TOO_LONG"));
  }
}

/** The strings of an array, or undefined if they are too long together; the cursor is behind them. */
function loadStrings(cursor: Cursor, count: number): readonly string[] | undefined {
  const values: string[] = [];
  let loaded = 0;
  for (let index = 0; index < count; index += 1) {
    const length = cursor.length64(limits.maxGgufStringBytes, "GGUF_STRING_TOO_LONG");
    loaded += length;
    if (loaded > limits.maxGgufLoadedStringBytes) {
      cursor.skip(length);
    } else {
      values.push(cursor.utf8(length));
    }
  }
  return values.length === count ? values : undefined;
}

function readScalar(cursor: Cursor, key: string, type: ScalarName): Scalar {
  if (type !== "bool") {
    return cursor[type]();
  }
  const offset = cursor.offset;
  const value = cursor.u8();
  if (value > 1) {
    const where = { path: cursor.path, offset, member: key };
    throw AibomError.of("GGUF_BAD_BOOL", { key, value }, { where });
  }
  return value === 1;
}

/** A text value; undefined if the key is absent or of another type. */
export function textOf(metadata: GgufMetadata, key: string): string | undefined {
  const entry = metadata.get(key);
  return entry?.kind === "scalar" && typeof entry.value === "string" ? entry.value : undefined;
}

/** An integer value up to 2^53; undefined if the key is absent or of another type. */
export function integerOf(metadata: GgufMetadata, key: string): number | undefined {
  const entry = metadata.get(key);
  if (entry?.kind !== "scalar" || (typeof entry.value !== "number" && typeof entry.value !== "bigint")) {
    return undefined;
  }
  const value = Number(entry.value);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The texts of a loaded array; empty if the key is absent, of another type or too long. */
export function textsOf(metadata: GgufMetadata, key: string): readonly string[] {
  const entry = metadata.get(key);
  const values = entry?.kind === "array" ? (entry.values ?? []) : [];
  return values.filter((value) => typeof value === "string");
}
