// SPDX-License-Identifier: Apache-2.0
// Canonical JSON (RFC 8785, JCS) of a parsed value, as the bytes that a signature covers. Own code and not a
// package, because packages build one string of the whole document: a legal BOM exceeds the engine's longest
// string, and its pieces take several times its size in memory. Parsing is json.ts's: duplicate keys and numbers
// that a double cannot hold are gone before.

import { AibomError } from "../errors.ts";
import { isJsonArray, type JsonObject, type JsonValue } from "./json.ts";

/** Characters that are collected before they become bytes; more would only make the string slower to flatten. */
const chunkCharacters = 64 * 1024;

/**
 * The canonical form of `value` in UTF-8: members sorted by UTF-16 code units, numbers as ECMAScript prints
 * them, no spaces. Linear in the size of the document, but for the sorting of each object's keys.
 * @param maxDepth levels of arrays and objects that are followed.
 * @throws {AibomError} JSON_TOO_DEEP, JSON_NOT_CANONICAL (half a surrogate pair, a number that is not finite)
 */
export function canonicalizeJson(value: JsonValue, maxDepth: number): Uint8Array {
  const writer = new CanonicalWriter(maxDepth);
  writer.value(value, 0);
  return writer.bytes();
}

class CanonicalWriter {
  readonly #maxDepth: number;
  readonly #chunks: Uint8Array[] = [];
  #text = "";

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  bytes(): Uint8Array {
    this.#flush();
    return Buffer.concat(this.#chunks);
  }

  value(value: JsonValue, depth: number): void {
    if (typeof value === "object" && value !== null) {
      this.#container(value, depth + 1);
    } else {
      this.#text += scalar(value);
    }
  }

  // Recursion is bounded by maxDepth.
  #container(container: JsonObject | readonly JsonValue[], depth: number): void {
    if (depth > this.#maxDepth) {
      throw AibomError.of("JSON_TOO_DEEP", { limit: this.#maxDepth });
    }
    if (isJsonArray(container)) {
      this.#array(container, depth);
    } else {
      this.#object(container, depth);
    }
    if (this.#text.length > chunkCharacters) {
      this.#flush();
    }
  }

  #array(array: readonly JsonValue[], depth: number): void {
    let before = "[";
    for (const element of array) {
      this.#text += before;
      before = ",";
      this.value(element, depth);
    }
    this.#text += array.length === 0 ? "[]" : "]";
  }

  #object(object: JsonObject, depth: number): void {
    // Without a comparator, strings are sorted by UTF-16 code units: the order of RFC 8785, section 3.2.3.
    const keys = Object.keys(object).sort();
    let before = "{";
    for (const key of keys) {
      this.#text += `${before}${quote(key)}:`;
      before = ",";
      this.value(object[key] as JsonValue, depth);
    }
    this.#text += keys.length === 0 ? "{}" : "}";
  }

  #flush(): void {
    this.#chunks.push(Buffer.from(this.#text));
    this.#text = "";
  }
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value === "string") {
    return quote(value);
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw AibomError.of("JSON_NOT_CANONICAL", { reason: "a number is beyond the range of a double" });
  }
  // Both print numbers as ECMAScript does (RFC 8785, section 3.2.2.3); minus zero becomes 0.
  return String(value);
}

/** RFC 8785 escapes as ECMAScript does, which would write half a surrogate pair as an escape. */
function quote(text: string): string {
  if (!text.isWellFormed()) {
    throw AibomError.of("JSON_NOT_CANONICAL", { reason: "half of a surrogate pair in a string" });
  }
  return JSON.stringify(text);
}
