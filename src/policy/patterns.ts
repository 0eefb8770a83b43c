// SPDX-License-Identifier: Apache-2.0
// Lists of a policy in the form that asking is quick in, made once for each list: a rule asks them for every artifact.

import { compileGlob, type GlobMatcher } from "../model/glob.ts";

const matchers = new WeakMap<readonly string[], GlobMatcher>();
const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** True if one of the globs matches the whole text. */
export function matcherOf(patterns: readonly string[]): GlobMatcher {
  let matcher = matchers.get(patterns);
  if (matcher === undefined) {
    const globs = patterns.map(compileGlob);
    matcher = (text) => globs.some((matches) => matches(text));
    matchers.set(patterns, matcher);
  }
  return matcher;
}

export function setOf(texts: readonly string[]): ReadonlySet<string> {
  const set = sets.get(texts) ?? new Set(texts);
  sets.set(texts, set);
  return set;
}
