// SPDX-License-Identifier: Apache-2.0
// The known name that an unknown one was probably meant to be (Levenshtein distance).

const maxLength = 64;

/** The nearest of `known`; the first of equals. `known` must not be empty. */
export function nearestField(field: string, known: readonly string[]): string {
  const text = field.slice(0, maxLength).toLowerCase();
  let best = known[0] ?? "";
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const next = distance(text, name.toLowerCase());
    if (next < bestDistance) {
      best = name;
      bestDistance = next;
    }
  }
  return best;
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
