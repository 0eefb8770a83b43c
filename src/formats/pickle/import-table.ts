// SPDX-License-Identifier: Apache-2.0
// The imports of a pickle, each once. Names are interned by their place, so that a stream that fetches two long names
// from the memo a million times costs no more than one that writes them a million times.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { PickleInput } from "./input.ts";
import { textAt } from "./literal.ts";
import { Import, type Value } from "./value.ts";

/** Stands for a name that is no text, or that no module can have. */
export const unknownName = "<unknown>";

/** What separates two numbers in one: more names than a table has room for. */
const idRange = 2 ** 26;

export class ImportTable {
  readonly #imports = new Map<number, Import>();
  readonly #ids = new Map<string, number>();
  readonly #idsByPlace = new Map<number, number>();
  readonly #texts: string[] = [];

  /** In the order in which the pickle first names them. */
  get all(): readonly Import[] {
    return [...this.#imports.values()];
  }

  get size(): number {
    return this.#imports.size;
  }

  /** An import by names known to us. @throws {AibomError} PICKLE_TOO_LARGE */
  named(module: string, name: string, place: number): Import {
    return this.#record(this.#idOf(module), this.#idOf(name), place, "");
  }

  /** An import by values of the stack. @throws {AibomError} PICKLE_TOO_LARGE */
  fromPlaces(input: PickleInput, module: Value, name: Value, place: number): Import {
    return this.#record(this.#idAt(input, module), this.#idAt(input, name), place, input.path);
  }

  /** An import by two lines. @throws {AibomError} PICKLE_TOO_LARGE */
  fromSpans(
    input: PickleInput,
    module: readonly [start: number, end: number],
    name: readonly [start: number, end: number],
    place: number,
  ): Import {
    const moduleId = this.#idOf(lineText(input, ...module));
    return this.#record(moduleId, this.#idOf(lineText(input, ...name)), place, input.path);
  }

  #idAt(input: PickleInput, value: Value): number {
    if (typeof value !== "number") {
      return this.#idOf(unknownName);
    }
    const known = this.#idsByPlace.get(value);
    if (known !== undefined) {
      return known;
    }
    const id = this.#idOf(textAt(input, value) ?? unknownName);
    this.#idsByPlace.set(value, id);
    return id;
  }

  #idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) {
      return known;
    }
    const id = this.#texts.length;
    this.#texts.push(text);
    this.#ids.set(text, id);
    return id;
  }

  #record(module: number, name: number, place: number, path: string): Import {
    const key = module * idRange + name;
    let found = this.#imports.get(key);
    if (found === undefined) {
      const limit = limits.maxPickleImports;
      if (this.#imports.size >= limit) {
        const where = { path, offset: place };
        throw AibomError.of("PICKLE_TOO_LARGE", { what: "different imports", limit }, { where });
      }
      found = new Import(this.#texts[module] ?? unknownName, this.#texts[name] ?? unknownName, place);
      this.#imports.set(key, found);
    }
    found.count += 1;
    return found;
  }
}

function lineText(input: PickleInput, start: number, end: number): string {
  return end - start > limits.maxNameBytes ? unknownName : input.utf8At(start, end - start);
}
