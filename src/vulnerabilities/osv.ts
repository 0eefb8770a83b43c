// SPDX-License-Identifier: Apache-2.0
// Records of OSV (schema 1.7) as an export has them. Kept is what is about packages that are asked for; what the export
// covers, and how new it is, comes from all records.

import { isJsonObject, type JsonValue } from "../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../layouts/member.ts";
import { baseScore, graver, severityOfScore, severityOfWord, type VulnerabilitySeverity } from "./cvss.ts";
import { packageKey, splitEcosystem } from "./ecosystems.ts";

/** One event of a range: the versions from here on are affected, or are not. */
export interface OsvEvent {
  readonly kind: "introduced" | "fixed" | "last_affected" | "limit";
  readonly version: string;
}

export interface OsvRange {
  readonly type: string;
  readonly events: readonly OsvEvent[];
}

/** A vulnerability in one package. */
export interface OsvAdvisory {
  readonly id: string;
  /** Other names of the same vulnerability. */
  readonly aliases: readonly string[];
  readonly severity: VulnerabilitySeverity;
  /** Of a distribution. */
  readonly release?: string;
  readonly versions: readonly string[];
  readonly ranges: readonly OsvRange[];
}

/** What an export says about the packages that were asked for. */
export class OsvExport {
  readonly #advisories = new Map<string, OsvAdvisory[]>();
  readonly #wanted: ReadonlySet<string>;
  readonly #ecosystems = new Set<string>();
  #newest: number | undefined;

  /** @param wanted keys of packages (`osvKey`) whose advisories are kept. */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** Takes one record; false if the value is none. */
  add(record: JsonValue): boolean {
    const id = textOf(record, "id");
    const modified = Date.parse(textOf(record, "modified") ?? "");
    if (id === undefined || Number.isNaN(modified)) {
      return false;
    }
    this.#newest = Math.max(this.#newest ?? modified, modified);
    const affected = listOf(record, "affected");
    for (const each of affected) {
      const named = objectOf(each, "package");
      const [written, name] = [textOf(named, "ecosystem"), textOf(named, "name")];
      if (written === undefined || name === undefined) {
        continue;
      }
      const { ecosystem, release } = splitEcosystem(written);
      this.#ecosystems.add(ecosystem);
      const key = osvKey(ecosystem, packageKey(ecosystem, name));
      // A withdrawn record says that there is no such vulnerability.
      if (this.#wanted.has(key) && memberOf(record, "withdrawn") === undefined) {
        const known = this.#advisories.get(key) ?? [];
        known.push(advisoryOf(record, each, id, release));
        this.#advisories.set(key, known);
      }
    }
    return true;
  }

  advisories(key: string): readonly OsvAdvisory[] {
    return this.#advisories.get(key) ?? [];
  }

  /** True if there is a record about any package of the ecosystem: without one its silence says nothing. */
  covers(ecosystem: string): boolean {
    return this.#ecosystems.has(ecosystem);
  }

  /** When a record was last changed: an export is at least as new. */
  get newest(): Date | undefined {
    return this.#newest === undefined ? undefined : new Date(this.#newest);
  }
}

export function osvKey(ecosystem: string, name: string): string {
  return `${ecosystem}\0${name}`;
}

function advisoryOf(
  record: JsonValue,
  affected: JsonValue,
  id: string,
  release: string | undefined,
): OsvAdvisory {
  return {
    id,
    aliases: [...textsIn(record, "aliases"), ...textsIn(record, "upstream")],
    severity: severityOf(record, affected),
    ...(release === undefined ? {} : { release }),
    versions: textsIn(affected, "versions"),
    ranges: listOf(affected, "ranges").map((range) => ({
      type: textOf(range, "type") ?? "",
      events: listOf(range, "events").flatMap(eventsOf),
    })),
  };
}

const eventKinds = ["introduced", "fixed", "last_affected", "limit"] as const;

function eventsOf(event: JsonValue): OsvEvent[] {
  return eventKinds.flatMap((kind) => {
    const version = textOf(event, kind);
    return version === undefined ? [] : [{ kind, version }];
  });
}

function textsIn(value: JsonValue, key: string): readonly string[] {
  return listOf(value, key).filter((each) => typeof each === "string");
}

/** The gravest of what the record and its entry for the package state. */
function severityOf(record: JsonValue, affected: JsonValue): VulnerabilitySeverity {
  const scored = [...listOf(record, "severity"), ...listOf(affected, "severity")]
    .filter(isJsonObject)
    .map((each) => {
      const score = textOf(each, "score") ?? "";
      const value = baseScore(score);
      return value === undefined ? severityOfWord(score) : severityOfScore(value);
    });
  const worded = [record, affected]
    .flatMap((each) => [objectOf(each, "database_specific"), objectOf(each, "ecosystem_specific")])
    .map((each) => severityOfWord(textOf(each, "severity") ?? ""));
  return [...scored, ...worded].reduce<VulnerabilitySeverity>(graver, "unknown");
}
