// SPDX-License-Identifier: Apache-2.0
// The length of a string as JSON Schema counts it (validation 2020-12, section 6.3.1). Bundled into each validator.

/** Unicode code points; half of a surrogate pair counts as one. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) {
    count++;
  }
  return count;
}
