// SPDX-License-Identifier: Apache-2.0
// Semantic Versioning 2.0.0, section 11; a leading `v`, fewer numbers and a fourth one (NuGet) are let through.

import { compareCharacters, compareDigits, compareLists, maxVersionCharacters } from "./order.ts";

const pattern = /^v?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?$/;

export function compareSemver(left: string, right: string): number | undefined {
  const [a, b] = [parse(left), parse(right)];
  if (a === undefined || b === undefined) {
    return undefined;
  }
  const numbers = compareLists(a.numbers, b.numbers, "0", compareDigits);
  if (numbers !== 0 || a.preRelease.length === 0 || b.preRelease.length === 0) {
    // A version without pre-release is newer than its pre-releases.
    return numbers || Number(a.preRelease.length === 0) - Number(b.preRelease.length === 0);
  }
  return compareLists(a.preRelease, b.preRelease, "", compareIdentifiers);
}

function parse(version: string) {
  const match = version.length > maxVersionCharacters ? null : pattern.exec(version.trim());
  return match === null
    ? undefined
    : { numbers: (match[1] ?? "").split("."), preRelease: match[2]?.split(".") ?? [] };
}

/** Numbers before words; a list that ends (an empty text here) before one that goes on. */
function compareIdentifiers(left: string, right: string): number {
  if (left === "" || right === "") {
    return Number(left !== "") - Number(right !== "");
  }
  const [a, b] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (a && b) {
    return compareDigits(left, right);
  }
  return a === b ? compareCharacters(left, right) : Number(b) - Number(a);
}
