// SPDX-License-Identifier: Apache-2.0
// YAML of untrusted files: the failsafe schema, in which every scalar is a text, so that a version 1.10 stays 1.10 and
// the language no stays Norwegian. Aliases, depth and size are bounded; of repeated keys no value is kept.

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import type { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { JsonValue } from "../model/fact.ts";

/** A document's values, and the keys that were left out because they occur twice. */
export interface YamlValues {
  readonly value: JsonValue;
  readonly duplicateKeys: readonly string[];
}

/** The error for text that cannot be read; `reason` says why. */
export type Invalid = (reason: string, cause?: unknown) => AibomError;

/** The values of one YAML document of bounded size. @throws what `invalid` makes, and nothing else */
export function readYaml(text: string, invalid: Invalid): YamlValues {
  checkNesting(text, invalid);
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      schema: "failsafe",
      version: "1.2",
      // Own check below: the library compares each key with each other one.
      uniqueKeys: false,
      logLevel: "error",
      prettyErrors: false,
    });
  } catch (cause) {
    // Deep nesting overflows the parser's stack; whatever else it throws is no reason to trust the text.
    throw invalid("the YAML parser gave up", cause);
  }
  const [error] = document.errors;
  if (error !== undefined) {
    throw invalid(error.message.split("\n")[0]?.slice(0, 200) ?? "syntax error", error);
  }
  return new YamlReader(document, invalid).read();
}

/**
 * Refuses text that nests deeply before it reaches the recursive parser: indicators of flow collections, and
 * runs of block indicators on one line (`- - - -`).
 */
function checkNesting(text: string, invalid: Invalid): void {
  let opened = 0;
  let run = 0;
  for (const character of text) {
    if (character === "[" || character === "{") {
      opened += 1;
    } else if (character === "]" || character === "}") {
      opened = Math.max(0, opened - 1);
    } else if (character === "-" || character === "?" || character === ":") {
      run += 1;
    } else if (character !== " " && character !== "\t") {
      run = 0;
    }
    if (opened > limits.maxYamlDepth * 4 || run > 4096) {
      throw invalid(`it nests deeper than ${limits.maxYamlDepth} levels`);
    }
  }
}

/** Turns the parsed nodes into values, with bounds on depth, aliases and size. */
class YamlReader {
  readonly #document: Document.Parsed;
  readonly #invalid: Invalid;
  readonly #duplicates = new Set<string>();
  #aliases = 0;
  #nodes = 0;

  constructor(document: Document.Parsed, invalid: Invalid) {
    this.#document = document;
    this.#invalid = invalid;
  }

  read(): YamlValues {
    const value = this.#value(this.#document.contents, 1);
    return { value, duplicateKeys: [...this.#duplicates] };
  }

  #value(node: unknown, depth: number): JsonValue {
    this.#nodes += 1;
    if (depth > limits.maxYamlDepth) {
      throw this.#invalid(`it nests deeper than ${limits.maxYamlDepth} levels`);
    }
    if (this.#nodes > limits.maxYamlNodes) {
      throw this.#invalid(`it has more than ${limits.maxYamlNodes} values`);
    }
    if (isAlias(node)) {
      this.#aliases += 1;
      if (this.#aliases > limits.maxYamlAliases) {
        throw this.#invalid(`it uses more than ${limits.maxYamlAliases} aliases`);
      }
      return this.#value(this.#resolve(node), depth + 1);
    }
    if (isMap(node)) {
      return this.#map(node.items, depth);
    }
    if (isSeq(node)) {
      return node.items.map((item) => this.#value(item, depth + 1));
    }
    return isScalar(node) ? scalarValue(node) : null;
  }

  #resolve(alias: { resolve(document: Document): Node | undefined }): Node {
    let target: Node | undefined;
    try {
      target = alias.resolve(this.#document);
    } catch (cause) {
      throw this.#invalid("an alias cannot be resolved", cause);
    }
    if (target === undefined) {
      throw this.#invalid("an alias has no anchor");
    }
    return target;
  }

  #map(items: readonly { readonly key: unknown; readonly value: unknown }[], depth: number): JsonValue {
    const entries = new Map<string, JsonValue>();
    const seen = new Set<string>();
    for (const { key, value } of items) {
      if (!isScalar(key)) {
        // `{{ name }}` of a template parses as a map that has a map as its key.
        entries.set("{ }", null);
        continue;
      }
      const name = String(key.value);
      if (seen.has(name)) {
        this.#duplicates.add(name);
        entries.delete(name);
      } else {
        entries.set(name, this.#value(value, depth + 1));
      }
      seen.add(name);
    }
    return Object.fromEntries(entries);
  }
}

/** A text, or null for a plain scalar that every YAML schema reads as nothing. */
function scalarValue(node: { readonly value: unknown; readonly type?: unknown }): JsonValue {
  const text = String(node.value ?? "");
  return node.type === "PLAIN" && /^(?:|~|null|Null|NULL)$/.test(text) ? null : text;
}
