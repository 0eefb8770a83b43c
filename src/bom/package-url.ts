// SPDX-License-Identifier: Apache-2.0
// Package URLs (purl-spec, ECMA-427). None is guessed: a single file gets `pkg:generic` with the checksum that
// proves it, a model of a store the one that the store proves.

import type { PackageName } from "../model/artifact.ts";

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
