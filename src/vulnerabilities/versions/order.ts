// SPDX-License-Identifier: Apache-2.0
// What the orders of versions share. Each ecosystem has its own; none is guessed.

/** Negative, zero or positive as `left` is older, equal or newer; undefined if one of them is not written in this order. */
export type VersionOrder = (left: string, right: string) => number | undefined;

/** Longer texts are no version that anybody counts up, and comparing is not to take long. */
export const maxVersionCharacters = 256;

/** Compares two runs of decimal digits of any length; an empty run is zero. */
export function compareDigits(left: string, right: string): number {
  const [a, b] = [left.replace(/^0+/, ""), right.replace(/^0+/, "")];
  return a.length - b.length || compareCharacters(a, b);
}

/** By code unit. */
export function compareCharacters(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The first that differs; the items that one list lacks are `filler`. */
export function compareLists<T>(
  left: readonly T[],
  right: readonly T[],
  filler: T,
  compare: (a: T, b: T) => number,
): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = compare(left[index] ?? filler, right[index] ?? filler);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}
