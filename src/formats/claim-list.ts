// SPDX-License-Identifier: Apache-2.0
// Claims of one reader run. Every text passes here once: secrets and home directories are taken out, long
// texts and long lists are cut, and each of these is reported.

import { redact } from "../bytes/redact.ts";
import { limits } from "../limits.ts";
import { claim, computed, type Fact, type FactName, type FactSource, type JsonValue } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import type { FindingList } from "./finding-list.ts";

const maxPointerCharacters = 300;

/** Collects facts whose texts come from untrusted files. */
export class ClaimList {
  readonly facts: Fact[] = [];
  readonly #counts = new Map<string, number>();
  readonly #findings: FindingList;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  /** Adds what the file says about itself. */
  claim(name: FactName, value: JsonValue, source: FactSource): void {
    if (this.#hasRoom(name, source)) {
      this.facts.push(claim(name, this.#clean(value, source), bounded(source)));
    }
  }

  /** Adds what aibom computed from the bytes. */
  computed(name: FactName, value: JsonValue, source: FactSource): void {
    if (this.#hasRoom(name, source)) {
      this.facts.push(computed(name, this.#clean(value, source), bounded(source)));
    }
  }

  #hasRoom(name: FactName, source: FactSource): boolean {
    const key = `${source.path}\0${name}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count === limits.maxClaimsPerName + 1) {
      this.#cut(name, "more entries", `${limits.maxClaimsPerName} entries`, source);
    }
    return count <= limits.maxClaimsPerName;
  }

  #clean(value: JsonValue, source: FactSource): JsonValue {
    if (typeof value === "string") {
      return this.#cleanText(value, source);
    }
    if (Array.isArray(value)) {
      if (value.length > limits.maxClaimsPerName) {
        this.#cut(source.pointer ?? "list", value.length, limits.maxClaimsPerName, source);
      }
      return value.slice(0, limits.maxClaimsPerName).map((each: JsonValue) => this.#clean(each, source));
    }
    return typeof value === "object" && value !== null ? this.#cleanObject(value, source) : value;
  }

  #cleanObject(value: object, source: FactSource): JsonValue {
    const entries: readonly [string, JsonValue][] = Object.entries(value);
    if (entries.length > limits.maxClaimsPerName) {
      this.#cut(source.pointer ?? "object", entries.length, limits.maxClaimsPerName, source);
    }
    // fromEntries defines own properties, so a key `__proto__` stays a key.
    return Object.fromEntries(
      entries
        .slice(0, limits.maxClaimsPerName)
        .map(([key, each]) => [this.#cleanText(key, source), this.#clean(each, source)]),
    );
  }

  #cleanText(text: string, source: FactSource): string {
    // Cut with a margin first: redaction must not depend on text that is never shown.
    const margin = text.slice(0, limits.maxMetadataCharacters * 2);
    const redacted = redact(margin);
    const field = bounded(source).pointer ?? "text";
    for (const what of redacted.secrets) {
      this.#findings.add(finding("METADATA_SECRET", place(source), { field, what }));
    }
    for (const what of redacted.personal) {
      this.#findings.add(finding("METADATA_REDACTED", place(source), { field, what }));
    }
    if (text.length <= limits.maxMetadataCharacters) {
      return redacted.text.toWellFormed();
    }
    this.#cut(field, `${text.length} characters`, limits.maxMetadataCharacters, source);
    // A cut through a surrogate pair would leave half a character.
    return redacted.text.slice(0, limits.maxMetadataCharacters).toWellFormed();
  }

  #cut(field: string, got: string | number, limit: string | number, source: FactSource): void {
    this.#findings.add(finding("METADATA_CUT", place(source), { field, got, limit }));
  }
}

/** A place whose pointer, made of the file's own keys, has a bounded length and no secret in it. */
function bounded(source: FactSource): FactSource {
  return source.pointer === undefined
    ? source
    : { ...source, pointer: redact(source.pointer.slice(0, maxPointerCharacters)).text.toWellFormed() };
}

function place(source: FactSource): { readonly path: string; readonly member?: string } {
  return source.pointer === undefined
    ? { path: source.path }
    : { path: source.path, member: bounded(source).pointer ?? "" };
}
