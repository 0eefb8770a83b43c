// SPDX-License-Identifier: Apache-2.0
// A number with its noun.

/** `1 file`, `2 files`. For nouns whose plural ends in s. */
export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
