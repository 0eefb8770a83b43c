// SPDX-License-Identifier: Apache-2.0
// How the components of one document hang together: where each stands, what depends on what, and how far
// that is known (CycloneDX 1.6 and 1.7: dependencies, compositions). Nesting already says which files a
// model consists of; an edge says that something else is needed.

import type { ArtifactComponent } from "./artifact-component.ts";
import type { Document } from "./document.ts";
import type { PlainFileList } from "./plain-files.ts";
import type { ComponentTraces } from "./provenance.ts";
import type { SystemEdges } from "./system-graph.ts";

/** A component of the document with its ref and its traces. */
export interface GraphNode extends ComponentTraces {
  readonly component: Document;
}

export interface DocumentGraph {
  /** `metadata.component`: the only artifact, or a root of its own. */
  readonly root: GraphNode;
  readonly artifacts: readonly ArtifactComponent[];
  readonly datasets: readonly GraphNode[];
  /** Present if the owner of a system said how its artifacts hang together. */
  readonly system?: SystemEdges;
}

/** The components of the document's top level, in their order. */
export function listedComponents(graph: DocumentGraph): readonly GraphNode[] {
  const packages = withParts(graph.artifacts).flatMap((artifact) => artifact.packages);
  return [
    ...graph.artifacts.filter((artifact) => artifact !== graph.root),
    ...graph.datasets,
    ...packages.map((each) => ({ ...each, traces: [] })),
  ];
}

/** What runs, as the owner of the system describes it. */
export function services({ system }: DocumentGraph): Document {
  return system === undefined || system.services.length === 0
    ? {}
    : { services: system.services.map(({ document }) => document) };
}

/** Every component that has traces. */
export function tracedComponents(graph: DocumentGraph): readonly GraphNode[] {
  return [...withParts(graph.artifacts), ...graph.datasets];
}

/** Artifacts and what is inside them, outer before inner. */
function withParts(artifacts: readonly ArtifactComponent[]): readonly ArtifactComponent[] {
  return artifacts.flatMap((artifact) => [artifact, ...withParts(artifact.parts)]);
}

/** JSON pointers of the components by ref. */
export function componentPlaces(graph: DocumentGraph): ReadonlyMap<string, string> {
  const places = new Map([
    [graph.root.ref, "/metadata/component"],
    ...listedComponents(graph).map(({ ref }, index) => [ref, `/components/${index}`] as const),
  ]);
  // Outer before inner: an inner place needs the outer one.
  for (const { ref, parts } of withParts(graph.artifacts)) {
    for (const [index, part] of parts.entries()) {
      places.set(part.ref, `${places.get(ref)}/components/${index}`);
    }
  }
  return places;
}

/** Every component has an entry, also those that depend on nothing; long lists of files stand for theirs. */
export function dependencies(graph: DocumentGraph): (Document | PlainFileList)[] {
  const edges: (Document | PlainFileList)[] = [];
  const hasOwnRoot = !graph.artifacts.some((artifact) => artifact === graph.root);
  const { system } = graph;
  if (hasOwnRoot) {
    edges.push(dependency(graph.root.ref, system?.roots ?? graph.artifacts.map(({ ref }) => ref)));
  }
  for (const { ref, dependsOn } of system?.services ?? []) {
    edges.push(dependency(ref, dependsOn));
  }
  for (const artifact of withParts(graph.artifacts)) {
    const packages = artifact.packages.map(({ ref }) => ref);
    const stated = system?.needs.get(artifact.ref) ?? [];
    const needed =
      stated.length === 0 ? artifact.dependsOn : [...new Set([...artifact.dependsOn, ...stated])].sort();
    edges.push(dependency(artifact.ref, [...needed, ...packages]));
    if (artifact.plainFiles !== undefined) {
      edges.push(artifact.plainFiles);
    }
    for (const ref of artifact.leaves) {
      edges.push({ ref });
    }
    for (const { ref, dependsOn } of artifact.packages) {
      edges.push(dependency(ref, dependsOn));
    }
  }
  for (const { ref } of graph.datasets) {
    edges.push({ ref });
  }
  return edges;
}

function dependency(ref: string, dependsOn: readonly string[]): Document {
  return dependsOn.length === 0 ? { ref } : { ref, dependsOn };
}

/**
 * How much of the truth the document holds. The files of an artifact are `complete` only if every one was
 * read. Dependencies come from claims, so nobody knows whether they are all: `unknown`.
 */
export function compositions(graph: DocumentGraph): Document[] {
  const artifacts = withParts(graph.artifacts);
  const assemblies = (isComplete: boolean): string[] =>
    artifacts.filter((artifact) => artifact.isComplete === isComplete).map(({ ref }) => ref);
  const all = [
    { aggregate: "complete", assemblies: assemblies(true) },
    { aggregate: "incomplete", assemblies: assemblies(false) },
  ].filter((each) => each.assemblies.length > 0);

  const running = graph.system?.services ?? [];
  const nodes = [...new Set([graph.root, ...running, ...artifacts].map(({ ref }) => ref))];
  return [...all, { aggregate: "unknown", dependencies: nodes }];
}
