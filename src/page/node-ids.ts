// SPDX-License-Identifier: Apache-2.0
// Ids on the page for refs of the record: refs are words of strangers, ids are ours. Only what is listed has one.

export interface NodeIds {
  of(ref: string): string | undefined;
}

/** `a1`, `a2` … for the listed artifacts, `c1`, `c2` … for the listed components. */
export function nodeIds(artifacts: readonly string[], components: readonly string[]): NodeIds {
  const ids = new Map<string, string>();
  for (const [letter, refs] of [
    ["a", artifacts],
    ["c", components],
  ] as const) {
    for (const [index, ref] of refs.entries()) {
      if (!ids.has(ref)) {
        ids.set(ref, `${letter}${index + 1}`);
      }
    }
  }
  return { of: (ref) => ids.get(ref) };
}
