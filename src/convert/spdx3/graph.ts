// SPDX-License-Identifier: Apache-2.0
// An SPDX 3.0.1 graph in the making. Ids come from the document and what they name, so that the same BOM gives the same bytes.

import { contentKey } from "../../bom/refs.ts";
import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import type { Taken } from "../taken.ts";

/** The blank node of the document's own creation. */
export const documentCreation = "_:creationinfo";

/** Elements in the order they were made, and the account of what was read for them. */
export class SpdxGraph {
  readonly taken: Taken;
  readonly #namespace: string;
  readonly #elements = new Map<string, JsonObject>();
  readonly #creations = new Map<string, JsonObject>();

  /** @param namespace an absolute IRI without fragment */
  constructor(namespace: string, taken: Taken) {
    this.#namespace = namespace;
    this.taken = taken;
  }

  /** The id of what `kind` and `name` stand for. */
  id(kind: string, name: string): string {
    return `${this.#namespace}#${kind}-${encodeURIComponent(name.toWellFormed())}`;
  }

  /** Adds an element; of two with one id, the first stays. */
  add(type: string, spdxId: string, members: JsonObject, creationInfo: string = documentCreation): string {
    if (!this.#elements.has(spdxId)) {
      this.#elements.set(spdxId, { type, spdxId, creationInfo, ...members });
    }
    return spdxId;
  }

  /** Adds one relationship; its id follows from what it says. */
  relate(from: string, relationshipType: string, to: readonly string[], members: JsonObject = {}): void {
    if (to.length > 0) {
      const id = this.id("relationship", contentKey(from, relationshipType, ...to));
      this.add("Relationship", id, { ...members, from, relationshipType, to });
    }
  }

  /** Says when, by whom and with what the document was made. Called before `creation`. */
  created(created: string, createdBy: readonly string[], createdUsing: readonly string[]): void {
    const members = present({ specVersion: "3.0.1", created, createdBy, createdUsing });
    this.#creations.set(documentCreation, { type: "CreationInfo", "@id": documentCreation, ...members });
  }

  /** The creation of something that was made at another time, or by another. */
  creation(created: string, by: string | undefined): string {
    const document = this.#creations.get(documentCreation);
    const createdBy = by === undefined ? (document?.["createdBy"] ?? []) : [by];
    const key = JSON.stringify([created, createdBy]);
    const known = this.#creations.get(key)?.["@id"];
    if (typeof known === "string") {
      return known;
    }
    const id = `${documentCreation}-${this.#creations.size + 1}`;
    this.#creations.set(key, { type: "CreationInfo", "@id": id, specVersion: "3.0.1", created, createdBy });
    return id;
  }

  /** Everything, creations first. */
  all(): readonly JsonObject[] {
    return [...this.#creations.values(), ...this.#elements.values()];
  }

  elements(): readonly JsonObject[] {
    return [...this.#elements.values()];
  }
}

/** A dictionary's entry. */
export function entry(key: string, value: string | undefined): JsonObject {
  return { type: "DictionaryEntry", key, ...(value === undefined ? {} : { value }) };
}

/** Members that have a value, and whose list is not empty. */
export function present(members: { readonly [key: string]: JsonValue | undefined }): JsonObject {
  const kept = Object.entries(members).filter(
    (each): each is [string, JsonValue] =>
      each[1] !== undefined && !(Array.isArray(each[1]) && each[1].length === 0),
  );
  return Object.fromEntries(kept);
}

/** The time that a member holds, as SPDX has it. One that cannot be read stays lost; that a fraction is cut off is said. */
export function takeTime(
  taken: Taken,
  holder: JsonObject | undefined,
  key: string,
  place: string,
): string | undefined {
  const text = holder?.[key];
  const time = typeof text === "string" ? spdxTime(text) : undefined;
  if (holder === undefined || typeof text !== "string" || time === undefined) {
    return undefined;
  }
  taken.take(holder, key);
  if (/\.\d*[1-9]/.test(text)) {
    taken.move(`${place}/${key}`, "whole seconds");
  }
  return time;
}

/** A time in UTC without fractions; undefined if it is none. */
export function spdxTime(text: string | undefined): string | undefined {
  const time = new Date(text ?? Number.NaN);
  const [year] = [time.getUTCFullYear()];
  return Number.isNaN(time.getTime()) || year < 0 || year > 9999
    ? undefined
    : `${time.toISOString().slice(0, 19)}Z`;
}
