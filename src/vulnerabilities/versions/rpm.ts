// SPDX-License-Identifier: Apache-2.0
// Versions of RPM packages: `[epoch:]version[-release]`, compared segment by segment (rpm-version(7)).

import { compareCharacters, compareDigits, maxVersionCharacters } from "./order.ts";

export function compareRpm(left: string, right: string): number | undefined {
  const [a, b] = [parse(left), parse(right)];
  if (a === undefined || b === undefined) {
    return undefined;
  }
  // A release that one of them does not state does not tell them apart.
  const release =
    a.release === undefined || b.release === undefined ? 0 : compareSegments(a.release, b.release);
  return compareDigits(a.epoch, b.epoch) || compareSegments(a.version, b.version) || release;
}

function parse(text: string) {
  const match =
    text.length > maxVersionCharacters ? null : /^(?:(\d+):)?([^-:\s]+)(?:-([^-:\s]+))?$/.exec(text);
  return match === null ? undefined : { epoch: match[1] ?? "0", version: match[2] ?? "", release: match[3] };
}

function compareSegments(left: string, right: string): number {
  const [a, b] = [segmentsOf(left), segmentsOf(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = compareSegment(a[index], b[index]);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** Runs of digits, runs of letters, `~` and `^`; everything else only separates. */
const segmentsOf = (text: string): readonly string[] => text.match(/\d+|[A-Za-z]+|~|\^/g) ?? [];

function compareSegment(left: string | undefined, right: string | undefined): number {
  const difference = rank(left) - rank(right);
  if (difference !== 0 || left === undefined || right === undefined) {
    return difference;
  }
  return /^\d/.test(left) ? compareDigits(left, right) : compareCharacters(left, right);
}

/** A tilde is older than the end, a caret newer; letters are newer than both, digits newest. */
function rank(segment: string | undefined): number {
  if (segment === undefined) {
    return 1;
  }
  return segment === "~" ? 0 : segment === "^" ? 2 : /^\d/.test(segment) ? 4 : 3;
}
