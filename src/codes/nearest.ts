// SPDX-License-Identifier: Apache-2.0
// Names the known word that a mistyped one is closest to. Bounded: both words are cut before comparison,
// because the mistyped one comes from the file.

const maxComparedCharacters = 48;

/** The candidate within a third of the word's length (at least 1 edit, at most 4), or undefined. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const length = Math.min(word.length, maxComparedCharacters);
  return closest(word, candidates, Math.min(4, Math.max(1, Math.ceil(length / 3))));
}

/** The candidate with the fewest edits, the first of equals, at most `maxEdits`; undefined if there is none. */
export function closest(
  word: string,
  candidates: readonly string[],
  maxEdits = Number.POSITIVE_INFINITY,
): string | undefined {
  const cut = word.slice(0, maxComparedCharacters).toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.isFinite(maxEdits) ? maxEdits + 1 : maxEdits;
  for (const candidate of candidates) {
    const distance = editDistance(cut, candidate.slice(0, maxComparedCharacters).toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance by rows. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const deletion = (previous[column] ?? 0) + 1;
      const insertion = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(substitution, deletion, insertion));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
