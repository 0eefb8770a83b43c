// SPDX-License-Identifier: Apache-2.0
// Which packages a statement is about: those of which a record (lock file, direct_url.json, npm's `integrity`) pins an
// archive with the digest of a subject. Here names count as well: the digest is the record's word and no recomputed one,
// and a statement about one package must not stand for another whose record was given its digest (GHSA-r2xv-vpr2-42m9).

import { type Digest, formatDigest } from "../../model/digest.ts";
import type { ArchiveHash, Package } from "../../model/package.ts";
import { parsePackageUrl } from "../../model/parsed-package-url.ts";
import type { Statement, Subject } from "../statement.ts";
import { type FileDigests, type SubjectAlgorithm, strongDigests, subjectAlgorithms } from "./subjects.ts";

export interface PackageMatches {
  /** Name, version and digest are those of a subject. */
  readonly attested: readonly { readonly package: string; readonly digest: Digest }[];
  /** Their archive has the digest of a subject, which is called otherwise. */
  readonly misnamed: readonly { readonly package: string; readonly name: string }[];
}

/** Compares the subjects of a statement with the archives that are pinned for packages. */
export function matchPackages(
  { subjects }: Pick<Statement, "subjects">,
  packages: readonly Package[],
): PackageMatches {
  const pinned = pinnedArchives(packages);
  const attested = new Map<string, PackageMatches["attested"][number]>();
  const misnamed: PackageMatches["misnamed"][number][] = [];
  for (const subject of pinned.size === 0 ? [] : subjects) {
    for (const { one, digest } of archivesOf(subject, pinned)) {
      if (isNamed(one, subject)) {
        attested.set(one.purl, { package: one.purl, digest });
      } else {
        misnamed.push({ package: one.purl, name: subject.name });
      }
    }
  }
  return {
    attested: [...attested.values()],
    misnamed: misnamed.filter((each) => !attested.has(each.package)),
  };
}

type PinnedArchives = ReadonlyMap<string, readonly Package[]>;

/** The packages of which an archive has the digests of the subject. */
function archivesOf(
  subject: Subject,
  pinned: PinnedArchives,
): readonly { readonly one: Package; readonly digest: Digest }[] {
  const signed = strongDigests(subject);
  return subjectAlgorithms.flatMap((algorithm) => {
    const hex = signed[algorithm];
    if (hex === undefined) {
      return [];
    }
    const digest = { algorithm, hex };
    const found = pinned.get(formatDigest(digest)) ?? [];
    return found.filter((one) => !isContradicted(one, digest, signed)).map((one) => ({ one, digest }));
  });
}

/** Built once for all attestations of an artifact. */
const known = new WeakMap<readonly Package[], PinnedArchives>();

function pinnedArchives(packages: readonly Package[]): PinnedArchives {
  const made = known.get(packages);
  if (made !== undefined) {
    return made;
  }
  const pinned = new Map<string, Package[]>();
  for (const one of packages) {
    for (const { algorithm, hex } of one.hashes) {
      const key = `${algorithm}:${hex}`;
      const all = pinned.get(key) ?? [];
      pinned.set(key, all.includes(one) ? all : [...all, one]);
    }
  }
  known.set(packages, pinned);
  return pinned;
}

/** The record pins the same archive with another function, and that digest is not the one that was signed. */
function isContradicted({ hashes }: Package, found: Digest, signed: FileDigests): boolean {
  const isFound = (each: ArchiveHash): boolean =>
    each.algorithm === found.algorithm && each.hex === found.hex;
  const names = new Set(hashes.filter(isFound).map(({ fileName }) => fileName));
  return hashes.some(
    ({ algorithm, hex, fileName }) =>
      fileName !== undefined &&
      names.has(fileName) &&
      isStrong(algorithm) &&
      signed[algorithm] !== undefined &&
      signed[algorithm] !== hex,
  );
}

function isStrong(algorithm: string): algorithm is SubjectAlgorithm {
  return (subjectAlgorithms as readonly string[]).includes(algorithm);
}

/** A package URL, as npm signs it, or the file name of a wheel or source archive (PEP 740). */
function isNamed(one: Package, { name }: Subject): boolean {
  if (name.startsWith("pkg:")) {
    const url = parsePackageUrl(name);
    const own = parsePackageUrl(one.purl);
    return (
      url !== undefined &&
      own !== undefined &&
      url.type === own.type &&
      url.namespace === own.namespace &&
      nameKey(one.type, url.name) === nameKey(one.type, own.name) &&
      url.version === one.version &&
      one.version !== ""
    );
  }
  return one.type === "pypi" && isDistributionOf(one, name);
}

function nameKey(type: string, name: string): string {
  return type === "pypi" ? name.toLowerCase().replaceAll(/[-_.]+/g, "-") : name;
}

/**
 * `name-version(-build)-python-abi-platform.whl`, where `-` is no part of name and version, or `name-version.tar.gz`, where
 * older tools left it in the name: each place where the version can begin is tried.
 */
function isDistributionOf({ name, version }: Package, fileName: string): boolean {
  const [, wheel, source] = /^(?:([^/]+)\.whl|([^/]+)\.(?:tar\.gz|zip))$/.exec(fileName) ?? [];
  const isSame = (itsName: string, itsVersion: string): boolean =>
    version !== "" &&
    nameKey("pypi", itsName) === nameKey("pypi", name) &&
    versionKey(itsVersion) === versionKey(version);
  if (wheel !== undefined) {
    const parts = wheel.split("-");
    return (parts.length === 5 || parts.length === 6) && isSame(parts[0] ?? "", parts[1] ?? "");
  }
  const parts = (source ?? "").slice(0, maxNameCharacters).split("-");
  return parts.some(
    (_, index) => index > 0 && isSame(parts.slice(0, index).join("-"), parts.slice(index).join("-")),
  );
}

/** File names are at most that long on common file systems. */
const maxNameCharacters = 255;

/** In file names `_` stands for the `-` of a version. */
function versionKey(version: string): string {
  return version.toLowerCase().replaceAll("_", "-");
}
