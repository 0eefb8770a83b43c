// SPDX-License-Identifier: Apache-2.0
// Which of two versions is newer: numbers between dots, a pre-release before its release. Whatever is not written like
// that cannot be ordered, and nobody should guess.

/** A longer one is a date or a hash, not a version that anybody counts up. */
const pattern =
  /^v?([0-9]{1,9}(?:\.[0-9]{1,9}){0,7})(-[A-Za-z][0-9A-Za-z.-]{0,63})?(?:\+[0-9A-Za-z.-]{1,64})?$/;

/** Negative, zero or positive as `left` is older, equal or newer; undefined if one of them cannot be ordered. */
export function compareVersions(left: string, right: string): number | undefined {
  const [a, b] = [pattern.exec(left), pattern.exec(right)];
  if (a === null || b === null) {
    return undefined;
  }
  const [first, second] = [numbers(a[1]), numbers(b[1])];
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const difference = (first[index] ?? 0) - (second[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  if (a[2] !== undefined && b[2] !== undefined && a[2] !== b[2]) {
    return undefined;
  }
  return (a[2] === undefined ? 1 : 0) - (b[2] === undefined ? 1 : 0);
}

function numbers(text = ""): number[] {
  return text.split(".").map(Number);
}
