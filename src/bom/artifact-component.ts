// SPDX-License-Identifier: Apache-2.0
// One artifact as a CycloneDX component: a model is a `machine-learning-model`, a dataset `data`, a single other
// file a `file`, an environment a `platform`, a directory of other files `data`. Its identity is the digest of its bytes; names, versions and
// licences that it claims are written as claims. No purl is guessed: only a single file gets a
// `pkg:generic` with the checksum that proves it (purl-spec, type generic).

import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import type { ArtifactFile, PackageName } from "../model/artifact.ts";
import type { Digest } from "../model/digest.ts";
import { cycloneDxHashNames } from "../model/digest.ts";
import { genericPurl, packagePurl } from "../model/package-url.ts";
import type { ArtifactIdentity, ArtifactRefs } from "./artifact-ref.ts";
import { type BaseModelItem, baseModels, type ModelRegister, pedigree } from "./base-models.ts";
import { cleanUrl } from "./clean-text.ts";
import { dataEntries } from "./data-entry.ts";
import type { Described } from "./described.ts";
import type { Document } from "./document.ts";
import { normalizeComponent, type SpecVersion } from "./extend.ts";
import { describedFiles, type FactIndex, fileFacts, indexFacts, type Value } from "./fact-index.ts";
import { factProperties, inventoryProperties } from "./fact-properties.ts";
import { fileComponent, fileRef } from "./file-components.ts";
import { sortedFiles } from "./file-manifest.ts";
import { imageProperties } from "./image-properties.ts";
import { licenseItems } from "./licenses.ts";
import { compact, modelCard } from "./model-card.ts";
import { compareText } from "./order.ts";
import { type PackageComponent, packageComponents } from "./packages.ts";
import { type PlainFileList, plainFiles } from "./plain-files.ts";
import { type ComponentTraces, type Item, provenanceProperties, TraceLog } from "./provenance.ts";
import { property } from "./value-properties.ts";

/** What the artifacts of one BOM share. */
export interface BomContext {
  readonly specVersion: SpecVersion;
  readonly hasTimestamp: boolean;
  readonly toolRef: string;
  readonly refs: ArtifactRefs;
  /** The ref of the component of a dataset that an artifact names. */
  readonly datasetRef: (dataset: Value) => string;
  /** The models of the document, for those that say they were made from one of them. */
  readonly models: ModelRegister;
}

/** An artifact's component and what the rest of the document needs to know about it. */
export interface ArtifactComponent extends ComponentTraces {
  readonly name: string;
  readonly component: Document;
  readonly isComplete: boolean;
  /** Refs it depends on: datasets and base models, as claimed. */
  readonly dependsOn: readonly string[];
  /** Its files, if they are so many that they are written as text. */
  readonly plainFiles: PlainFileList | undefined;
  /** Refs inside the component that depend on nothing: base models, and files unless they are in `plainFiles`. */
  readonly leaves: readonly string[];
  /** The components of what is inside it; they stand first among its components. */
  readonly parts: readonly ArtifactComponent[];
  /** Software packages that were found in it; they are listed beside the artifacts. */
  readonly packages: readonly PackageComponent[];
}

/**
 * Describes one artifact.
 * @throws {AibomError} BOM_DIGEST_MISSING
 */
function artifactComponent(artifact: Described, context: BomContext): Omit<ArtifactComponent, "packages"> {
  const files = sortedFiles(artifact.ownFiles);
  const factsByPath = fileFacts(artifact.facts);
  const index = indexFacts(artifact.name, artifact.facts);
  const log = new TraceLog();
  const identity = context.refs.of(artifact);
  const { key, ref } = identity;
  const own = { grade: "computed", artifact: artifact.name } as const;
  const ancestors = baseModels(index, identity, context.models);
  const parts = componentsOf(artifact.inner, context);
  // Long lists are written at the depth of an artifact's files.
  const isFlat = artifact.part === undefined && parts.length === 0;
  const plain = isFlat ? plainFiles(key, files, factsByPath) : undefined;
  const datasets = new Set<string>();
  const datasetRef = (value: Value): string => {
    const dataset = context.datasetRef(value);
    datasets.add(dataset);
    return dataset;
  };
  const one = (name: "version" | "description"): string | undefined => {
    const value = index.agreed(name);
    log.note(`/${name}`, value?.origins ?? []);
    return value?.text;
  };
  const version = one("version") ?? packageMember("/version", artifact, log)?.version;
  const description = one("description");
  log.note("/hashes", [own]);
  log.note("/components", [own]);
  const model = new Models.Component(componentType(artifact, identity.isSingleFile), artifact.name, {
    bomRef: ref,
    hashes: new Models.HashDictionary(
      identity.digests.map(({ algorithm, hex }) => [Enums.HashAlgorithm[cycloneDxHashNames[algorithm]], hex]),
    ),
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...purlOf(artifact, identity, log),
  });
  const isDataset = artifact.kind === "dataset";
  const card = artifact.kind === "model" ? modelCard(index, log, datasetRef) : undefined;
  const origins = isDataset ? dataOrigins(index, datasetRef) : [];
  const manufacturer = index.agreed("organization");
  log.note("/manufacturer/name", manufacturer?.origins ?? []);
  const always = compact({
    manufacturer: manufacturer === undefined ? undefined : { name: manufacturer.text },
    authors: log.list("/authors", authorItems(index)),
    licenses: log.list("/licenses", licenseItems(index, context.specVersion)),
    externalReferences: log.list("/externalReferences", referenceItems(index)),
    pedigree: pedigree(index, [...ancestors, ...origins], log),
    evidence: evidence(artifact.name, files, identity.digest, context.toolRef, log),
    modelCard: card,
    data: isDataset ? dataEntries(artifact, index, log) : undefined,
    tags: log.list(
      "/tags",
      index.all("tag").map(({ text, origins }) => ({ key: text, json: text, origins })),
    ),
    properties: componentProperties(artifact, index, identity, log, context.hasTimestamp),
    components: plain ?? [
      ...parts.map(({ component }) => component),
      ...files.map((file) => fileComponent(key, file, factsByPath.get(file.path))),
    ],
  });
  return {
    ref,
    name: artifact.name,
    component: normalizeComponent(model, always === undefined ? {} : { always }, context.specVersion),
    traces: log.traces,
    isComplete: artifact.complete,
    dependsOn: needed(ref, [...datasets, ...ancestors.map(refOfBase), ...servedModels(artifact, parts)]),
    plainFiles: plain,
    leaves: [
      ...(plain === undefined ? files.map((file) => fileRef(key, file.path)) : []),
      ...ancestors.map(({ json }) => json["bom-ref"]),
    ],
    parts,
  };
}

function refOfBase({ json, inventoried }: BaseModelItem): string {
  return inventoried ?? json["bom-ref"];
}

/** A dataset that names itself as its origin needs nothing else. */
function needed(ref: string, refs: readonly string[]): readonly string[] {
  return refs.filter((each) => each !== ref).sort();
}

/** An image serves the models in it; a store only keeps them. */
function servedModels({ image }: Described, parts: readonly ArtifactComponent[]): readonly string[] {
  return image === undefined ? [] : parts.map(({ ref }) => ref);
}

/** The components of `artifacts`, by name. */
export function componentsOf(artifacts: readonly Described[], context: BomContext): ArtifactComponent[] {
  return artifacts
    .map((artifact) => ({
      ...artifactComponent(artifact, context),
      packages: packageComponents(
        artifact.packages ?? [],
        context.refs.of(artifact).key,
        context.specVersion,
      ),
    }))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.ref, b.ref));
}

/** The package that a store says an artifact is, noted as the origin of `pointer`. */
function packageMember(pointer: string, artifact: Described, log: TraceLog): PackageName | undefined {
  const { package: known, name, part } = artifact;
  if (known !== undefined) {
    // The store's blobs are what they should be; that the hub called them so is the store's word.
    const path = part === undefined || part.root === "" ? "its place in the store" : part.root;
    log.note(pointer, [{ grade: "claim", artifact: name, path }]);
  }
  return known;
}

function purlOf(
  artifact: Described,
  { isSingleFile, digest }: ArtifactIdentity,
  log: TraceLog,
): { readonly purl?: string } {
  const known = packageMember("/purl", artifact, log);
  if (known !== undefined) {
    return { purl: packagePurl(known) };
  }
  return isSingleFile ? { purl: genericPurl(artifact.name, digest.hex) } : {};
}

function componentType(artifact: Described, isSingleFile: boolean): Enums.ComponentType {
  if (artifact.kind === "model") {
    return Enums.ComponentType.MachineLearningModel;
  }
  if (artifact.image !== undefined) {
    const isRun = artifact.image.role === "image" || artifact.image.role === "index";
    return isRun ? Enums.ComponentType.Container : Enums.ComponentType.Data;
  }
  if (artifact.kind === "environment") {
    // "A runtime environment which interprets or executes software" (CycloneDX 1.7, component.type).
    return Enums.ComponentType.Platform;
  }
  const isFile = isSingleFile && artifact.kind !== "dataset";
  return isFile ? Enums.ComponentType.File : Enums.ComponentType.Data;
}

function authorItems(index: FactIndex): Item<Document>[] {
  return index.all("author").map(({ text, origins }) => ({ key: text, json: { name: text }, origins }));
}

function referenceItems(index: FactIndex): Item<Document>[] {
  const kinds = [
    ["url", "website"],
    ["license.link", "license"],
  ] as const;
  return kinds.flatMap(([fact, type]) =>
    index.all(fact).flatMap(({ text, origins }) => {
      const url = cleanUrl(text);
      return url === undefined ? [] : [{ key: `${type} ${url}`, json: { url, type }, origins }];
    }),
  );
}

/** Datasets that this one was made from, without a ref: each is a component of its own, which it depends on. */
function dataOrigins(index: FactIndex, datasetRef: (value: Value) => string): Item<Document>[] {
  return index.all("derived_from").map((value) => {
    const name = value.member("name") ?? value.text;
    return { key: `data ${datasetRef(value)} ${name}`, json: { type: "data", name }, origins: value.origins };
  });
}

/** Identity by recomputed hash is the only value with confidence 1; claims never appear here. */
function evidence(
  artifact: string,
  sorted: readonly ArtifactFile[],
  digest: Digest,
  toolRef: string,
  log: TraceLog,
): Document {
  log.note("/evidence", [{ grade: "computed", artifact }]);
  const described = describedFiles(sorted);
  return {
    identity: [
      {
        field: "hash",
        confidence: 1,
        concludedValue: digest.hex,
        methods: [
          { technique: "hash-comparison", confidence: 1, value: `${digest.algorithm}:${digest.hex}` },
        ],
        tools: [toolRef],
      },
    ],
    ...(described.length === 0 ? {} : { occurrences: described.map(({ path }) => ({ location: path })) }),
  };
}

function componentProperties(
  artifact: Described,
  index: FactIndex,
  identity: ArtifactIdentity,
  log: TraceLog,
  hasTimestamp: boolean,
): { name: string; value: string }[] {
  const manifest = identity.isSingleFile
    ? []
    : [
        property("aibom:manifest:files", String(artifact.files.length)),
        property("aibom:manifest:format", "sha256sum"),
      ];
  const part =
    artifact.part === undefined
      ? []
      : [property("aibom:part:root", artifact.part.root), property("aibom:part:store", artifact.part.store)];
  const properties =
    log.list("/properties", [
      ...part,
      ...(artifact.image === undefined ? manifest : imageProperties(artifact.image)),
      ...factProperties(artifact, index),
      ...inventoryProperties(artifact, index),
    ]) ?? [];
  return hasTimestamp ? properties : [...properties, ...provenanceProperties(log.traces)];
}
