// SPDX-License-Identifier: Apache-2.0
// Whether the bytes of a component are others. Two tools list different algorithms for the same bytes: what counts are the
// algorithms that both list.

import type { JsonObject } from "../bytes/json.ts";
import { listOf, textOf } from "../layouts/member.ts";
import type { ChangeKind } from "../model/bom-diff.ts";

export interface HashChange {
  readonly kind: ChangeKind;
  readonly field?: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Anybody can make two files with one of these values: equal ones say nothing where a better one is on either side. */
const broken: ReadonlySet<string> = new Set(["MD5", "SHA-1", "unknown"]);

/**
 * `digest` if an algorithm has other values, if hash values came or went altogether, or if no algorithm that can be relied on is
 * in both though one is on a side; `property` if only the list of algorithms differs.
 */
export function digestChange(before: JsonObject, after: JsonObject): HashChange | undefined {
  const [olds, news] = [hashes(before), hashes(after)];
  const common = [...olds.keys()].filter((algorithm) => news.has(algorithm)).sort();
  const differing = common.filter((algorithm) => olds.get(algorithm) !== news.get(algorithm));
  const list = (of: ReadonlyMap<string, string>, algorithms: Iterable<string>): string[] =>
    [...algorithms].sort().map((algorithm) => `${algorithm} ${of.get(algorithm) ?? ""}`);
  if (differing.length > 0) {
    return { kind: "digest", before: list(olds, differing), after: list(news, differing) };
  }
  const isReliable = (algorithm: string): boolean => !broken.has(algorithm);
  const isProved = common.some(isReliable) || ![...olds.keys(), ...news.keys()].some(isReliable);
  if (common.length === 0 || !isProved) {
    return olds.size === 0 && news.size === 0
      ? undefined
      : { kind: "digest", before: list(olds, olds.keys()), after: list(news, news.keys()) };
  }
  const [gone, come] = [
    [...olds.keys()].filter((algorithm) => !news.has(algorithm)),
    [...news.keys()].filter((algorithm) => !olds.has(algorithm)),
  ];
  return gone.length === 0 && come.length === 0
    ? undefined
    : { kind: "property", field: "hashes", before: list(olds, gone), after: list(news, come) };
}

/** Values by algorithm; several of one algorithm are one text. */
function hashes(json: JsonObject): ReadonlyMap<string, string> {
  const values = new Map<string, string[]>();
  for (const each of listOf(json, "hashes")) {
    const algorithm = textOf(each, "alg") ?? "unknown";
    const content = (textOf(each, "content") ?? "").toLowerCase();
    const known = values.get(algorithm);
    if (known === undefined) {
      values.set(algorithm, [content]);
    } else {
      known.push(content);
    }
  }
  return new Map([...values].map(([algorithm, contents]) => [algorithm, contents.sort().join(" ")]));
}
