// SPDX-License-Identifier: Apache-2.0
// What a JSF signature covers: the canonical form (RFC 8785) of the object that holds it, the signature object
// included, without the values that are not signed (JSF 0.82, sections 6, 8 and 9).

import { canonicalizeJson } from "../../bytes/jcs.ts";
import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import { type JsfSignatureObject, listMembers } from "./signature-object.ts";

/**
 * Writes the signed bytes of an object for each of its signatures. What stands around the signature object is
 * canonicalised once, when it is first needed: several signatures cost little more than one, and those whose
 * key is unknown cost nothing.
 */
export class SignedObject {
  readonly #object: JsonObject;
  readonly #property: string;
  #around: { readonly before: Uint8Array; readonly after: Uint8Array } | undefined;

  /** @param property name of the member that holds, or will hold, the signature object. */
  constructor(object: JsonObject, property: string) {
    this.#object = object;
    this.#property = property;
  }

  /** @throws {AibomError} JSON_NOT_CANONICAL, JSON_TOO_DEEP */
  bytes(signatureObject: JsonObject): Uint8Array {
    this.#around ??= this.#canonicalizeAround();
    const { before, after } = this.#around;
    const name = canonicalizeJson(this.#property, 0);
    const value = canonicalizeJson(signatureObject, limits.maxBomDepth);
    return Buffer.concat([before, name, Buffer.from(":"), value, after]);
  }

  /** The canonical text up to the signature's name, and behind its value. */
  #canonicalizeAround(): { readonly before: Uint8Array; readonly after: Uint8Array } {
    // Comparison and canonical order are both by UTF-16 code units.
    const before = this.#canonicalMembers((key) => key < this.#property);
    const after = this.#canonicalMembers((key) => key > this.#property);
    const comma = (members: Uint8Array): Uint8Array => Buffer.from(members.length === 0 ? "" : ",");
    return {
      before: Buffer.concat([Buffer.from("{"), before, comma(before)]),
      after: Buffer.concat([comma(after), after, Buffer.from("}")]),
    };
  }

  #canonicalMembers(isWanted: (key: string) => boolean): Uint8Array {
    const members = Object.entries(this.#object).filter(([key]) => isWanted(key));
    return canonicalizeJson(Object.fromEntries(members), limits.maxBomDepth).subarray(1, -1);
  }
}

/** The signature object as the signature at `index` covers it. */
export function signedSignatureObject(signature: JsfSignatureObject, index: number): JsonObject {
  const { mode, options, entries } = signature;
  const own = withoutValue(entries[index] ?? {});
  if (mode === "single") {
    return own;
  }
  // In a list each signature stands alone; in a chain it covers those before it, with their values.
  const covered: readonly JsonValue[] = mode === "chain" ? [...entries.slice(0, index), own] : [own];
  return { ...options, [listMembers[mode]]: covered };
}

function withoutValue(entry: JsonObject): JsonObject {
  const { value: _, ...rest } = entry;
  return rest;
}
