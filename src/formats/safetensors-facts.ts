// SPDX-License-Identifier: Apache-2.0
// What a safetensors header shows (computed from the tensors) and what it says (claims from its free
// metadata: `format`, the ModelSpec 1.0 keys `modelspec.*`, the `ss_*` keys of LoRA trainers).

import { createHash } from "node:crypto";
import { limits } from "../limits.ts";
import type { Fact, FactName, JsonValue } from "../model/fact.ts";
import { ClaimList } from "./claim-list.ts";
import type { FindingList } from "./finding-list.ts";
import { addMetadata, withoutDirectories } from "./metadata-claims.ts";

/** One tensor of the header. Offsets count from the start of the data. */
export interface SafetensorsTensor {
  readonly name: string;
  readonly dtype: string;
  readonly elements: number;
  readonly begin: number;
  readonly end: number;
}

type Entry = readonly [key: string, value: string];

/** Keys that have a name of their own in the inventory. */
const namedKeys: ReadonlyMap<string, FactName> = new Map<string, FactName>([
  ["modelspec.title", "name"],
  ["modelspec.author", "author"],
  ["modelspec.description", "description"],
  ["modelspec.license", "license"],
  ["modelspec.architecture", "architecture.family"],
  ["modelspec.implementation", "library"],
  ["name", "name"],
  ["author", "author"],
  ["description", "description"],
  ["license", "license"],
  ["url", "url"],
  ["version", "version"],
]);

/** Keys that name a base model, and how the model relates to it. */
const baseModelKeys: ReadonlyMap<string, string | undefined> = new Map([
  ["ss_sd_model_name", "adapter"],
  ["base_model", undefined],
]);

/** Values that are bulk data rather than a statement: their hash stands for them. */
const hashedKeys: ReadonlySet<string> = new Set(["modelspec.thumbnail", "ss_tag_frequency"]);

/** Facts of one file: computed from `tensors`, claimed by `metadata`. */
export function safetensorsFacts(
  tensors: readonly SafetensorsTensor[],
  metadata: readonly Entry[],
  path: string,
  findings: FindingList,
): readonly Fact[] {
  const list = new ClaimList(findings);
  const dtypes = new Map<string, bigint>();
  let total = 0n;
  for (const { dtype, elements } of tensors) {
    const count = BigInt(elements);
    total += count;
    dtypes.set(dtype, (dtypes.get(dtype) ?? 0n) + count);
  }
  list.computed("parameters.count", total.toString(), { path });
  list.computed("tensors.count", tensors.length, { path });
  list.computed("dtypes", histogram(dtypes), { path });
  for (const entry of [...metadata].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    addEntry(list, entry, path);
  }
  return list.facts;
}

/** A histogram as JSON, its keys in code-unit order. */
export function histogram(counts: ReadonlyMap<string, bigint>): JsonValue {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(sorted.map(([name, count]) => [name, count.toString()]));
}

function addEntry(list: ClaimList, [key, value]: Entry, path: string): void {
  const source = { path, pointer: `__metadata__/${key}` };
  const name = namedKeys.get(key);
  if (value === "") {
    return;
  }
  if (name !== undefined) {
    list.claim(name, value, source);
  } else if (baseModelKeys.has(key)) {
    const relation = baseModelKeys.get(key);
    const base = { name: withoutDirectories(value), ...(relation !== undefined && { relation }) };
    list.claim("base_model", base, source);
  } else if (key === "modelspec.tags") {
    for (const tag of value.split(",", limits.maxClaimsPerName + 1).map((each) => each.trim())) {
      if (tag !== "") {
        list.claim("tag", tag, source);
      }
    }
  } else if (hashedKeys.has(key)) {
    addMetadata(list, key, `sha256:${createHash("sha256").update(value).digest("hex")}`, source);
  } else {
    addMetadata(list, key, value, source);
  }
}
