// SPDX-License-Identifier: Apache-2.0
// One artifact as a CycloneDX component: a model is a `machine-learning-model`, a dataset `data`, a single other
// file a `file`, a directory of other files `data`. Its identity is the digest of its bytes; names, versions and
// licences that it claims are written as claims. No purl is guessed: only a single file gets a
// `pkg:generic` with the checksum that proves it (purl-spec, type generic).

import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import type { Artifact, ArtifactFile } from "../model/artifact.ts";
import type { Digest } from "../model/digest.ts";
import { cycloneDxHashNames } from "../model/digest.ts";
import type { ArtifactIdentity, ArtifactRefs } from "./artifact-ref.ts";
import { cleanUrl } from "./clean-text.ts";
import { dataEntries } from "./data-entry.ts";
import type { Document } from "./document.ts";
import { normalizeComponent, type SpecVersion } from "./extend.ts";
import { describedFiles, type FactIndex, fileFacts, indexFacts, type Value } from "./fact-index.ts";
import { factProperties, inventoryProperties } from "./fact-properties.ts";
import { fileComponent, fileRef } from "./file-components.ts";
import { sortedFiles } from "./file-manifest.ts";
import { licenseItems } from "./licenses.ts";
import { compact, modelCard } from "./model-card.ts";
import { type PlainFileList, plainFiles } from "./plain-files.ts";
import { type ComponentTraces, type Item, provenanceProperties, TraceLog } from "./provenance.ts";
import { contentKey } from "./refs.ts";
import { property } from "./value-properties.ts";

/** What the artifacts of one BOM share. */
export interface BomContext {
  readonly specVersion: SpecVersion;
  readonly hasTimestamp: boolean;
  readonly toolRef: string;
  readonly refs: ArtifactRefs;
  /** The ref of the component of a dataset that an artifact names. */
  readonly datasetRef: (dataset: Value) => string;
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
}

/**
 * Describes one artifact.
 * @throws {AibomError} BOM_DIGEST_MISSING
 */
export function artifactComponent(artifact: Artifact, context: BomContext): ArtifactComponent {
  const files = sortedFiles(artifact.files);
  const factsByPath = fileFacts(artifact.facts);
  const index = indexFacts(artifact.name, artifact.facts);
  const log = new TraceLog();
  const identity = context.refs.of(artifact);
  const { key, ref } = identity;
  const own = { grade: "computed", artifact: artifact.name } as const;
  const ancestors = baseModels(index, key);
  const plain = plainFiles(key, files, factsByPath);
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
  const version = one("version");
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
    ...(identity.isSingleFile ? { purl: genericPurl(artifact.name, identity.digest.hex) } : {}),
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
    components: plain ?? files.map((file) => fileComponent(key, file, factsByPath.get(file.path))),
  });
  return {
    ref,
    name: artifact.name,
    component: normalizeComponent(model, always === undefined ? {} : { always }, context.specVersion),
    traces: log.traces,
    isComplete: artifact.complete,
    // A dataset that names itself as its origin needs nothing else.
    dependsOn: [...datasets, ...ancestors.map(({ json }) => json["bom-ref"])]
      .filter((each) => each !== ref)
      .sort(),
    plainFiles: plain,
    leaves: [
      ...(plain === undefined ? files.map((file) => fileRef(key, file.path)) : []),
      ...ancestors.map(({ json }) => json["bom-ref"]),
    ],
  };
}

function componentType(artifact: Artifact, isSingleFile: boolean): Enums.ComponentType {
  if (artifact.kind === "model") {
    return Enums.ComponentType.MachineLearningModel;
  }
  const isFile = isSingleFile && artifact.kind !== "dataset";
  return isFile ? Enums.ComponentType.File : Enums.ComponentType.Data;
}

/** purl-spec: everything but letters, digits and `.-_~` is percent-encoded; a colon stays. */
function genericPurl(name: string, sha256: string): string {
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `pkg:generic/${encoded}?checksum=sha256:${sha256}`;
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

interface BaseModel {
  readonly type: "machine-learning-model";
  readonly "bom-ref": string;
  readonly name: string;
}

function baseModels(index: FactIndex, artifactKey: string): Item<BaseModel>[] {
  const items = index.all("base_model").map((value) => {
    const name = value.member("name") ?? value.text;
    const version = value.member("revision");
    const url = cleanUrl(value.member("url") ?? "");
    const json = {
      type: "machine-learning-model",
      "bom-ref": `base:${artifactKey}/${contentKey(name, version ?? "")}`,
      name,
      ...(version === undefined ? {} : { version }),
      ...(url === undefined ? {} : { externalReferences: [{ url, type: "website" }] }),
    } as const;
    return { key: json["bom-ref"], json, origins: value.origins };
  });
  // One component per ref: claims that differ in the relation only are one base model.
  return [...new Map(items.map((item) => [item.key, item])).values()];
}

/** Datasets that this one was made from, without a ref: each is a component of its own, which it depends on. */
function dataOrigins(index: FactIndex, datasetRef: (value: Value) => string): Item<Document>[] {
  return index.all("derived_from").map((value) => {
    const name = value.member("name") ?? value.text;
    return { key: `data ${datasetRef(value)} ${name}`, json: { type: "data", name }, origins: value.origins };
  });
}

function pedigree(index: FactIndex, ancestors: readonly Item<object>[], log: TraceLog): Document | undefined {
  const relations = index.all("base_model").flatMap((value) => {
    const relation = value.member("relation");
    return relation === undefined ? [] : [`${value.member("name") ?? value.text}: ${relation} (claim)`];
  });
  const list = log.list("/pedigree/ancestors", ancestors);
  if (list === undefined) {
    return undefined;
  }
  if (relations.length === 0) {
    return { ancestors: list };
  }
  log.note(
    "/pedigree/notes",
    ancestors.flatMap(({ origins }) => origins),
  );
  return { ancestors: list, notes: [...new Set(relations)].sort().join("\n") };
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
  artifact: Artifact,
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
  const properties =
    log.list("/properties", [
      ...manifest,
      ...factProperties(artifact, index),
      ...inventoryProperties(artifact, index),
    ]) ?? [];
  return hasTimestamp ? properties : [...properties, ...provenanceProperties(log.traces)];
}
