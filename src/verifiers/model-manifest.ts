// SPDX-License-Identifier: Apache-2.0
// The manifest of a model signature: the predicate of OMS v1.0, sections 5 to 8, out of a statement whose
// signature is good. Names in the reference implementation's spelling (`.` for a single file, sharded
// algorithm names) are read too; the order of entries is taken as given.

import { createHash } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type DigestAlgorithm, isDigestHex } from "../model/digest.ts";
import { checkResourceName, parseShardName, singleFileName } from "./resource-name.ts";
import { member, parseStatement, type Statement, statementTypeV1 } from "./statement.ts";

/** The predicate type that aibom reads and writes. */
export const modelPredicateType = "https://model_signing/signature/v1.0";
/** That of model-signing before 0.3. */
export const legacyPredicateType = "https://model_signing/Digests/v0.1";

/** Hash functions of OMS, by their names there. */
export const modelHashes: ReadonlyMap<string, DigestAlgorithm> = new Map([
  ["sha256", "sha256"],
  ["blake2b", "blake2b-512"],
  ["blake3", "blake3"],
]);

/** Range of a file with its signed digest. */
export interface SignedShard {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly hex: string;
}

/** One signed file: a digest of the whole, or of consecutive shards. */
export type SignedFile = { readonly hex: string } | { readonly shards: readonly SignedShard[] };

export interface ModelManifest {
  readonly algorithm: DigestAlgorithm;
  /** Bytes; undefined for the `files` method. */
  readonly shardSizeBytes: number | undefined;
  readonly allowsSymlinks: boolean;
  readonly ignorePaths: ReadonlySet<string>;
  /** By path; a single-file model may be named `.`. */
  readonly files: ReadonlyMap<string, SignedFile>;
}

/**
 * Parses the payload of a model signature and checks that it is consistent in itself.
 * @throws {AibomError} JSON_*, STATEMENT_*, OMS_*
 */
export function parseModelManifest(payload: Uint8Array, path: string): ModelManifest {
  const statement = parseStatement(payload, { path, types: [statementTypeV1], maxDepth: 16 });
  checkPredicateType(statement.predicateType);
  const expectedRoot = rootOf(statement);
  onlyFields(statement.predicate, ["serialization", "resources"], "the predicate");
  const serialization = parseSerialization(member(statement.predicate, "serialization"));
  const resources = parseResources(member(statement.predicate, "resources"), serialization);
  const files =
    serialization.shardSizeBytes === undefined
      ? wholeFiles(resources)
      : shardedFiles(resources, serialization.shardSizeBytes);
  for (const name of files.keys()) {
    if (name !== singleFileName || files.size > 1) {
      checkResourceName(name);
    }
  }
  checkRoot(resources, expectedRoot);
  const { algorithm, shardSizeBytes, allowsSymlinks, ignorePaths } = serialization;
  return { algorithm, shardSizeBytes, allowsSymlinks, ignorePaths, files };
}

function checkPredicateType(predicateType: string): void {
  if (predicateType === modelPredicateType) {
    return;
  }
  if (predicateType === legacyPredicateType) {
    throw AibomError.of("OMS_PREDICATE_LEGACY", {});
  }
  if (/^https:\/\/model_signing\/signature\/v[0-9.]{1,16}$/.test(predicateType)) {
    throw AibomError.of("OMS_PREDICATE_VERSION", {
      got: predicateType.slice("https://model_signing/signature/".length),
    });
  }
  throw AibomError.of("STATEMENT_PREDICATE_TYPE", {
    got: predicateType.slice(0, 100),
    expected: modelPredicateType,
  });
}

function rootOf(statement: Statement): string {
  const [subject] = statement.subjects;
  if (subject === undefined || statement.subjects.length !== 1) {
    throw AibomError.of("STATEMENT_SUBJECT_COUNT", { count: statement.subjects.length, expected: "1" });
  }
  const root = subject.digests.get("sha256");
  if (root === undefined || !isDigestHex("sha256", root)) {
    throw AibomError.of("STATEMENT_MALFORMED", { reason: "the subject has no sha256 digest" });
  }
  return root;
}

interface Serialization {
  readonly hashName: string;
  readonly algorithm: DigestAlgorithm;
  readonly shardSizeBytes: number | undefined;
  readonly allowsSymlinks: boolean;
  readonly ignorePaths: ReadonlySet<string>;
}

function parseSerialization(value: JsonValue | undefined): Serialization {
  if (!isJsonObject(value)) {
    throw AibomError.of("OMS_SERIALIZATION", { reason: "it is missing" });
  }
  onlyFields(
    value,
    ["method", "hash_type", "allow_symlinks", "shard_size", "ignore_paths"],
    "the serialization",
  );
  const method = member(value, "method");
  if (method !== "files" && method !== "shards") {
    throw AibomError.of("OMS_SERIALIZATION", { reason: "method is neither files nor shards" });
  }
  const hashName = member(value, "hash_type");
  const algorithm = typeof hashName === "string" ? modelHashes.get(hashName) : undefined;
  if (typeof hashName !== "string" || algorithm === undefined) {
    throw AibomError.of("OMS_HASH_UNSUPPORTED", { hash: String(hashName).slice(0, 100) });
  }
  const allowsSymlinks = member(value, "allow_symlinks");
  if (typeof allowsSymlinks !== "boolean") {
    throw AibomError.of("OMS_SERIALIZATION", { reason: "allow_symlinks is not true or false" });
  }
  return {
    hashName,
    algorithm,
    allowsSymlinks,
    shardSizeBytes: parseShardSize(method, member(value, "shard_size")),
    ignorePaths: parseIgnorePaths(member(value, "ignore_paths")),
  };
}

function parseShardSize(method: "files" | "shards", value: JsonValue | undefined): number | undefined {
  if (method === "files") {
    if (value !== undefined) {
      throw AibomError.of("OMS_SERIALIZATION", { reason: "shard_size with method files" });
    }
    return undefined;
  }
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0) {
    throw AibomError.of("OMS_SERIALIZATION", { reason: "shard_size is not a positive integer" });
  }
  return value;
}

/** Bundles of before 1.1 lack the list. Entries are exact paths; one that names no path matches nothing. */
function parseIgnorePaths(value: JsonValue | undefined): ReadonlySet<string> {
  const paths = new Set<string>();
  if (value === undefined) {
    return paths;
  }
  if (!isJsonArray(value)) {
    throw AibomError.of("OMS_SERIALIZATION", { reason: "ignore_paths is not a list" });
  }
  for (const path of value) {
    if (typeof path !== "string" || path === "") {
      throw AibomError.of("OMS_SERIALIZATION", { reason: "an entry of ignore_paths is not a path" });
    }
    paths.add(path);
  }
  return paths;
}

interface Resource {
  readonly name: string;
  readonly hex: string;
}

function parseResources(value: JsonValue | undefined, serialization: Serialization): Resource[] {
  if (!isJsonArray(value)) {
    throw AibomError.of("OMS_SERIALIZATION", { reason: "resources is not a list" });
  }
  if (value.length === 0) {
    throw AibomError.of("OMS_RESOURCES_EMPTY", {});
  }
  if (value.length > limits.maxStatementEntries) {
    throw AibomError.of("OMS_RESOURCES_TOO_MANY", { count: value.length, limit: limits.maxStatementEntries });
  }
  const { hashName, shardSizeBytes } = serialization;
  // The specification wants the plain name for shards; the reference implementation adds the shard size.
  const algorithms = [
    hashName,
    ...(shardSizeBytes === undefined ? [] : [`${hashName}-sharded-${shardSizeBytes}`]),
  ];
  return value.map((each, index) => parseResource(each, index, algorithms, serialization.algorithm));
}

function parseResource(
  value: JsonValue,
  index: number,
  algorithms: readonly string[],
  algorithm: DigestAlgorithm,
): Resource {
  const name = isJsonObject(value) ? member(value, "name") : undefined;
  if (!isJsonObject(value) || typeof name !== "string" || name === "") {
    throw AibomError.of("OMS_RESOURCE_MALFORMED", { name: `number ${index}`, reason: "it has no name" });
  }
  const stated = member(value, "algorithm");
  if (typeof stated !== "string" || !algorithms.includes(stated)) {
    throw malformed(name, `the algorithm is not ${algorithms.join(" or ")}`);
  }
  const hex = member(value, "digest");
  if (typeof hex !== "string" || !isDigestHex(algorithm, hex)) {
    throw malformed(name, `the digest is not a lower-case ${algorithm} value`);
  }
  return { name, hex };
}

function wholeFiles(resources: readonly Resource[]): Map<string, SignedFile> {
  const files = new Map<string, SignedFile>();
  for (const { name, hex } of resources) {
    if (files.has(name)) {
      throw AibomError.of("OMS_NAME_DUPLICATE", { name: name.slice(0, 200) });
    }
    files.set(name, { hex });
  }
  return files;
}

function shardedFiles(resources: readonly Resource[], shardSizeBytes: number): Map<string, SignedFile> {
  const byPath = new Map<string, SignedShard[]>();
  for (const { name, hex } of resources) {
    const shard = parseShardName(name);
    if (shard === undefined) {
      throw malformed(name, "a shard is named path:start:end");
    }
    const shards = byPath.get(shard.path) ?? [];
    shards.push({ start: shard.start, end: shard.end, hex });
    byPath.set(shard.path, shards);
  }
  for (const [path, shards] of byPath) {
    shards.sort((a, b) => a.start - b.start);
    checkShards(path, shards, shardSizeBytes);
  }
  return new Map([...byPath].map(([path, shards]) => [path, { shards }]));
}

function checkShards(path: string, shards: readonly SignedShard[], shardSizeBytes: number): void {
  const broken = (reason: string): AibomError =>
    AibomError.of("OMS_SHARDS_BROKEN", { name: path.slice(0, 200), reason });
  let expectedStart = 0;
  shards.forEach((shard, index) => {
    if (shard.start !== expectedStart) {
      throw broken(
        shard.start < expectedStart ? "two overlap" : `bytes from ${expectedStart} on are missing`,
      );
    }
    const length = shard.end - shard.start;
    const isLast = index === shards.length - 1;
    if (length <= 0 || length > shardSizeBytes || (!isLast && length !== shardSizeBytes)) {
      throw broken(`the one at ${shard.start} has ${length} bytes, the shard size is ${shardSizeBytes}`);
    }
    expectedStart = shard.end;
  });
}

function checkRoot(resources: readonly Resource[], expected: string): void {
  const got = rootDigest(resources.map((resource) => resource.hex));
  if (got !== expected) {
    throw AibomError.of("OMS_ROOT_DIGEST", { expected, got });
  }
}

/** SHA-256 over the raw digests in their order; always SHA-256 (OMS v1.0, section 7). */
export function rootDigest(hexDigests: Iterable<string>): string {
  const hash = createHash("sha256");
  for (const hex of hexDigests) {
    hash.update(hex, "hex");
  }
  return hash.digest("hex");
}

function onlyFields(object: JsonObject, known: readonly string[], name: string): void {
  const unknown = Object.keys(object).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw AibomError.of("OMS_SERIALIZATION", {
      reason: `${name} has an unknown field ${unknown.slice(0, 100)}`,
    });
  }
}

function malformed(name: string, reason: string): AibomError {
  return AibomError.of("OMS_RESOURCE_MALFORMED", { name: name.slice(0, 200), reason });
}
