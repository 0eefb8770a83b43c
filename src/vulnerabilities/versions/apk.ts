// SPDX-License-Identifier: Apache-2.0
// Versions of Alpine packages: `1.2.3b_rc1-r4` (apk-package(5), "version").

import { compareCharacters, compareDigits, compareLists, maxVersionCharacters } from "./order.ts";

const pattern = /^(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/;

/** Those before `""` are older than a version without suffix. */
const suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];

export function compareApk(left: string, right: string): number | undefined {
  const [a, b] = [parse(left), parse(right)];
  if (a === undefined || b === undefined) {
    return undefined;
  }
  return (
    compareLists(a.numbers, b.numbers, "", compareNumbers) ||
    compareCharacters(a.letter, b.letter) ||
    compareLists(a.suffixes, b.suffixes, none, compareSuffixes) ||
    compareDigits(a.revision, b.revision)
  );
}

interface Suffix {
  readonly rank: number;
  readonly number: string;
}

const none: Suffix = { rank: suffixes.indexOf(""), number: "0" };

function parse(version: string) {
  const match = version.length > maxVersionCharacters ? null : pattern.exec(version);
  if (match === null) {
    return undefined;
  }
  const [, numbers = "", letter = "", rest = "", revision = "0"] = match;
  const found = [...rest.matchAll(/_([a-z]+)(\d*)/g)].map(([, word = "", number = ""]) => ({
    rank: suffixes.indexOf(word),
    number: number || "0",
  }));
  return found.some(({ rank }) => rank < 0)
    ? undefined
    : { numbers: numbers.split("."), letter, suffixes: found, revision };
}

/** A number that one of them lacks is older than any, also than 0. */
const compareNumbers = (left: string, right: string): number =>
  left === "" || right === "" ? Number(left !== "") - Number(right !== "") : compareDigits(left, right);

const compareSuffixes = (left: Suffix, right: Suffix): number =>
  left.rank - right.rank || compareDigits(left.number, right.number);
