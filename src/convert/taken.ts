// SPDX-License-Identifier: Apache-2.0
// An account of what a converter has read. Whatever was not taken when it is done is a loss: no list of lost fields can
// fall behind the converter, and none is forgotten.

import { compareText } from "../bom/order.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import type { Loss } from "../model/conversion.ts";
import { MoveLog } from "./move-log.ts";

/** Reads members and remembers which. What has another type than asked for counts as absent, and so as lost. */
export class Taken extends MoveLog {
  /** Members that were taken with everything below them. */
  readonly #whole = new WeakMap<object, Set<string>>();
  /** Lists and objects that were entered: empty ones are no loss. */
  readonly #entered = new WeakSet<object>();

  /** A text. Empty texts count: they are there. */
  text(json: JsonObject | undefined, key: string): string | undefined {
    const value = member(json, key);
    if (json === undefined || typeof value !== "string") {
      return undefined;
    }
    this.take(json, key);
    return value;
  }

  /** A text out of `known`; others stay lost. */
  oneOf<T>(json: JsonObject | undefined, key: string, known: ReadonlyMap<string, T>): T | undefined {
    const value = member(json, key);
    const found = typeof value === "string" ? known.get(value) : undefined;
    if (json !== undefined && found !== undefined) {
      this.take(json, key);
    }
    return found;
  }

  /** A member with all that is below it. */
  whole(json: JsonObject | undefined, key: string): JsonValue | undefined {
    const value = member(json, key);
    if (json !== undefined && value !== undefined) {
      this.take(json, key);
    }
    return value;
  }

  /** The texts of a list. */
  texts(json: JsonObject | undefined, key: string): readonly string[] {
    const value = member(json, key);
    if (json === undefined || !isJsonArray(value) || !value.every((each) => typeof each === "string")) {
      return [];
    }
    this.take(json, key);
    return value;
  }

  /** The texts of a list that `isWanted`; the others stay lost. */
  someTexts(
    json: JsonObject | undefined,
    key: string,
    isWanted: (text: string) => boolean,
  ): readonly string[] {
    const value = member(json, key);
    if (!isJsonArray(value)) {
      return [];
    }
    this.#entered.add(value);
    return value.flatMap((each, index) => {
      if (typeof each !== "string" || !isWanted(each)) {
        return [];
      }
      this.#takeKey(value, String(index));
      return [each];
    });
  }

  /** An object, whose members are taken one by one. */
  object(json: JsonObject | undefined, key: string): JsonObject | undefined {
    const value = member(json, key);
    if (!isJsonObject(value)) {
      return undefined;
    }
    this.#entered.add(value);
    return value;
  }

  /** The objects of a list, whose members are taken one by one. */
  objects(json: JsonObject | undefined, key: string): readonly JsonObject[] {
    const value = member(json, key);
    if (!isJsonArray(value)) {
      return [];
    }
    this.#entered.add(value);
    const objects = value.filter(isJsonObject);
    for (const each of objects) {
      this.#entered.add(each);
    }
    return objects;
  }

  /** True if the member was taken, or entered. */
  has(json: JsonObject, key: string): boolean {
    const value = json[key];
    const isEntered = typeof value === "object" && value !== null && this.#entered.has(value);
    return isEntered || this.#whole.get(json)?.has(key) === true;
  }

  /** Marks a member as taken. */
  take(json: JsonObject, key: string): void {
    this.#takeKey(json, key);
  }

  #takeKey(json: object, key: string): void {
    const keys = this.#whole.get(json);
    if (keys === undefined) {
      this.#whole.set(json, new Set([key]));
    } else {
      keys.add(key);
    }
  }

  /** What was not taken of `document`, at the outermost places of which nothing was taken. */
  losses(document: JsonObject): readonly Loss[] {
    const counts = new Map<string, number>();
    this.#collect(document, "", counts);
    return sortedLosses(counts);
  }

  /** How many values below were taken; those that were not are counted, unless all of `value` is lost. */
  #collect(value: JsonValue, pointer: string, counts: Map<string, number>): { taken: number; lost: number } {
    if (typeof value !== "object" || value === null) {
      return { taken: 0, lost: 1 };
    }
    const inner = new Map<string, number>();
    let [taken, lost] = [0, 0];
    const whole = this.#whole.get(value);
    const isList = isJsonArray(value);
    for (const [key, each] of Object.entries(value)) {
      if (whole?.has(key) === true) {
        taken++;
        continue;
      }
      const place = `${pointer}/${isList ? "*" : key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const below = new Map<string, number>();
      const found = this.#collect(each, place, below);
      taken += found.taken;
      lost += found.lost;
      for (const [at, count] of found.taken === 0 && found.lost > 0
        ? [[place, found.lost] as const]
        : below) {
        inner.set(at, count + (inner.get(at) ?? 0));
      }
    }
    if (this.#entered.has(value)) {
      taken++;
    } else if (taken === 0 && lost === 0) {
      lost = 1;
    }
    for (const [at, count] of inner) {
      counts.set(at, count + (counts.get(at) ?? 0));
    }
    return { taken, lost };
  }
}

/** Losses by place, sorted. */
export function sortedLosses(counts: ReadonlyMap<string, number>): readonly Loss[] {
  return [...counts]
    .map(([pointer, count]) => ({ pointer, count }))
    .sort((a, b) => compareText(a.pointer, b.pointer));
}

/** Texts, numbers, truth values and empty containers in `value`. */
export function countValues(value: JsonValue | undefined): number {
  if (typeof value !== "object" || value === null) {
    return value === undefined ? 0 : 1;
  }
  const counts = Object.values(value).map(countValues);
  return counts.length === 0 ? 1 : counts.reduce((sum, count) => sum + count, 0);
}

function member(json: JsonObject | undefined, key: string): JsonValue | undefined {
  return json !== undefined && Object.hasOwn(json, key) ? json[key] : undefined;
}
