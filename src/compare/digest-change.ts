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

/**
 * `digest` if an algorithm has other values, if hash values came or went altogether, or if none of the algorithms is in
 * both; `property` if only the list of algorithms differs.
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
  if (common.length === 0) {
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
    values.set(algorithm, [...(values.get(algorithm) ?? []), content]);
  }
  return new Map([...values].map(([algorithm, contents]) => [algorithm, contents.sort().join(" ")]));
}
