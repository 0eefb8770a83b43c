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
  /** Format id, where the BOM says so. */
  readonly format?: string;
}

/** A component of a BOM that stands for bytes. */
export interface BomArtifact {
  /** The bom-ref, if it has one. */
  readonly ref: string | undefined;
  readonly name: string;
  /** Component type: `machine-learning-model`, `data`, `file` ... */
  readonly type: string;
  /** Nested files, those of its parts among them; for a component that has hashes and no files, itself. Order as written. */
  readonly files: readonly BomFile[];
  /** Hash values of the component itself. */
  readonly digests: readonly Digest[];
  /** Its package URL, if it has one, as written. */
  readonly purl?: string;
  /** Ids, names and expressions, as written; absent if there are none. */
  readonly licenses?: readonly string[];
  /** Those with a name and a value; absent if there are none. */
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  /** Of one model inside an artifact: the artifact, among whose files its own are. */
  readonly outer?: BomArtifact;
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
function collect(component: JsonObject, artifacts: BomArtifact[], outer?: BomArtifact): void {
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
  const ownParts = inner.filter((child) => partRoot(child) !== undefined);
  const files = ownParts.length === 0 ? nested : withPartFiles(nested, ownParts);
  const hasHashes = own.digests.length > 0 || own.unknownHashes.length > 0;
  const purl = text(component, "purl");
  const properties = propertiesOf(component);
  const licenses = licensesOf(component);
  const artifact: BomArtifact = {
    ref: text(component, "bom-ref"),
    name: own.path,
    type: text(component, "type") ?? "",
    files: files.length > 0 ? belowRoot(files, partRoot(component)) : [own],
    digests: own.digests,
    ...(purl === undefined ? {} : { purl }),
    ...(licenses.length === 0 ? {} : { licenses }),
    ...(properties.length === 0 ? {} : { properties }),
    ...(outer === undefined ? {} : { outer }),
  };
  if (files.length > 0 || hasHashes) {
    artifacts.push(artifact);
  }
  for (const child of inner) {
    collect(child, artifacts, ownParts.includes(child) ? artifact : undefined);
  }
}

/** Our own convention: the folder of a part inside its artifact. The files of a part are the artifact's as well. */
function partRoot(component: JsonObject): string | undefined {
  return propertyOf(component, "aibom:part:root");
}

/**
 * The files of an artifact and of its parts. Parts may share a file: it is one file, and what any of them says about
 * it has to be true.
 */
function withPartFiles(own: readonly BomFile[], parts: readonly JsonObject[]): readonly BomFile[] {
  const files: BomFile[] = [...own];
  for (const part of parts) {
    for (const child of objects(member(part, "components"))) {
      if (text(child, "type") === "file") {
        addFiles(child, files, []);
      }
    }
  }
  const byPath = new Map<string, BomFile>();
  for (const file of files) {
    const known = byPath.get(file.path);
    byPath.set(file.path, known === undefined ? file : bothOf(known, file));
  }
  return [...byPath.values()];
}

function bothOf(a: BomFile, b: BomFile): BomFile {
  const isNew = (digest: Digest): boolean =>
    !a.digests.some(({ algorithm, hex }) => algorithm === digest.algorithm && hex === digest.hex);
  return {
    ...a,
    digests: [...a.digests, ...b.digests.filter(isNew)],
    unknownHashes: [...a.unknownHashes, ...b.unknownHashes],
  };
}

/** The files of a part as they are named in its folder, so that the folder by itself can be compared with it. */
function belowRoot(files: readonly BomFile[], root: string | undefined): readonly BomFile[] {
  if (root === undefined || root === "") {
    return files;
  }
  const prefix = root === "/" ? "/" : `${root}/`;
  return files.map((file) =>
    file.path.startsWith(prefix) ? { ...file, path: file.path.slice(prefix.length) } : file,
  );
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
  const format = propertyOf(component, "aibom:file:format");
  return {
    path: text(component, "name") ?? "",
    digests,
    unknownHashes,
    ...(size === undefined ? {} : { size }),
    ...(format === undefined ? {} : { format }),
  };
}

function sizeOf(component: JsonObject): number | undefined {
  const value = propertyOf(component, "aibom:file:size");
  return value !== undefined && /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value))
    ? Number(value)
    : undefined;
}

function licensesOf(component: JsonObject): readonly string[] {
  return objects(member(component, "licenses")).flatMap((each) => {
    const license = member(each, "license");
    const named = isJsonObject(license) ? (text(license, "id") ?? text(license, "name")) : undefined;
    return [text(each, "expression") ?? named].filter((found) => found !== undefined);
  });
}

function propertiesOf(component: JsonObject): NonNullable<BomArtifact["properties"]> {
  return objects(member(component, "properties")).flatMap((each) => {
    const [name, value] = [text(each, "name"), text(each, "value")];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
}

/** The value of the first property of that name. */
function propertyOf(component: JsonObject, name: string): string | undefined {
  const property = objects(member(component, "properties")).find((each) => text(each, "name") === name);
  return property === undefined ? undefined : text(property, "value");
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
