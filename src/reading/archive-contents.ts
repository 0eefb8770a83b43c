// SPDX-License-Identifier: Apache-2.0
// What the files of an archive mean together: the layouts and stores look at it as at the directory that it unpacks to,
// on the thread that reads it and at the cost of its purse. docs/decisions/0011 has the reasons.

import { createHash } from "node:crypto";
import { gitBlobSha1 } from "../bytes/git-blob.ts";
import type { HashAlgorithm } from "../digests/weak-algorithm.ts";
import { faultFinding } from "../formats/fault-finding.ts";
import type { ArchivedFile, ContentsDescription } from "../formats/format.ts";
import { factInMember, findingInMember } from "../formats/member-place.ts";
import { limits } from "../limits.ts";
import type { Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import { describeTogether } from "../stores/together.ts";
import { ArchivedDirectory } from "./archived-directory.ts";
import { compareManifests, expectedFiles } from "./manifest-digests.ts";

/** Says what the files in the archive at `path` mean together. */
export function describeContents(path: string, files: readonly ArchivedFile[]): ContentsDescription {
  const [last, ...others] = readings(files).map((each) => describeDirectory(path, each));
  const { facts, findings, incomplete }: ContentsDescription = last ?? { facts: [], findings: [] };
  const known = new Set(findings.map(keyOf));
  const more = others.flatMap((each) => each.findings.filter((one) => !known.has(keyOf(one))));
  return { facts, findings: [...findings, ...more], ...(incomplete && { incomplete }) };
}

/** Names occur twice: unpackers leave the last file of a name, readers of single files often take the first. */
function readings(files: readonly ArchivedFile[]): readonly (readonly ArchivedFile[])[] {
  const isUnique = new Set(files.map(({ name }) => name)).size === files.length;
  return isUnique ? [files] : [files, files.toReversed()];
}

function keyOf({ code, location, args }: Finding): string {
  return JSON.stringify([code, location.member, location.offset, args], (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

function describeDirectory(path: string, files: readonly ArchivedFile[]): ContentsDescription {
  const directory = new ArchivedDirectory(path, files);
  const { facts, findings, unverified } = describeTogether(directory);
  const compared = compareStated(directory, path, facts);
  const own = facts.filter(({ name }) => name !== "file.expected");
  const isIncomplete = unverified.length > 0 || compared.incomplete === true;
  const placeOf = (inside: string): string | undefined =>
    inside === "." || inside === "" || inside === path ? undefined : directory.nameOf(inside);
  return {
    facts: [...own, ...compared.facts].map((fact) => {
      const name = placeOf(fact.source.path);
      return name === undefined
        ? { ...fact, source: { ...fact.source, path } }
        : factInMember(path, name, fact);
    }),
    findings: [...findings, ...compared.findings].map((each) => {
      const name = placeOf(each.location.path);
      return name === undefined
        ? { ...each, subject: path, location: { ...each.location, path } }
        : findingInMember(path, name, each);
    }),
    ...(isIncomplete && { incomplete: true }),
  };
}

/** Compares what manifests in the archive say about files in it: where the archive lies, no such file is to be found. */
function compareStated(
  directory: ArchivedDirectory,
  path: string,
  facts: readonly Fact[],
): ContentsDescription {
  const files = [...directory.files.values()].map(({ path, size, format }) => {
    return { path, size, format, digests: [], status: "described" as const };
  });
  const expected = expectedFiles({ facts, files });
  // Reading a member of a hundred gigabytes for its digest would take longer than a file may take.
  const inTime: typeof expected = withinBytes(expected, (file) => directory.files.get(file)?.size ?? 0);
  try {
    const { facts, findings } = compareManifests({ files }, inTime, (file, algorithm) =>
      digestOfMember(directory, file, algorithm),
    );
    return { facts, findings };
  } catch (cause) {
    return { facts: [], findings: [faultFinding(cause, { path }, "manifest")], incomplete: true };
  }
}

function withinBytes<T extends { readonly path: string }>(
  items: readonly T[],
  sizeOf: (path: string) => number,
): readonly T[] {
  let left: number = limits.maxContentsHashedBytes;
  return items.filter(({ path }) => {
    left -= sizeOf(path);
    return left >= 0;
  });
}

const chunkBytes = 1024 * 1024;

function digestOfMember(directory: ArchivedDirectory, path: string, algorithm: HashAlgorithm): string {
  const file = directory.open(path);
  if (algorithm === "git-sha1") {
    return gitBlobSha1(file);
  }
  const hash = createHash(algorithm);
  for (let offset = 0; offset < file.size; offset += chunkBytes) {
    hash.update(file.read(offset, Math.min(chunkBytes, file.size - offset)));
  }
  return hash.digest("hex");
}
