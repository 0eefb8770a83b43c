// SPDX-License-Identifier: Apache-2.0
// JSON-LD as far as Croissant uses it: compact keys, and prefixes that the document's own @context may rename. The
// context is never fetched, and a key that cannot be brought to a known name keeps its own.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { JsonValue } from "../../model/fact.ts";

/** Namespaces in which a term is known by its bare name, then those in which it keeps a prefix. */
const namespaces: readonly (readonly [iri: string, prefix: string])[] = [
  ["http://mlcommons.org/croissant/RAI/", "rai:"],
  ["http://mlcommons.org/croissant/", ""],
  ["https://schema.org/", ""],
  ["http://schema.org/", ""],
  ["http://purl.org/dc/terms/", ""],
  ["http://www.w3.org/ns/prov#", "prov:"],
];

const usualPrefixes: readonly (readonly [string, string])[] = [
  ["sc", "https://schema.org/"],
  ["schema", "https://schema.org/"],
  ["schema.org", "https://schema.org/"],
  ["cr", "http://mlcommons.org/croissant/"],
  ["ml", "http://mlcommons.org/schema/"],
  ["rai", "http://mlcommons.org/croissant/RAI/"],
  ["dct", "http://purl.org/dc/terms/"],
  ["prov", "http://www.w3.org/ns/prov#"],
];

/** One node with its members by known names. */
export interface LinkedNode {
  readonly id: string | undefined;
  /** Types by known names: `Dataset`, `FileObject`. */
  readonly types: readonly string[];
  /** The member, whatever the document calls it. */
  get(name: string): JsonValue | undefined;
  readonly entries: Iterable<readonly [name: string, value: JsonValue]>;
  /** Names that two members have: `name` beside `sc:name`. The first counts. */
  readonly repeated: readonly string[];
}

/** Reads the nodes of one document. */
export class LinkedData {
  readonly #terms: ReadonlyMap<string, string>;

  constructor(root: JsonObject) {
    this.#terms = new Map([
      ...usualPrefixes,
      ...contextTerms(Object.hasOwn(root, "@context") ? root["@context"] : null),
    ]);
  }

  node(object: JsonObject): LinkedNode {
    const members = new Map<string, JsonValue>();
    const repeated: string[] = [];
    for (const [key, value] of Object.entries(object)) {
      const name = this.name(key);
      if (members.has(name)) {
        repeated.push(name);
      } else {
        members.set(name, value);
      }
    }
    const id = members.get("@id");
    return {
      id: typeof id === "string" ? id : undefined,
      types: textsOf(members.get("@type")).map((type) => this.name(type)),
      get: (name) => members.get(name),
      entries: members,
      repeated,
    };
  }

  /** The node or nodes that a member holds. */
  nodes(value: JsonValue | undefined): readonly LinkedNode[] {
    return listOf(value).flatMap((each) => (isJsonObject(each) ? [this.node(each)] : []));
  }

  /** The known name of a key or a type. */
  name(key: string): string {
    if (key.startsWith("@")) {
      return key;
    }
    const iri = this.#expand(key);
    for (const [namespace, prefix] of namespaces) {
      if (iri.startsWith(namespace) && iri.length > namespace.length) {
        return prefix + iri.slice(namespace.length);
      }
    }
    return key;
  }

  /** A term of the context, a prefixed name, or an IRI; one step of renaming each, so no loop. */
  #expand(key: string): string {
    const term = this.#terms.get(key) ?? key;
    const slash = /^([A-Za-z][\w.-]*)[:/](?!\/)(.*)$/s.exec(term);
    const [, prefix = "", rest = ""] = slash ?? [];
    const namespace = this.#terms.get(prefix);
    return namespace === undefined ? term : namespace + rest;
  }
}

/** Texts of the context: prefixes and renamed terms. A list of contexts is one after the other. */
function contextTerms(context: JsonValue | undefined): readonly (readonly [string, string])[] {
  return listOf(context).flatMap((each) =>
    isJsonObject(each)
      ? Object.entries(each).flatMap(([term, value]) => {
          const iri = isJsonObject(value) && Object.hasOwn(value, "@id") ? value["@id"] : value;
          return typeof iri === "string" && !term.startsWith("@") ? [[term, iri] as const] : [];
        })
      : [],
  );
}

/** A value or a list of values; nothing for null. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined || value === null ? [] : isJsonArray(value) ? value : [value];
}

/** The texts of a value or a list; `{"@value": text}` counts as its text. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value).flatMap((each) => {
    const text = isJsonObject(each) && Object.hasOwn(each, "@value") ? each["@value"] : each;
    return typeof text === "string" && text.trim() !== "" ? [text] : [];
  });
}
