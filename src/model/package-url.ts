// SPDX-License-Identifier: Apache-2.0
// Package URLs (purl-spec, ECMA-427). None is guessed: a single file gets `pkg:generic` with the checksum that
// proves it, a model of a store the one that the store proves.

import type { PackageName } from "./artifact.ts";
import type { PackageType } from "./package.ts";

/** Everything but letters, digits and `.-_~` is percent-encoded; a colon stays. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%3A", ":");
}

/** The package URL of a single file. */
export function genericPurl(name: string, sha256: string): string {
  return `pkg:generic/${encode(name).replaceAll(":", "%3A")}?checksum=sha256:${sha256}`;
}

/** The package URL of a package at one revision. */
export function packagePurl({ type, namespace, name, version, repositoryUrl }: PackageName): string {
  const path = [namespace, name].filter((part) => part !== undefined).map(encode);
  const qualifiers = repositoryUrl === undefined ? "" : `?repository_url=${encode(repositoryUrl)}`;
  return `pkg:${type}/${path.join("/")}@${encode(version)}${qualifiers}`;
}

/** What the package URL of a library is made of. */
export interface LibraryName {
  readonly type: PackageType;
  readonly namespace?: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly subpath?: string;
}

/** Types whose names mean the same in capitals (purl-spec, purl-types). */
const lowerCaseTypes: ReadonlySet<PackageType> = new Set(["apk", "deb", "pypi"]);

/** The package URL of a library as a package manager names it. */
export function libraryPurl({
  type,
  namespace,
  name,
  version,
  qualifiers = {},
  subpath,
}: LibraryName): string {
  const lowered = lowerCaseTypes.has(type) ? name.toLowerCase() : name;
  const parts = [
    ...(namespace === undefined ? [] : namespace.split("/").filter((part) => part !== "")),
    type === "pypi" ? lowered.replaceAll("_", "-") : lowered,
  ];
  const pairs = Object.entries(qualifiers)
    .filter(([, value]) => value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`);
  return [
    `pkg:${type}/${parts.map(encode).join("/")}`,
    version === "" ? "" : `@${encode(version)}`,
    pairs.length === 0 ? "" : `?${pairs.join("&")}`,
    subpath === undefined ? "" : `#${subpath.split("/").map(encode).join("/")}`,
  ].join("");
}
