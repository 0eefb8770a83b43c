// SPDX-License-Identifier: Apache-2.0
// Reads a BOM: the artifacts that it names, with their files and hash values, from any tool's CycloneDX. The
// document itself stays as written. Our own convention: the files of a model are nested components of type
// `file` whose name is the path below the artifact's root.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { cycloneDxHashNames, type Digest, type DigestAlgorithm, isDigestHex } from "../model/digest.ts";
import type { BomValidation } from "./validate.ts";
import { validateBom } from "./validate.ts";

/** A hash value that aibom cannot recompute, as written. */
export interface UnknownHash {
  readonly algorithm: string;
  readonly content: string;
}

/** A file that a BOM names. */
export interface BomFile {
  /** As written: below the artifact's root in our own BOMs, anything in those of others. */
  readonly path: string;
  /** Well-formed values of algorithms that aibom can recompute, in lower case. May be empty. */
  readonly digests: readonly Digest[];
  /** The other hash values: unknown algorithms, wrong lengths. */
  readonly unknownHashes: readonly UnknownHash[];
  /** Bytes, where the BOM says so. */
  readonly size?: number;
}

/** A component of a BOM that stands for bytes. */
export interface BomArtifact {
  /** The bom-ref, if it has one. */
  readonly ref: string | undefined;
  readonly name: string;
  /** Component type: `machine-learning-model`, `data`, `file` ... */
  readonly type: string;
  /** Nested files; for a component that has hashes and no files, itself. Order as written. */
  readonly files: readonly BomFile[];
  /** Hash values of the component itself. */
  readonly digests: readonly Digest[];
}

/** A BOM that was read: what validation found, and the artifacts. */
export interface Bom extends BomValidation {
  readonly artifacts: readonly BomArtifact[];
}

/**
 * Reads and validates a BOM. Callers decide what its findings mean.
 * @param path for findings and errors; nothing is opened.
 * @throws {AibomError} as `validateBom`
 */
export async function readBom(bytes: Uint8Array, path: string): Promise<Bom> {
  const validation = await validateBom(bytes, path);
  return { ...validation, artifacts: bomArtifacts(validation.document) };
}

/**
 * The components that have hashes or nested files, in document order, outer before inner, the described
 * component (`metadata.component`) first. Accepts any document; what has the wrong shape is passed over.
 */
export function bomArtifacts(document: JsonObject): BomArtifact[] {
  const artifacts: BomArtifact[] = [];
  const metadata = member(document, "metadata");
  const described = isJsonObject(metadata) ? member(metadata, "component") : undefined;
  if (isJsonObject(described)) {
    collect(described, artifacts);
  }
  for (const component of objects(member(document, "components"))) {
    collect(component, artifacts);
  }
  return artifacts;
}

// Recursion is bounded: the parser refuses deep documents.
function collect(component: JsonObject, artifacts: BomArtifact[]): void {
  const own = bomFile(component);
  const nested: BomFile[] = [];
  const inner: JsonObject[] = [];
  for (const child of objects(member(component, "components"))) {
    if (text(child, "type") === "file") {
      addFiles(child, nested, inner);
    } else {
      inner.push(child);
    }
  }
  const hasHashes = own.digests.length > 0 || own.unknownHashes.length > 0;
  if (nested.length > 0 || hasHashes) {
    artifacts.push({
      ref: text(component, "bom-ref"),
      name: own.path,
      type: text(component, "type") ?? "",
      files: nested.length > 0 ? nested : [own],
      digests: own.digests,
    });
  }
  for (const child of inner) {
    collect(child, artifacts);
  }
}

/** Adds a file and the files inside it (archives); components of other types inside are artifacts. */
function addFiles(component: JsonObject, files: BomFile[], inner: JsonObject[]): void {
  files.push(bomFile(component));
  for (const child of objects(member(component, "components"))) {
    if (text(child, "type") === "file") {
      addFiles(child, files, inner);
    } else {
      inner.push(child);
    }
  }
}

const algorithms = new Map<string, DigestAlgorithm>(
  Object.entries(cycloneDxHashNames).map(([algorithm, name]) => [name, algorithm as DigestAlgorithm]),
);

function bomFile(component: JsonObject): BomFile {
  const digests: Digest[] = [];
  const unknownHashes: UnknownHash[] = [];
  for (const hash of objects(member(component, "hashes"))) {
    const name = text(hash, "alg") ?? "";
    const content = text(hash, "content") ?? "";
    const algorithm = algorithms.get(name);
    const hex = content.toLowerCase();
    if (algorithm !== undefined && isDigestHex(algorithm, hex)) {
      digests.push({ algorithm, hex });
    } else {
      unknownHashes.push({ algorithm: name, content });
    }
  }
  const size = sizeOf(component);
  return {
    path: text(component, "name") ?? "",
    digests,
    unknownHashes,
    ...(size === undefined ? {} : { size }),
  };
}

function sizeOf(component: JsonObject): number | undefined {
  for (const property of objects(member(component, "properties"))) {
    const value = text(property, "name") === "aibom:file:size" ? text(property, "value") : undefined;
    if (value !== undefined && /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value))) {
      return Number(value);
    }
  }
  return undefined;
}

function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function text(object: JsonObject, key: string): string | undefined {
  const value = member(object, key);
  return typeof value === "string" ? value : undefined;
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}
