// SPDX-License-Identifier: Apache-2.0
// Edits of a CycloneDX document in another version: a copy that may be changed, an account of what moved and what was dropped.

import { compareText } from "../../bom/order.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../bytes/json.ts";
import type { Loss } from "../../model/conversion.ts";
import { MoveLog } from "../move-log.ts";
import { countValues, sortedLosses } from "../taken.ts";

/** A JSON object that is edited in place. Keys are those of the schema: an attacker's key is never assigned. */
export type Editable = { [key: string]: JsonValue };

/** The copy, and what was done to it. */
export class Editing extends MoveLog {
  readonly document: Editable;
  readonly #losses = new Map<string, number>();

  constructor(document: { readonly [key: string]: JsonValue }) {
    super();
    this.document = structuredClone(document) as Editable;
  }

  /** Removes a member. */
  drop(from: Editable, key: string, pointer: string): void {
    this.lose(pointer, countValues(from[key]));
    delete from[key];
  }

  lose(pointer: string, count: number): void {
    this.#losses.set(pointer, count + (this.#losses.get(pointer) ?? 0));
  }

  losses(): readonly Loss[] {
    return sortedLosses(this.#losses);
  }
}

/** What an object of a document is, by the member that holds it. */
export type Visit = (object: Editable, holder: string, pointer: string) => void;

/** Calls `visit` with every object, outer before inner, with the name of the member that holds it and its place. */
export function visitObjects(value: JsonValue, visit: Visit, holder = "", pointer = ""): void {
  if (isJsonArray(value)) {
    for (const each of value) {
      visitObjects(each, visit, holder, `${pointer}/*`);
    }
  } else if (isJsonObject(value)) {
    visit(value as Editable, holder, pointer);
    for (const [key, each] of Object.entries(value)) {
      if (typeof each === "object" && each !== null) {
        visitObjects(each, visit, key, `${pointer}/${key}`);
      }
    }
  }
}

/** Members that hold components. */
const componentHolders: ReadonlySet<string> = new Set([
  "component",
  "components",
  "ancestors",
  "descendants",
  "variants",
]);

export function isComponent(object: Editable, holder: string): boolean {
  return componentHolders.has(holder) && typeof object["type"] === "string";
}

/** Adds a property; in a list that is in order it stands where it belongs. */
export function addProperty(to: Editable, name: string, value: string): void {
  const list = isJsonArray(to["properties"]) ? [...to["properties"]] : [];
  const texts = list.map(propertyText);
  const isSorted = texts.every(
    (text, index) => index === 0 || compareText(texts[index - 1] ?? "", text) <= 0,
  );
  const own = propertyText({ name, value });
  const found = isSorted ? texts.findIndex((text) => compareText(text, own) > 0) : -1;
  list.splice(found < 0 ? list.length : found, 0, { name, value });
  to["properties"] = list;
}

function propertyText(property: JsonValue): string {
  return isJsonObject(property) ? `${property["name"]}\0${property["value"]}` : "";
}

/** Takes out the only property of that name, if its value is one of `values`; a list that is left empty goes too. */
export function takeProperty(from: Editable, name: string): string | undefined {
  const list = from["properties"];
  if (!isJsonArray(list)) {
    return undefined;
  }
  const found = list.filter((each) => isJsonObject(each) && each["name"] === name);
  const [only] = found;
  if (found.length !== 1 || !isJsonObject(only) || typeof only["value"] !== "string") {
    return undefined;
  }
  const rest = list.filter((each) => each !== only);
  if (rest.length === 0) {
    delete from["properties"];
  } else {
    from["properties"] = rest;
  }
  return only["value"];
}
