// SPDX-License-Identifier: Apache-2.0
// A proof, much cheaper than the full validator, that lists of plain file components are valid: exactly the
// shape that file-components.ts makes, checked element by element (CycloneDX 1.6 and 1.7: component, hash,
// property, refType). What it proves is left out of the document for the full validator. Whatever it
// cannot prove stays in, so that it decides nothing about a faulty document: the full validator does.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";

/** Below this the full validator costs nothing. */
const minFiles = 64;

/** Hexadecimal digits by algorithm, of those that a file component of ours can have. */
const hexLengths: ReadonlyMap<JsonValue | undefined, number> = new Map([
  ["SHA-256", 64],
  ["SHA-384", 96],
  ["SHA-512", 128],
  ["BLAKE2b-256", 64],
  ["BLAKE2b-512", 128],
  ["BLAKE3", 64],
]);

/**
 * `document` with each long list of plain files reduced to its first one, and without the dependency entries
 * that say that the others depend on nothing. The same document if anything is not as plain as that.
 */
export function withoutPlainFiles(document: JsonObject): JsonObject {
  const left = new Set<string>();
  const metadata = document["metadata"];
  const reduce = (component: JsonValue): JsonValue => reduceComponent(component, left);
  const components = document["components"];
  const root = isJsonObject(metadata) ? metadata["component"] : undefined;
  const reduced = {
    ...document,
    ...(isJsonObject(metadata) && root !== undefined
      ? { metadata: { ...metadata, component: reduce(root) } }
      : {}),
    ...(isJsonArray(components) ? { components: components.map(reduce) } : {}),
  };
  const dependencies = document["dependencies"];
  const edges = isJsonArray(dependencies) ? withoutLeaves(dependencies, left) : undefined;
  // A second owner of a ref that was left out could no longer be seen.
  if (left.size === 0 || edges === undefined || definesAny(reduced, left)) {
    return document;
  }
  return { ...reduced, dependencies: edges };
}

function reduceComponent(component: JsonValue, left: Set<string>): JsonValue {
  const files = isJsonObject(component) ? component["components"] : undefined;
  if (!isJsonObject(component) || !isJsonArray(files) || files.length < minFiles) {
    return component;
  }
  const names = new Set<JsonValue>();
  const refs: string[] = [];
  for (const file of files) {
    const ref = plainFileRef(file, names);
    if (ref === undefined) {
      return component;
    }
    refs.push(ref);
  }
  const known = left.size;
  for (let index = 1; index < refs.length; index++) {
    left.add(refs[index] as string);
  }
  // A repeated ref stays in the set and in the list: `definesAny` then finds it.
  return left.size === known + refs.length - 1 ? { ...component, components: files.slice(0, 1) } : component;
}

/** The ref of a plain file; undefined if it is anything else. Its name must be new. */
function plainFileRef(file: JsonValue, names: Set<JsonValue>): string | undefined {
  if (!isJsonObject(file) || countKeys(file) !== 5 || file["type"] !== "file") {
    return undefined;
  }
  const { "bom-ref": ref, name, hashes, properties } = file;
  const isPlain =
    typeof ref === "string" &&
    ref.startsWith("file:") &&
    typeof name === "string" &&
    areHashes(hashes) &&
    isJsonArray(properties) &&
    properties.every(isProperty);
  if (!isPlain || names.has(name)) {
    return undefined;
  }
  names.add(name);
  return ref;
}

/** Own and inherited alike: an object with a strange prototype is not plain. */
function countKeys(value: JsonObject): number {
  let count = 0;
  for (const _ in value) {
    count++;
  }
  return count;
}

function areHashes(value: JsonValue | undefined): boolean {
  if (!isJsonArray(value) || value.length === 0) {
    return false;
  }
  return value.every((hash) => {
    if (!isJsonObject(hash) || countKeys(hash) !== 2) {
      return false;
    }
    const content = hash["content"];
    return (
      typeof content === "string" &&
      content.length === hexLengths.get(hash["alg"]) &&
      /^[0-9a-f]+$/.test(content)
    );
  });
}

function isProperty(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    countKeys(value) === 2 &&
    typeof value["name"] === "string" &&
    typeof value["value"] === "string"
  );
}

/** Without the entries `{ref}` of files that were left out; undefined if one of them is there twice. */
function withoutLeaves(edges: readonly JsonValue[], left: ReadonlySet<string>): JsonValue[] | undefined {
  const seen = new Set<string>();
  const kept: JsonValue[] = [];
  for (const edge of edges) {
    const ref = isJsonObject(edge) && countKeys(edge) === 1 ? edge["ref"] : undefined;
    if (typeof ref !== "string" || !left.has(ref)) {
      kept.push(edge);
    } else if (seen.has(ref)) {
      return undefined;
    } else {
      seen.add(ref);
    }
  }
  return kept;
}

/** True if some object inside has one of `refs` as its bom-ref. The builder bounds the depth. */
function definesAny(value: JsonValue, refs: ReadonlySet<string>): boolean {
  if (isJsonArray(value)) {
    return value.some((each) => definesAny(each, refs));
  }
  if (!isJsonObject(value)) {
    return false;
  }
  const ref = value["bom-ref"];
  if (typeof ref === "string" && refs.has(ref)) {
    return true;
  }
  return Object.entries(value).some(([key, each]) => key !== "dependencies" && definesAny(each, refs));
}
