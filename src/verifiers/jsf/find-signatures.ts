// SPDX-License-Identifier: Apache-2.0
// Where a document is signed. CycloneDX allows a signature in the BOM itself and in components, services,
// compositions, annotations, citations and declarations; each covers the object that it stands in.

import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from "../../bytes/json.ts";
import { type Finding, finding } from "../../model/finding.ts";

/** An object with a signature in it. */
export interface JsfSite {
  /** JSON pointer of the object, which is what the signature covers. Empty: the whole document. */
  readonly covers: string;
  /** The object, signature included. */
  readonly object: JsonObject;
}

interface Place {
  readonly value: JsonValue;
  readonly key: string | number;
  readonly parent: Place | undefined;
}

/**
 * All objects with a member `signature` that is an object, outer before inner, in document order. What is in
 * such a signature is not looked at here. Not recursive: the document comes from outside.
 */
export function findSignatures(document: JsonObject): readonly JsfSite[] {
  const sites: JsfSite[] = [];
  const pending: Place[] = [{ value: document, key: "", parent: undefined }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { value } = place;
    if (isJsonArray(value)) {
      pushElements(value, place, pending);
    } else if (isJsonObject(value)) {
      const isSigned = Object.hasOwn(value, "signature") && isJsonObject(value["signature"]);
      if (isSigned) {
        sites.push({ covers: pointerOf(place), object: value });
      }
      pushMembers(value, place, pending, isSigned);
    }
  }
  return sites;
}

/** The last comes first onto the stack, so that the first is read next. */
function pushElements(array: JsonArray, parent: Place, pending: Place[]): void {
  for (let key = array.length - 1; key >= 0; key--) {
    const value = array[key];
    if (typeof value === "object" && value !== null) {
      pending.push({ value, key, parent });
    }
  }
}

function pushMembers(object: JsonObject, parent: Place, pending: Place[], isSigned: boolean): void {
  const start = pending.length;
  for (const key in object) {
    const value = object[key];
    if (typeof value === "object" && value !== null && !(isSigned && key === "signature")) {
      pending.push({ value, key, parent });
    }
  }
  reverseFrom(pending, start);
}

function reverseFrom(pending: Place[], start: number): void {
  for (let low = start, high = pending.length - 1; low < high; low++, high--) {
    [pending[low], pending[high]] = [pending[high] as Place, pending[low] as Place];
  }
}

function pointerOf(place: Place): string {
  const steps: string[] = [];
  for (let step = place; step.parent !== undefined; step = step.parent) {
    steps.push(`/${String(step.key).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
  return steps.reverse().join("");
}

/** Says that signatures of parts are there and do not count for the BOM: one finding, or none. */
export function partialSignatures(sites: readonly JsfSite[], path: string): readonly Finding[] {
  const parts = sites.filter((site) => site.covers !== "");
  const pointer = parts[0]?.covers;
  return pointer === undefined
    ? []
    : [finding("JSF_COVERS_PART", { path, member: pointer }, { count: parts.length, pointer })];
}
