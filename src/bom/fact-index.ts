// SPDX-License-Identifier: Apache-2.0
// The facts of one artifact, brought together by name: equal values from many shards are one value with
// many sources; texts are cleaned here, once; numbers that each shard states about itself are added up.

import type { ArtifactFile } from "../model/artifact.ts";
import type { Fact, FactName, JsonValue } from "../model/fact.ts";
import { cleanText } from "./clean-text.ts";
import { canonicalJson, compareText, isList, memberOf } from "./order.ts";
import type { Origin } from "./provenance.ts";

/** Values of one name that enter a BOM. Real cards have below 300 tags; the rest is counted, not listed. */
const maxValues = 1000;
/** Sources named per value; a thousand shards may repeat one header. */
const maxOrigins = 16;

/** A value with its grade and where it was read. */
export interface Value {
  readonly grade: Fact["grade"];
  /** Cleaned text; an object or list as JSON with sorted keys. */
  readonly text: string;
  /** Cleaned text of a member, if the value is an object that has it. */
  member(name: string): string | undefined;
  /** Cleaned members, if the value is an object. */
  entries(): readonly (readonly [string, string])[];
  readonly origins: readonly Origin[];
}

export interface FactIndex {
  /** Distinct values in a fixed order. */
  all(name: FactName): readonly Value[];
  /** The value, if every source that states one agrees. */
  agreed(name: FactName): Value | undefined;
  /** Names whose sources disagree, although one value is expected. */
  readonly disagreements: readonly FactName[];
  /** How many values were left out, by name. */
  readonly omitted: ReadonlyMap<FactName, number>;
}

/** Names of which an artifact has one value. */
const singular = [
  "name",
  "version",
  "description",
  "organization",
  "task",
  "architecture.family",
  "architecture.class",
  "parameters.count",
  "tensors.count",
  "context_length",
  "vocabulary.size",
  "quantization",
  "classification",
] as const satisfies readonly FactName[];

/** Names whose values add up over the shards of one file set. */
const additive: ReadonlySet<FactName> = new Set<FactName>([
  "parameters.count",
  "tensors.count",
  "dtypes",
  "quantizations",
  "operators",
  "layer_types",
  "rows.count",
]);

const none: readonly Value[] = [];

/** Groups, cleans and sorts facts. */
export function indexFacts(artifact: string, facts: readonly Fact[]): FactIndex {
  const byName = new Map<FactName, Fact[]>();
  for (const fact of [...facts.filter((each) => !isAdditive(each)), ...totals(facts)]) {
    const list = byName.get(fact.name) ?? [];
    byName.set(fact.name, list);
    list.push(fact);
  }
  const values = new Map<FactName, readonly Value[]>();
  const omitted = new Map<FactName, number>();
  for (const [name, list] of byName) {
    const distinct = distinctValues(artifact, list);
    values.set(name, distinct.slice(0, maxValues));
    if (distinct.length > maxValues) {
      omitted.set(name, distinct.length - maxValues);
    }
  }
  const all = (name: FactName): readonly Value[] => values.get(name) ?? none;
  return {
    all,
    agreed: (name) => agreedValue(all(name)),
    disagreements: singular.filter((name) => all(name).length > 0 && agreedValue(all(name)) === undefined),
    omitted,
  };
}

/** A computed value wins over claims; among equals all must say the same. */
function agreedValue(values: readonly Value[]): Value | undefined {
  if (values.length < 2) {
    return values[0];
  }
  const computedValues = values.filter((value) => value.grade === "computed");
  const [first, ...others] = computedValues.length > 0 ? computedValues : values;
  return others.length === 0 ? first : undefined;
}

/** Facts that describe one file only and stay with that file's component. */
export function fileFacts(facts: readonly Fact[]): ReadonlyMap<string, readonly Fact[]> {
  const byPath = new Map<string, Fact[]>();
  for (const fact of facts.filter(isAdditive)) {
    const list = byPath.get(fact.source.path) ?? [];
    byPath.set(fact.source.path, list);
    list.push(fact);
  }
  return byPath;
}

function isAdditive(fact: Fact): boolean {
  return fact.grade === "computed" && additive.has(fact.name);
}

/**
 * The files that are one copy of the whole: the shards of a model, by their path without its number; of a dataset all
 * files of one format, since splits and shards have any names.
 */
function groupOf({ name, source: { path } }: Fact): string {
  return name === "rows.count"
    ? path.slice(path.lastIndexOf(".") + 1).toLowerCase()
    : path.replace(/\d{5}-of-(\d{5})/, "*-of-$1");
}

/**
 * The artifact's value of each additive name. Only if all groups of shards say the same: the parameters of
 * a safetensors and of a GGUF copy of one model must not be added to each other.
 */
function totals(facts: readonly Fact[]): Fact[] {
  const own = facts.filter(isAdditive);
  const names = own.length === 0 ? [] : [...additive];
  return names.flatMap((name) => {
    const groups = new Map<string, Fact[]>();
    for (const fact of own.filter((each) => each.name === name)) {
      const group = groupOf(fact);
      const shards = groups.get(group) ?? [];
      groups.set(group, shards);
      shards.push(fact);
    }
    const sums = [...groups.values()].map((group) => ({
      group,
      sum: sumOf(group.map((fact) => fact.value)),
    }));
    const texts = new Set(sums.map(({ sum }) => canonicalJson(sum)));
    const value = sums[0]?.sum;
    return value === undefined || value === null || texts.size !== 1
      ? []
      : sums.flatMap(({ group }) => group.map((fact): Fact => ({ ...fact, value })));
  });
}

/** Adds decimal numbers, or the members of objects of them; null if something is neither. */
function sumOf(values: readonly JsonValue[]): JsonValue {
  if (values.every((value) => typeof value === "string" || typeof value === "number")) {
    const numbers = values.map(String);
    return numbers.every((text) => /^\d{1,30}$/.test(text))
      ? String(numbers.reduce((sum, text) => sum + BigInt(text), 0n))
      : null;
  }
  const keys = new Set(
    values.flatMap((value) => (value !== null && typeof value === "object" ? Object.keys(value) : [])),
  );
  const sums = [...keys].map(
    (key) => [key, sumOf(values.flatMap((value) => memberOf(value, key) ?? []))] as const,
  );
  return sums.length === 0 || sums.some(([, sum]) => typeof sum !== "string")
    ? null
    : Object.fromEntries(sums);
}

function distinctValues(artifact: string, facts: readonly Fact[]): Value[] {
  const byText = new Map<string, { value: Value; origins: Origin[] }>();
  for (const fact of facts) {
    const text = factText(fact.value);
    if (text === "") {
      continue;
    }
    const key = `${fact.grade}\0${text}`;
    let entry = byText.get(key);
    if (entry === undefined) {
      const origins: Origin[] = [];
      const member = (name: string): string | undefined => {
        const found = memberOf(fact.value, name);
        return found === undefined || found === null ? undefined : factText(found);
      };
      const entries = (): [string, string][] => factEntries(fact.value);
      entry = { value: { grade: fact.grade, text, member, entries, origins }, origins };
      byText.set(key, entry);
    }
    entry.origins.push(originOf(artifact, fact));
  }
  for (const { origins } of byText.values()) {
    origins.sort((a, b) => compareText(originKey(a), originKey(b)));
    origins.length = Math.min(origins.length, maxOrigins);
  }
  return [...byText.entries()].sort(([a], [b]) => compareText(a, b)).map(([, { value }]) => value);
}

/** A fact's value as cleaned text. */
export function factText(value: JsonValue): string {
  return cleanText(typeof value === "string" ? value : value === null ? "" : canonicalJson(value)).trim();
}

/** Entries of an object value, cleaned; empty for anything else. */
export function factEntries(value: JsonValue): [string, string][] {
  return value === null || typeof value !== "object" || isList(value)
    ? []
    : Object.entries(value).map(([key, each]) => [cleanText(key), factText(each)]);
}

/** Where a fact was read. */
function originOf(artifact: string, fact: Fact): Origin {
  const { path, pointer } = fact.source;
  return {
    grade: fact.grade,
    artifact: cleanText(artifact),
    path: cleanText(path),
    ...(pointer === undefined ? {} : { pointer: cleanText(pointer) }),
  };
}

function originKey(origin: Origin): string {
  return `${origin.grade}\0${origin.path}\0${origin.pointer ?? ""}`;
}

/** Files whose content was read completely. */
export function describedFiles(files: readonly ArtifactFile[]): readonly ArtifactFile[] {
  return files.filter((file) => file.status === "described");
}
