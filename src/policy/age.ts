// SPDX-License-Identifier: Apache-2.0
// Spans of time as policies write them: `180d`, `12h`. Months and years differ in length, so there are none.

const hour = 3_600_000;
const spans: Readonly<Record<string, number>> = { h: hour, d: 24 * hour };

/** Milliseconds of `180d` or `12h`; the schema has checked the form. */
export function spanOf(text: string): number {
  return Number(text.slice(0, -1)) * (spans[text.slice(-1)] ?? Number.NaN);
}

/** True if `time` lies at most `span` before `at`. The future proves nothing about an age. */
export function isWithin(time: Date, span: string, at: Date): boolean {
  const age = at.getTime() - time.getTime();
  return age >= 0 && age <= spanOf(span);
}
