// SPDX-License-Identifier: Apache-2.0
// Versions of Debian packages: `[epoch:]upstream[-revision]` (Debian Policy, section 5.6.12).

import { compareDigits, maxVersionCharacters } from "./order.ts";

const pattern = /^(?:(\d+):)?([0-9A-Za-z.+~-]+)$/;

export function compareDpkg(left: string, right: string): number | undefined {
  const [a, b] = [parse(left), parse(right)];
  if (a === undefined || b === undefined) {
    return undefined;
  }
  return (
    compareDigits(a.epoch, b.epoch) ||
    comparePart(a.upstream, b.upstream) ||
    comparePart(a.revision, b.revision)
  );
}

function parse(version: string) {
  const match = version.length > maxVersionCharacters ? null : pattern.exec(version);
  if (match === null) {
    return undefined;
  }
  const [, epoch = "0", rest = ""] = match;
  const dash = rest.lastIndexOf("-");
  return dash < 0
    ? { epoch, upstream: rest, revision: "" }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Runs of other characters and runs of digits by turns. */
function comparePart(left: string, right: string): number {
  const [a, b] = [runsOf(left), runsOf(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [x = "", y = ""] = [a[index], b[index]];
    const difference = index % 2 === 0 ? compareWords(x, y) : compareDigits(x, y);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** Always starts with a run that is no digits, which may be empty. */
function runsOf(text: string): readonly string[] {
  const runs = text.match(/\d+|\D+/g) ?? [];
  return /^\d/.test(text) ? ["", ...runs] : runs;
}

function compareWords(left: string, right: string): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = weight(left[index]) - weight(right[index]);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** A tilde before the end, the end before letters, letters before the rest. */
function weight(character: string | undefined): number {
  if (character === undefined) {
    return 0;
  }
  const code = character.charCodeAt(0);
  return character === "~" ? -1 : /[A-Za-z]/.test(character) ? code : code + 256;
}
