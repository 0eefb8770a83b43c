// SPDX-License-Identifier: Apache-2.0
// Which names files of a published trust root may have. Names are signed, but a signer may be careless or
// compromised: a name must be one plain relative path on every file system, and nothing of ours.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { trustFileName } from "../load.ts";

/** Directory inside a trust root for the state of updates: never published, never written by a repository. */
export const stateDirectoryName = "tuf";

const segmentPattern = /^[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*$/;
/** Device names of Windows, with or without an ending. */
const reservedPattern = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
const maxSegments = 8;
const maxSegmentCharacters = 128;

/** Why a name is refused, or undefined if it is plain. */
export function nameFault(name: string): string | undefined {
  const segments = name.split("/");
  if (segments.length > maxSegments) {
    return `it has more than ${maxSegments} levels`;
  }
  if (segments.some((segment) => segment === "." || segment === "..")) {
    return "it leaves its directory";
  }
  const isPlain = segments.every(
    (segment) =>
      segment.length <= maxSegmentCharacters &&
      segmentPattern.test(segment) &&
      !segment.endsWith(".") &&
      !reservedPattern.test(segment),
  );
  if (!isPlain) {
    return "it is not a plain relative path";
  }
  return segments[0]?.toLowerCase() === stateDirectoryName ? "the directory is reserved" : undefined;
}

/**
 * Checks all names of a trust root together: each plain, none twice on a file system without case, none a
 * directory of another, trust.json among them.
 * @throws {AibomError} TUF_TARGET_NAME, TUF_TOO_MANY_FILES, TUF_NO_TRUST_DOCUMENT
 */
export function checkNames(sizes: ReadonlyMap<string, number>): void {
  checkSizes(sizes);
  const folded = new Map([...sizes.keys()].map((name) => [name.toLowerCase(), name]));
  for (const name of sizes.keys()) {
    const fault = nameFault(name) ?? clash(name, folded);
    if (fault !== undefined) {
      throw AibomError.of("TUF_TARGET_NAME", { name, reason: fault });
    }
  }
  if (!sizes.has(trustFileName)) {
    throw AibomError.of("TUF_NO_TRUST_DOCUMENT", {});
  }
}

function clash(name: string, folded: ReadonlyMap<string, string>): string | undefined {
  const lower = name.toLowerCase();
  const other = folded.get(lower);
  if (other !== name) {
    return `it equals ${other} on some file systems`;
  }
  const segments = lower.split("/");
  for (let count = 1; count < segments.length; count++) {
    const parent = folded.get(segments.slice(0, count).join("/"));
    if (parent !== undefined) {
      return `${parent} is a file`;
    }
  }
  return undefined;
}

function checkSizes(sizes: ReadonlyMap<string, number>): void {
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const isTooLarge = [...sizes.values()].some((size) => size > limits.maxTrustFileBytes);
  if (sizes.size > limits.maxTrustFiles || bytes > limits.maxTrustRootBytes || isTooLarge) {
    throw AibomError.of("TUF_TOO_MANY_FILES", {
      count: sizes.size,
      bytes,
      countLimit: limits.maxTrustFiles,
      byteLimit: isTooLarge ? limits.maxTrustFileBytes : limits.maxTrustRootBytes,
    });
  }
}
