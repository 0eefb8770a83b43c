// SPDX-License-Identifier: Apache-2.0
// Drops what the schema of a version refuses: an unknown member, or a value that it does not know. What is refused at one place of
// a list is dropped at every such place at once, so that large documents take few passes.

import { isJsonArray, isJsonObject, type JsonValue } from "../../bytes/json.ts";
import type { SchemaError, Validator } from "../../schemas/validators.ts";
import type { Editable, Editing } from "./editing.ts";

/** Each pass drops at least one kind of place; a version adds fewer than this many. */
const maxPasses = 64;

/** Drops until the document fits the schema. False if something else is wrong with it. */
export function pruneUntilValid(editing: Editing, validate: Validator): boolean {
  for (let pass = 0; pass < maxPasses; pass++) {
    if (validate(editing.document)) {
      return true;
    }
    const errors = validate.errors ?? [];
    const unknown = errors.filter(({ keyword }) => keyword === "additionalProperties");
    const places = (unknown.length > 0 ? unknown : errors.filter(isLeaf)).map(refusedPlace);
    const dropped = [...new Set(places)].filter((place) => dropAt(editing, place)).length;
    if (dropped === 0) {
      return false;
    }
  }
  return false;
}

function isLeaf({ keyword }: SchemaError): boolean {
  return keyword === "enum" || keyword === "type" || keyword === "pattern" || keyword === "format";
}

/** A member that is unknown is so at every such place; a value is refused where it stands. */
function refusedPlace({ instancePath, params, keyword }: SchemaError): string {
  return keyword === "additionalProperties"
    ? `${anyPosition(instancePath)}/${escapeKey(String(params["additionalProperty"]))}`
    : instancePath;
}

/** A pointer with `*` for positions. */
function anyPosition(pointer: string): string {
  return pointer.replaceAll(/\/\d+(?=\/|$)/g, "/*");
}

function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function dropAt(editing: Editing, place: string): boolean {
  const steps = place
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return dropBelow(editing, editing.document, steps, anyPosition(place));
}

function dropBelow(editing: Editing, value: JsonValue, steps: readonly string[], pointer: string): boolean {
  const [step = "", ...rest] = steps;
  if (isJsonArray(value)) {
    const chosen = step === "*" ? value : value.slice(Number(step), Number(step) + 1);
    return chosen.map((each) => dropBelow(editing, each, rest, pointer)).some(Boolean);
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, step)) {
    return false;
  }
  const holder = value as Editable;
  const inner = holder[step];
  // An entry of a list of values cannot be taken out by itself: the positions of the others would change.
  if (rest.length === 0 || (rest.length === 1 && isJsonArray(inner))) {
    editing.drop(holder, step, rest.length === 0 ? pointer : pointer.slice(0, pointer.lastIndexOf("/")));
    return true;
  }
  return inner !== undefined && dropBelow(editing, inner, rest, pointer);
}
