// SPDX-License-Identifier: Apache-2.0
// The supply chain as nodes in columns: system, models, what models come from, what runs them, libraries.

import type { AuditRecord, RecordedComponent } from "../../audit/record.ts";
import { artifactTone, outcomeMark, type Tone } from "../marks.ts";

export const columnTitles = [
  "System and services",
  "Models",
  "Base models and datasets",
  "Images and environments",
  "Libraries",
] as const;

export interface ChainNode {
  readonly ref: string;
  readonly name: string;
  readonly kind: string;
  readonly tone: Tone;
  /** Index into `columnTitles`. */
  readonly column: number;
  /** What nodes of one kind are told apart by: the type of the package URL. */
  readonly detail: string;
  /** True for what the policy judged. */
  readonly isArtifact: boolean;
}

export interface ChainEdge {
  readonly from: string;
  readonly to: string;
  /** Words of a model about where it comes from; the others are from bytes and documents. */
  readonly isLineage: boolean;
}

export interface ChainGraph {
  readonly nodes: readonly ChainNode[];
  readonly edges: readonly ChainEdge[];
}

const columnOfKind: Readonly<Record<RecordedComponent["kind"], number>> = {
  system: 0,
  model: 1,
  dataset: 2,
  image: 3,
  environment: 3,
  service: 0,
  "file-set": 3,
  library: 4,
};

export function chainGraph({ artifacts, components, relations, verdict }: AuditRecord): ChainGraph {
  const bases = new Set(relations.filter(({ kind }) => kind === "base-model").map(({ to }) => to));
  const nodes = new Map<string, ChainNode>();
  for (const { ref, name, kind, purl, status } of artifacts) {
    const node = { ref, name, kind, detail: purlType(purl), isArtifact: true };
    nodes.set(ref, { ...node, tone: artifactTone(status), column: columnOfKind[kind] });
  }
  for (const { ref, name, kind, purl } of components) {
    if (nodes.has(ref)) {
      continue;
    }
    const node = { ref, name, kind, detail: purlType(purl), isArtifact: false };
    // The verdict is about the system as a whole; nothing else here was judged by itself.
    const tone = kind === "system" ? outcomeMark(verdict.outcome).tone : "none";
    nodes.set(ref, { ...node, tone, column: kind === "model" && bases.has(ref) ? 2 : columnOfKind[kind] });
  }
  const edges = relations
    .filter(({ from, to }) => from !== to && nodes.has(from) && nodes.has(to))
    .map(({ from, to, kind }) => ({ from, to, isLineage: kind === "base-model" || kind === "trained-on" }));
  return { nodes: [...nodes.values()], edges };
}

function purlType(purl = ""): string {
  return /^pkg:([a-z0-9.+-]{1,30})\//.exec(purl)?.[1] ?? "";
}
