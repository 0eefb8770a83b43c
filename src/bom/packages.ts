// SPDX-License-Identifier: Apache-2.0
// Software packages as CycloneDX components of type `library`, listed beside the artifact that they were found in, and
// the edges between them. All is the word of package managers and lock files, so licences are `declared`. Digests of
// archives stand at `distribution` references: nobody has the archive any more once it is installed. What became of the
// installed files is told in properties, and what is wrong with them in findings.

import type { ArchiveHash, Package, StatedAlgorithm } from "../model/package.ts";
import { cleanText, cleanUrl } from "./clean-text.ts";
import type { Document } from "./document.ts";
import type { SpecVersion } from "./extend.ts";
import { licenseJson } from "./licenses.ts";
import { normalizeLicense } from "./spdx.ts";

export interface PackageComponent {
  readonly ref: string;
  readonly component: Document;
  readonly dependsOn: readonly string[];
}

/** The components of an artifact's packages, in their order; `artifactKey` is the artifact's own. */
export function packageComponents(
  packages: readonly Package[],
  artifactKey: string,
  specVersion: SpecVersion,
): readonly PackageComponent[] {
  const refOf = (purl: string): string => `package:${artifactKey}/${purl}`;
  return packages.map((one) => ({
    ref: refOf(one.purl),
    component: componentOf(one, refOf(one.purl), specVersion),
    dependsOn: one.dependsOn.map(refOf),
  }));
}

/** Types whose namespace is a group of names, not the distribution that ships it. */
const grouped: ReadonlySet<Package["type"]> = new Set(["generic", "golang", "maven", "npm"]);

const maxDescriptionCharacters = 400;

function componentOf(one: Package, ref: string, specVersion: SpecVersion): Document {
  const { type, namespace, name, version, purl, supplier, description, foundAt } = one;
  const references = [...homepage(one), ...distributions(one)];
  const licenses = licensesOf(one.licenses, specVersion);
  return {
    type: "library",
    "bom-ref": ref,
    ...(supplier === undefined ? {} : { supplier: { name: cleanText(supplier) } }),
    ...(namespace === undefined || !grouped.has(type) ? {} : { group: cleanText(namespace) }),
    name: cleanText(name),
    ...(version === "" ? {} : { version: cleanText(version) }),
    ...(description === undefined
      ? {}
      : { description: cleanText(description).slice(0, maxDescriptionCharacters).toWellFormed() }),
    ...(licenses.length === 0 ? {} : { licenses }),
    purl,
    ...(references.length === 0 ? {} : { externalReferences: references }),
    evidence: {
      occurrences: foundAt.map(({ path, layer }) => ({
        location: cleanText(path),
        ...(layer === undefined ? {} : { additionalContext: `layer ${layer}` }),
      })),
    },
    properties: propertiesOf(one),
  };
}

function licensesOf(stated: readonly string[], specVersion: SpecVersion): readonly Document[] {
  const all = [...new Set(stated.map((text) => cleanText(text)))]
    .filter((text) => text !== "")
    .map(normalizeLicense);
  const canHoldExpression = specVersion === "1.7" || all.length === 1;
  const items = all.map((license) => licenseJson(license, canHoldExpression));
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function homepage({ homepage: address }: Package): readonly Document[] {
  const url = address === undefined ? undefined : cleanUrl(address);
  return url === undefined ? [] : [{ type: "website", url }];
}

const hashNames: Readonly<Record<StatedAlgorithm, string>> = {
  sha512: "SHA-512",
  sha384: "SHA-384",
  sha256: "SHA-256",
  sha1: "SHA-1",
  md5: "MD5",
};

/** One reference for each archive, with all its digests. */
function distributions({ hashes, purl }: Package): readonly Document[] {
  const byFile = Map.groupBy(hashes, ({ fileName }) => fileName ?? "");
  return [...byFile].map(([fileName, all]) => ({
    type: "distribution",
    url: fileName === "" ? purl : encodeURIComponent(fileName.toWellFormed()),
    hashes: [...new Map(all.map((hash) => [hash.algorithm, hashOf(hash)])).values()],
  }));
}

function hashOf({ algorithm, hex }: ArchiveHash): Document {
  return { alg: hashNames[algorithm], content: hex };
}

function propertiesOf({ catalog, state, role, integrity }: Package): readonly Document[] {
  const counts = integrity === undefined ? [] : Object.entries(integrity).filter(([, count]) => count > 0);
  const pairs: readonly (readonly [string, string])[] = [
    ["aibom:package:catalog", catalog],
    ["aibom:package:state", state],
    ...(role === undefined ? [] : [["aibom:package:role", role] as const]),
    ...counts.map(([name, count]) => [`aibom:package:files:${name}`, String(count)] as const),
  ];
  return pairs.map(([name, value]) => ({ name, value }));
}
