// SPDX-License-Identifier: Apache-2.0
// Artifacts in, a CycloneDX document out (1.7, ECMA-424 second edition, or 1.6). The same artifacts give the
// same bytes in any locale, time zone, directory order and place. What the document says, and where each
// value comes from, is listed in docs/bom.md. Every document is validated before it is handed out.

import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import type { Artifact } from "../model/artifact.ts";
import { type ArtifactComponent, componentsOf } from "./artifact-component.ts";
import { ArtifactRefs } from "./artifact-ref.ts";
import { ModelRegister } from "./base-models.ts";
import { cleanText } from "./clean-text.ts";
import { DatasetRegister } from "./datasets.ts";
import { type Described, describedArtifact, withInner } from "./described.ts";
import type { Document } from "./document.ts";
import {
  componentPlaces,
  compositions,
  type DocumentGraph,
  dependencies,
  type GraphNode,
  listedComponents,
  services,
  tracedComponents,
} from "./document-graph.ts";
import { normalizeBom, normalizeComponent, type SpecVersion } from "./extend.ts";
import { compareText } from "./order.ts";
import { annotations, citations } from "./provenance.ts";
import { contentKey, RefRegister } from "./refs.ts";
import { checkBuiltBom } from "./self-check.ts";
import { serializeBom } from "./serialize.ts";
import { documentAuthors, rootFacts, type SystemGraph, systemEdges } from "./system-graph.ts";

/** Phases of CycloneDX in which an inventory may be made. */
export type Lifecycle =
  | "design"
  | "pre-build"
  | "build"
  | "post-build"
  | "operations"
  | "discovery"
  | "decommission";

export interface BomOptions {
  readonly specVersion: SpecVersion;
  /** Left out, the BOM holds no time at all and says so with `cdx:reproducible`. */
  readonly timestamp?: Date;
  /** Version of aibom, for `metadata.tools`. */
  readonly toolVersion: string;
  /** Default `post-build`: the files exist, nothing runs yet. */
  readonly lifecycle?: Lifecycle;
  /** Name of the system that the artifacts belong to. Given, or with several artifacts, it is the root. */
  readonly name?: string;
  /** The system itself, if its owner described it: then it is the root, and says what needs what. */
  readonly system?: SystemGraph;
}

const toolName = "aibom-cli";

/**
 * Builds the BOM of `artifacts`: UTF-8 JSON with a final newline.
 * @throws {AibomError} BOM_DIGEST_MISSING, BOM_TOO_LARGE, BOM_SELF_INVALID
 */
export async function buildBom(artifacts: readonly Artifact[], options: BomOptions): Promise<Uint8Array> {
  return Buffer.concat(await buildBomPieces(artifacts, options));
}

/**
 * The same in pieces, for a writer that takes one after the other: a copy of a large BOM in one piece costs
 * as much as building a fifth of it.
 * @throws {AibomError} as `buildBom`
 */
export async function buildBomPieces(
  artifacts: readonly Artifact[],
  options: BomOptions,
): Promise<readonly Uint8Array[]> {
  const { specVersion } = options;
  const timestamp = options.timestamp?.toISOString().replace(".000Z", "Z");
  const tool = toolComponent(options.toolVersion, specVersion);
  const datasets = new DatasetRegister(specVersion, timestamp !== undefined);
  const register = new RefRegister();
  const refs = new ArtifactRefs(register);
  const given = artifacts.map(describedArtifact);
  const byArtifact = new Map(artifacts.map((artifact, index) => [artifact, given[index]]));
  const sorted = given.toSorted((a, b) => compareText(a.name, b.name) || compareText(a.kind, b.kind));
  const all = withInner(sorted);
  datasets.addInventoried(all, refs);
  const described = componentsOf(sorted, {
    specVersion,
    hasTimestamp: timestamp !== undefined,
    toolRef: tool.ref,
    refs,
    datasetRef: (dataset) => datasets.refOf(dataset),
    models: new ModelRegister(all, refs),
  });
  const { system } = options;
  const graph: DocumentGraph = {
    root: rootComponent(described, options),
    artifacts: described,
    datasets: datasets.components(),
    ...(system === undefined
      ? {}
      : {
          system: systemEdges(
            system,
            (artifact) => refs.of(requireDescribed(byArtifact, artifact)).ref,
            register,
          ),
        }),
  };

  const document = normalizeBom(
    {
      tool: tool.component,
      root: graph.root.component,
      components: listedComponents(graph).map(({ component }) => component),
      metadata: metadataMembers(options, timestamp),
      members: {
        ...services(graph),
        dependencies: dependencies(graph),
        compositions: compositions(graph),
        ...(timestamp === undefined ? {} : provenance(graph, specVersion, timestamp, tool)),
      },
    },
    specVersion,
  );
  const serialized = serializeBom(document, timestamp);
  await checkBuiltBom(serialized.document);
  return serialized.pieces;
}

/** The one artifact itself, or an application that stands for the system all of them belong to. */
function rootComponent(
  described: readonly ArtifactComponent[],
  { name, system, specVersion }: BomOptions,
): GraphNode {
  const [only, ...others] = described;
  if (only !== undefined && others.length === 0 && name === undefined && system === undefined) {
    return only;
  }
  const rootName = cleanText(name ?? system?.name ?? "inventory");
  const ref = `root:${contentKey(rootName, ...described.map((each) => each.ref))}`;
  const model = new Models.Component(Enums.ComponentType.Application, rootName, {
    bomRef: ref,
    ...(system?.version === undefined ? {} : { version: cleanText(system.version) }),
    ...(system?.description === undefined ? {} : { description: cleanText(system.description) }),
  });
  const facts = system === undefined ? {} : { always: rootFacts(system) };
  return { ref, component: normalizeComponent(model, facts, specVersion), traces: [] };
}

/** @throws {Error} if a system names an artifact that is not in the inventory: a fault of the caller */
function requireDescribed(
  known: ReadonlyMap<Artifact, Described | undefined>,
  artifact: Artifact,
): Described {
  const described = known.get(artifact);
  if (described === undefined) {
    throw new Error("a system consists of the artifacts of its inventory");
  }
  return described;
}

function toolComponent(
  version: string,
  specVersion: SpecVersion,
): GraphNode & { readonly document: Document } {
  const ref = `tool:${toolName}@${version}`;
  const type = Enums.ComponentType.Application;
  const model = new Models.Component(type, toolName, { bomRef: ref, version });
  return {
    ref,
    component: normalizeComponent(model, {}, specVersion),
    document: { type, name: toolName, version },
    traces: [],
  };
}

function metadataMembers(options: BomOptions, timestamp: string | undefined): Document {
  return {
    ...(timestamp === undefined
      ? { properties: [{ name: "cdx:reproducible", value: "true" }] }
      : { timestamp }),
    lifecycles: [{ phase: options.lifecycle ?? "post-build" }],
    ...(options.system === undefined ? {} : documentAuthors(options.system)),
  };
}

function provenance(
  graph: DocumentGraph,
  specVersion: SpecVersion,
  timestamp: string,
  tool: { readonly ref: string; readonly document: Document },
): Document {
  const traced = tracedComponents(graph);
  return specVersion === "1.7"
    ? { citations: citations(traced, componentPlaces(graph), timestamp, tool.ref) }
    : { annotations: annotations(traced, timestamp, tool.document) };
}
