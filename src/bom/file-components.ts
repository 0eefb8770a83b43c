// SPDX-License-Identifier: Apache-2.0
// The files of an artifact as nested components of type `file`, one for every file. Plain objects in their
// final JSON shape, for lists of ordinary length; plain-files.ts writes long lists as text.

import type { ArtifactFile } from "../model/artifact.ts";
import { cycloneDxHashNames, type Digest } from "../model/digest.ts";
import type { Fact } from "../model/fact.ts";
import type { Document } from "./document.ts";
import { factEntries, factText } from "./fact-index.ts";
import { compareText } from "./order.ts";

export interface Property {
  readonly name: string;
  readonly value: string;
}

/** A hash as CycloneDX writes it. */
export interface FileHash {
  readonly alg: string;
  readonly content: string;
}

/** The facts that were computed from single files, by path. */
export type FactsByPath = ReadonlyMap<string, readonly Fact[]>;

/** The ref of a file: the key of its artifact, then its path. */
export function fileRef(artifactKey: string, path: string): string {
  return `file:${artifactKey}/${path}`;
}

/** Digests as CycloneDX hashes, sorted by algorithm. */
export function fileHashes(digests: readonly Digest[]): readonly FileHash[] {
  const list = digests.map(({ algorithm, hex }) => ({ alg: cycloneDxHashNames[algorithm], content: hex }));
  return list.length < 2 ? list : list.sort((a, b) => compareText(a.alg, b.alg));
}

/** The component of one file; `facts` are those computed from it. */
export function fileComponent(
  artifactKey: string,
  file: ArtifactFile,
  facts: readonly Fact[] | undefined,
): Document {
  return {
    type: "file",
    "bom-ref": fileRef(artifactKey, file.path),
    name: file.path,
    hashes: fileHashes(file.digests),
    properties: fileProperties(file, facts),
  };
}

/** What is said about a file besides its name and its hashes, in its final order. */
export function fileProperties(file: ArtifactFile, facts: readonly Fact[] | undefined): readonly Property[] {
  const own = [
    { name: "aibom:file:format", value: file.format },
    ...(file.layer === undefined ? [] : [{ name: "aibom:file:layer", value: file.layer }]),
    { name: "aibom:file:size", value: String(file.size) },
    { name: "aibom:file:status", value: file.status },
  ];
  return facts === undefined || file.status !== "described" ? own : [...computedProperties(facts), ...own];
}

function computedProperties(facts: readonly Fact[]): Property[] {
  return sortedProperties(
    facts.flatMap((fact) => {
      const entries = factEntries(fact.value);
      return entries.length === 0
        ? [{ name: `aibom:computed:${fact.name}`, value: factText(fact.value) }]
        : entries.map(([key, value]) => ({ name: `aibom:computed:${fact.name}:${key}`, value }));
    }),
  );
}

/** By name, then by value. */
function sortedProperties(properties: readonly Property[]): Property[] {
  return properties.toSorted((a, b) => compareText(a.name, b.name) || compareText(a.value, b.value));
}
