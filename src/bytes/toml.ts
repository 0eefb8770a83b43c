// SPDX-License-Identifier: Apache-2.0
// TOML 1.0 of untrusted files, as lock files write it. Values are JSON values: dates stay texts, integers beyond 2^53
// decimal texts. Repeated keys are refused: two readers would take different ones. Depth and size are bounded.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { JsonValue } from "../model/fact.ts";
import { type Fail, TomlScanner } from "./toml/scanner.ts";

/** A table while it is filled. */
type Table = Map<string, Node>;
type Node = JsonValue | Table | Table[];

/**
 * The document as one object.
 * @throws {AibomError} TOML_INVALID
 */
export function parseToml(text: string, path: string): { readonly [key: string]: JsonValue } {
  const fail: Fail = (reason, line) => AibomError.of("TOML_INVALID", { reason, line }, { where: { path } });
  return new TomlReader(new TomlScanner(text, fail)).document();
}

class TomlReader {
  readonly #scanner: TomlScanner;
  readonly #root: Table = new Map();
  /** Tables that a header has opened, which no second one may. */
  readonly #opened = new Set<Table>();
  #values = 0;

  constructor(scanner: TomlScanner) {
    this.#scanner = scanner;
  }

  document(): { readonly [key: string]: JsonValue } {
    const scanner = this.#scanner;
    let table = this.#root;
    while (scanner.skipToNext()) {
      if (scanner.take("[[")) {
        table = this.#appendTable(this.#headerKeys("]]"));
      } else if (scanner.take("[")) {
        table = this.#openTable(this.#headerKeys("]"));
      } else {
        this.#keyValue(table, 1);
      }
      scanner.endLine();
    }
    return toObject(this.#root);
  }

  #headerKeys(end: string): readonly string[] {
    const keys = this.#keys();
    this.#scanner.expect(end);
    return keys;
  }

  /** Each part of a dotted key is a level: tables are turned into objects level by level. */
  #keys(): readonly string[] {
    const keys = this.#scanner.keys();
    if (keys.length > limits.maxTomlDepth) {
      throw this.#scanner.fault(`it nests deeper than ${limits.maxTomlDepth} levels`);
    }
    return keys;
  }

  #openTable(keys: readonly string[]): Table {
    const table = this.#descend(this.#root, keys);
    if (this.#opened.has(table)) {
      throw this.#scanner.fault("a table is there twice");
    }
    this.#opened.add(table);
    return table;
  }

  #appendTable(keys: readonly string[]): Table {
    const last = keys.at(-1) ?? "";
    const parent = this.#descend(this.#root, keys.slice(0, -1));
    const known = parent.get(last);
    const table: Table = new Map();
    this.#count();
    if (known === undefined) {
      parent.set(last, [table]);
    } else if (isTableList(known)) {
      known.push(table);
    } else {
      throw this.#scanner.fault("a list of tables has the name of something else");
    }
    return table;
  }

  /** The table under `keys`, made where it is missing; of a list of tables the last one. */
  #descend(from: Table, keys: readonly string[]): Table {
    let table = from;
    for (const key of keys) {
      let next = table.get(key);
      if (next === undefined) {
        this.#count();
        next = new Map();
        table.set(key, next);
      }
      const inner = isTableList(next) ? next.at(-1) : next;
      if (!(inner instanceof Map)) {
        throw this.#scanner.fault("a key is a value and a table");
      }
      table = inner;
    }
    return table;
  }

  #keyValue(table: Table, depth: number): void {
    const keys = this.#keys();
    this.#scanner.expect("=");
    this.#scanner.skipSpaces();
    const last = keys.at(-1) ?? "";
    const parent = this.#descend(table, keys.slice(0, -1));
    if (parent.has(last)) {
      throw this.#scanner.fault("a key is there twice");
    }
    parent.set(last, this.#value(depth));
  }

  #value(depth: number): Node {
    this.#count();
    if (depth > limits.maxTomlDepth) {
      throw this.#scanner.fault(`it nests deeper than ${limits.maxTomlDepth} levels`);
    }
    if (this.#scanner.take("[")) {
      return this.#list(depth);
    }
    return this.#scanner.take("{") ? this.#inlineTable(depth) : this.#scanner.scalar();
  }

  #list(depth: number): JsonValue {
    const list: JsonValue[] = [];
    for (;;) {
      this.#scanner.skipToNext();
      if (this.#scanner.take("]")) {
        return list;
      }
      list.push(toJson(this.#value(depth + 1)));
      this.#scanner.skipToNext();
      if (!this.#scanner.take(",")) {
        this.#scanner.expect("]");
        return list;
      }
    }
  }

  #inlineTable(depth: number): Table {
    const table: Table = new Map();
    for (;;) {
      this.#scanner.skipToNext();
      if (this.#scanner.take("}")) {
        return table;
      }
      this.#keyValue(table, depth + 1);
      this.#scanner.skipToNext();
      if (!this.#scanner.take(",")) {
        this.#scanner.expect("}");
        return table;
      }
    }
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > limits.maxTomlValues) {
      throw this.#scanner.fault(`it has more than ${limits.maxTomlValues} values`);
    }
  }
}

function isTableList(node: Node): node is Table[] {
  return Array.isArray(node) && node.length > 0 && node[0] instanceof Map;
}

function toJson(node: Node): JsonValue {
  if (node instanceof Map) {
    return toObject(node);
  }
  return isTableList(node) ? node.map(toObject) : node;
}

/** fromEntries defines own members, so a key `__proto__` stays a key. */
function toObject(table: Table): { readonly [key: string]: JsonValue } {
  return Object.fromEntries([...table].map(([key, node]) => [key, toJson(node)]));
}
