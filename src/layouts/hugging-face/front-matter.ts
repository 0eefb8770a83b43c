// SPDX-License-Identifier: Apache-2.0
// The YAML front matter of a model card. Parsed with the failsafe schema, in which every scalar is a text: a
// version 1.10 stays 1.10 and the language no stays Norwegian. Aliases, depth and size are bounded; of
// repeated keys no value is kept.

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { decodeUtf8 } from "../../bytes/utf8.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";

/** A front matter's values, and the keys that were left out because they occur twice. */
export interface FrontMatter {
  readonly value: JsonValue;
  readonly duplicateKeys: readonly string[];
}

/**
 * The front matter of a model card; undefined if the file has none.
 * @throws {AibomError} MODEL_CARD_INVALID, TEXT_NOT_UTF8
 */
export function readFrontMatter(bytes: Uint8Array, path: string): FrontMatter | undefined {
  const text = frontMatterText(bytes, path);
  return text === undefined ? undefined : parseYaml(text, path);
}

/** The text between the first line, `---`, and the next such line. */
function frontMatterText(bytes: Uint8Array, path: string): string | undefined {
  const head = decodeUtf8(bytes, path).replace(/^\uFEFF?\s{0,64}/, "");
  if (!/^---[ \t]*\r?\n/.test(head)) {
    return undefined;
  }
  const start = head.indexOf("\n") + 1;
  const end = /^---[ \t]*\r?$/m.exec(head.slice(start));
  const text = end === null ? head.slice(start) : head.slice(start, start + end.index);
  if (Buffer.byteLength(text) > limits.maxFrontMatterBytes) {
    throw invalid(path, `it has more than ${limits.maxFrontMatterBytes} bytes`);
  }
  if (end === null) {
    throw invalid(path, "its closing --- line is missing");
  }
  return text.replaceAll("\r\n", "\n");
}

function parseYaml(text: string, path: string): FrontMatter {
  checkNesting(text, path);
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
    throw invalid(path, "the YAML parser gave up", cause);
  }
  const [error] = document.errors;
  if (error !== undefined) {
    throw invalid(path, error.message.split("\n")[0]?.slice(0, 200) ?? "syntax error", error);
  }
  return new YamlReader(document, path).read();
}

/**
 * Refuses text that nests deeply before it reaches the recursive parser: indicators of flow collections, and
 * runs of block indicators on one line (`- - - -`).
 */
function checkNesting(text: string, path: string): void {
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
      throw invalid(path, `it nests deeper than ${limits.maxYamlDepth} levels`);
    }
  }
}

/** Turns the parsed nodes into values, with bounds on depth, aliases and size. */
class YamlReader {
  readonly #document: Document.Parsed;
  readonly #path: string;
  readonly #duplicates = new Set<string>();
  #aliases = 0;
  #nodes = 0;

  constructor(document: Document.Parsed, path: string) {
    this.#document = document;
    this.#path = path;
  }

  read(): FrontMatter {
    const value = this.#value(this.#document.contents, 1);
    return { value, duplicateKeys: [...this.#duplicates] };
  }

  #value(node: unknown, depth: number): JsonValue {
    this.#nodes += 1;
    if (depth > limits.maxYamlDepth) {
      throw invalid(this.#path, `it nests deeper than ${limits.maxYamlDepth} levels`);
    }
    if (this.#nodes > limits.maxYamlNodes) {
      throw invalid(this.#path, `it has more than ${limits.maxYamlNodes} values`);
    }
    if (isAlias(node)) {
      this.#aliases += 1;
      if (this.#aliases > limits.maxYamlAliases) {
        throw invalid(this.#path, `it uses more than ${limits.maxYamlAliases} aliases`);
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
      throw invalid(this.#path, "an alias cannot be resolved", cause);
    }
    if (target === undefined) {
      throw invalid(this.#path, "an alias has no anchor");
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

function invalid(path: string, reason: string, cause?: unknown): AibomError {
  return AibomError.of("MODEL_CARD_INVALID", { reason }, { where: { path }, cause });
}
