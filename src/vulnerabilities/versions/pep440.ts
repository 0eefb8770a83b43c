// SPDX-License-Identifier: Apache-2.0
// Versions of Python packages (PEP 440, "Summary of permitted suffixes and relative ordering").

import { compareCharacters, compareDigits, compareLists, maxVersionCharacters } from "./order.ts";

const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const phases: Readonly<Record<string, number>> = {
  a: 1,
  alpha: 1,
  b: 2,
  beta: 2,
  c: 3,
  rc: 3,
  pre: 3,
  preview: 3,
};

/** Of versions that are no pre-release of anything. */
const released = 4;

interface Pep440Version {
  readonly epoch: string;
  readonly release: readonly string[];
  /** 0 for a development release of the release itself, 1 to 3 for pre-releases, then `released`. */
  readonly phase: number;
  readonly phaseNumber: string;
  /** Undefined without a post-release. */
  readonly post: string | undefined;
  readonly dev: string | undefined;
  readonly local: readonly string[];
}

export function comparePep440(left: string, right: string): number | undefined {
  const [a, b] = [parse(left), parse(right)];
  if (a === undefined || b === undefined) {
    return undefined;
  }
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareLists(a.release, b.release, "0", compareDigits) ||
    a.phase - b.phase ||
    compareDigits(a.phaseNumber, b.phaseNumber) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLists(a.local, b.local, "", compareLocal)
  );
}

function parse(version: string): Pep440Version | undefined {
  const text = version.trim().toLowerCase();
  const match = text.length > maxVersionCharacters ? null : pattern.exec(text);
  if (match === null) {
    return undefined;
  }
  const [
    ,
    epoch = "0",
    release = "",
    pre,
    preNumber,
    implicitPost,
    postWord,
    postNumber,
    devWord,
    devNumber,
    local,
  ] = match;
  const post = implicitPost ?? (postWord === undefined ? undefined : postNumber || "0");
  const dev = devWord === undefined ? undefined : devNumber || "0";
  const isDevOnly = pre === undefined && post === undefined && dev !== undefined;
  return {
    epoch,
    release: release.split("."),
    phase: pre === undefined ? (isDevOnly ? 0 : released) : (phases[pre] ?? released),
    phaseNumber: preNumber || "0",
    post,
    dev,
    local: local?.split(/[-_.]/) ?? [],
  };
}

/** `absent` says whether a version without the suffix comes before (-1) or after (1) one with it. */
function compareOptional(left: string | undefined, right: string | undefined, absent: number): number {
  if (left === undefined || right === undefined) {
    return left === right ? 0 : left === undefined ? absent : -absent;
  }
  return compareDigits(left, right);
}

/** Numbers are newer than words, and anything is newer than nothing. */
function compareLocal(left: string, right: string): number {
  const rank = (part: string): number => (part === "" ? 0 : /^\d+$/.test(part) ? 2 : 1);
  const [a, b] = [rank(left), rank(right)];
  return a - b || (a === 2 ? compareDigits(left, right) : compareCharacters(left, right));
}
