// SPDX-License-Identifier: Apache-2.0
// The files of an artifact as nested components of type `file`, one for every file. Plain objects in their
// final JSON shape: a model may have a hundred thousand of them.

import type { ArtifactFile } from "../model/artifact.ts";
import { cycloneDxHashNames, type Digest } from "../model/digest.ts";
import type { Fact } from "../model/fact.ts";
import { factEntries, factText } from "./fact-index.ts";
import { compareText } from "./order.ts";
import type { Document } from "./serialize.ts";

export interface Property {
  readonly name: string;
  readonly value: string;
}

/** The ref of a file: the key of its artifact, then its path. */
export function fileRef(artifactKey: string, path: string): string {
  return `file:${artifactKey}/${path}`;
}

/** Digests as CycloneDX hashes, sorted by algorithm. */
function hashes(digests: readonly Digest[]): { alg: string; content: string }[] {
  const list = digests.map(({ algorithm, hex }) => ({ alg: cycloneDxHashNames[algorithm], content: hex }));
  return list.length < 2 ? list : list.sort((a, b) => compareText(a.alg, b.alg));
}

/** One component per file, in the order of `files`. `facts` are those computed from single files. */
export function fileComponents(
  artifactKey: string,
  files: readonly ArtifactFile[],
  facts: ReadonlyMap<string, readonly Fact[]>,
): Document[] {
  return files.map((file) => ({
    type: "file",
    "bom-ref": fileRef(artifactKey, file.path),
    name: file.path,
    hashes: hashes(file.digests),
    properties: fileProperties(file, facts.get(file.path)),
  }));
}

function fileProperties(file: ArtifactFile, facts: readonly Fact[] | undefined): Property[] {
  const own = [
    { name: "aibom:file:format", value: file.format },
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
