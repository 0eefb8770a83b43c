// SPDX-License-Identifier: Apache-2.0
// YAML of untrusted files: the failsafe schema, in which every scalar is a text, so that a version 1.10 stays 1.10 and
// the language no stays Norwegian. Aliases, depth and size are bounded; of repeated keys no value is kept.

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
} from "yaml";
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

/** A document whose values know the lines that they stand on. */
export interface LinedYaml extends YamlValues {
  /** The line, counted from 1, of a member of an object (of its key) or of a list. */
  lineOf(container: object, key: string | number): number;
}

const options = {
  schema: "failsafe",
  version: "1.2",
  // Own check below: the library compares each key with each other one.
  uniqueKeys: false,
  logLevel: "error",
  prettyErrors: false,
} as const;

/** The values of one YAML document of bounded size. @throws what `invalid` makes, and nothing else */
export function readYaml(text: string, invalid: Invalid): YamlValues {
  const document = parsed(text, invalid, () => parseDocument(text, options));
  return new YamlReader(refuseErrors(document, invalid), invalid).read();
}

/** The values of every document in a YAML stream of bounded size. @throws what `invalid` makes, and nothing else */
export function readYamlStream(text: string, invalid: Invalid): readonly LinedYaml[] {
  const lineCounter = new LineCounter();
  const documents = parsed(text, invalid, () => parseAllDocuments(text, { ...options, lineCounter }));
  return [...documents].map((document) => {
    const reader = new YamlReader(refuseErrors(document as Document.Parsed, invalid), invalid, lineCounter);
    return { ...reader.read(), lineOf: (container, key) => reader.lineOf(container, key) };
  });
}

function parsed<T>(text: string, invalid: Invalid, parse: () => T): T {
  checkNesting(text, invalid);
  try {
    return parse();
  } catch (cause) {
    // Deep nesting overflows the parser's stack; whatever else it throws is no reason to trust the text.
    throw invalid("the YAML parser gave up", cause);
  }
}

function refuseErrors(document: Document.Parsed, invalid: Invalid): Document.Parsed {
  const [error] = document.errors;
  if (error !== undefined) {
    throw invalid(error.message.split("\n")[0]?.slice(0, 200) ?? "syntax error", error);
  }
  return document;
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
  readonly #lineCounter: LineCounter | undefined;
  readonly #lines = new WeakMap<object, Map<string | number, number>>();
  #aliases = 0;
  #nodes = 0;

  constructor(document: Document.Parsed, invalid: Invalid, lineCounter?: LineCounter) {
    this.#document = document;
    this.#invalid = invalid;
    this.#lineCounter = lineCounter;
  }

  lineOf(container: object, key: string | number): number {
    return this.#lines.get(container)?.get(key) ?? 1;
  }

  #remember(container: object, key: string | number, node: unknown): void {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (this.#lineCounter === undefined || offset === undefined) {
      return;
    }
    const lines = this.#lines.get(container) ?? new Map<string | number, number>();
    lines.set(key, this.#lineCounter.linePos(offset).line);
    this.#lines.set(container, lines);
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
      const list = node.items.map((item) => this.#value(item, depth + 1));
      for (const [index, item] of node.items.entries()) {
        this.#remember(list, index, item);
      }
      return list;
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
    const object = Object.fromEntries(entries);
    for (const { key } of items) {
      this.#remember(object, isScalar(key) ? String(key.value) : "{ }", key);
    }
    return object;
  }
}

/** A text, or null for a plain scalar that every YAML schema reads as nothing. */
function scalarValue(node: { readonly value: unknown; readonly type?: unknown }): JsonValue {
  const text = String(node.value ?? "");
  return node.type === "PLAIN" && /^(?:|~|null|Null|NULL)$/.test(text) ? null : text;
}
