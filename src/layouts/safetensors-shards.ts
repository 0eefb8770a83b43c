// SPDX-License-Identifier: Apache-2.0
// A model split over several files with an index (`model.safetensors.index.json`, transformers 5 and
// diffusers): every shard present, every tensor in the shard that the index names, sizes as stated.
// `pytorch_model.bin.index.json` has the same form; of its shards only the presence is checked.

import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { FindingList } from "../formats/finding-list.ts";
import type { SafetensorsDetail } from "../formats/safetensors.ts";
import type { PytorchDetail } from "../formats/zip/pytorch.ts";
import { limits } from "../limits.ts";
import { claim, computed, type Fact } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription, LayoutFile } from "./layout.ts";
import { missingShards, shardSets, splitPath } from "./shard-name.ts";

export const safetensorsShards: Layout = { id: "safetensors-shards", describe };

const indexSuffixes: ReadonlyMap<string, string> = new Map([
  [".safetensors.index.json", "safetensors"],
  [".bin.index.json", "pytorch"],
]);

/** An index file, parsed. */
interface ShardIndex {
  readonly path: string;
  readonly directory: string;
  /** Format that its shards must have. */
  readonly format: string;
  /** Tensors by the shard that the index puts them in. */
  readonly shards: ReadonlyMap<string, ReadonlySet<string>>;
  readonly totalSize?: number;
}

function describe(directory: DirectoryView): LayoutDescription {
  const facts: Fact[] = [];
  const findings = new FindingList(directory.name);
  const unverified: string[] = [];
  const mapped = new Set<string>();
  const suffixes = [...indexSuffixes.keys()];
  for (const path of directory.files.keys()) {
    const suffix = suffixes.find((each) => path.endsWith(each));
    if (suffix === undefined) {
      continue;
    }
    try {
      const index = readIndex(directory, path, indexSuffixes.get(suffix) ?? "");
      for (const shard of index.shards.keys()) {
        mapped.add(index.directory + shard);
      }
      facts.push(...checkIndex(index, directory, findings, unverified));
    } catch (error) {
      if (!(error instanceof AibomError)) {
        throw error;
      }
      findings.add(error.toFinding({ path }));
      unverified.push(path);
    }
  }
  checkNames(directory, mapped, findings, unverified);
  return { facts, findings: findings.all(), unverified };
}

function readIndex(directory: DirectoryView, path: string, format: string): ShardIndex {
  const file = directory.open(path);
  const maxBytes = limits.maxReadBytes;
  if (file.size > maxBytes) {
    throw AibomError.of("JSON_TOO_LARGE", { size: file.size, limit: maxBytes }, { where: { path } });
  }
  const document = parseJson(file.read(0, file.size), { path, maxBytes, maxDepth: limits.maxJsonDepth });
  const map = isJsonObject(document) ? member(document, "weight_map") : undefined;
  if (!isJsonObject(document) || !isJsonObject(map)) {
    throw AibomError.of("SHARD_INDEX_MALFORMED", { member: "weight_map" }, { where: { path } });
  }
  const shards = new Map<string, Set<string>>();
  for (const [tensor, shard] of Object.entries(map)) {
    if (typeof shard !== "string") {
      const where = { path, member: tensor };
      throw AibomError.of("SHARD_INDEX_MALFORMED", { member: `weight_map/${tensor}` }, { where });
    }
    const tensors = shards.get(shard) ?? new Set<string>();
    tensors.add(tensor);
    shards.set(shard, tensors);
  }
  if (shards.size === 0) {
    throw AibomError.of("SHARD_INDEX_MALFORMED", { member: "weight_map" }, { where: { path } });
  }
  const totalSize = readTotalSize(document, path);
  const index = { path, directory: splitPath(path)[0], format, shards };
  return totalSize === undefined ? index : { ...index, totalSize };
}

function member(object: JsonObject, name: string): JsonObject[string] | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function readTotalSize(document: JsonObject, path: string): number | undefined {
  const metadata = member(document, "metadata");
  const totalSize = isJsonObject(metadata) ? member(metadata, "total_size") : undefined;
  if (totalSize === undefined) {
    return undefined;
  }
  if (typeof totalSize !== "number" || !Number.isSafeInteger(totalSize) || totalSize < 0) {
    throw AibomError.of("SHARD_INDEX_MALFORMED", { member: "metadata/total_size" }, { where: { path } });
  }
  return totalSize;
}

function checkIndex(
  index: ShardIndex,
  directory: DirectoryView,
  findings: FindingList,
  unverified: string[],
): readonly Fact[] {
  const source = { path: index.path, pointer: "/metadata/total_size" };
  const facts: Fact[] = [];
  const missing: string[] = [];
  let actual: number | undefined = 0;
  for (const [shard, tensors] of index.shards) {
    if (!isPlainName(shard)) {
      findings.add(finding("SHARD_PATH_UNSAFE", { path: index.path, member: shard }, { shard }));
      actual = undefined;
      continue;
    }
    const file = directory.files.get(index.directory + shard);
    if (file === undefined) {
      missing.push(shard);
      actual = undefined;
      continue;
    }
    const bytes = checkShard(index, shard, tensors, file, findings);
    actual = bytes === undefined || actual === undefined ? undefined : actual + bytes;
  }
  const [first] = missing;
  if (first !== undefined) {
    const args = { count: missing.length, total: index.shards.size, shard: first };
    findings.add(finding("SHARD_MISSING", { path: index.path }, args));
    unverified.push(index.path);
  }
  if (actual !== undefined) {
    facts.push(computed("metadata", { key: "shards.total_size", value: actual }, { path: index.path }));
  }
  if (index.totalSize !== undefined) {
    facts.push(claim("metadata", { key: "total_size", value: index.totalSize }, source));
    if (actual !== undefined && actual !== index.totalSize) {
      const where = { path: index.path, member: "metadata/total_size" };
      findings.add(finding("SHARD_TOTAL_SIZE_MISMATCH", where, { claimed: index.totalSize, actual }));
    }
  }
  return facts;
}

/** Bytes of all tensors in the shard; undefined if they are not known. */
function checkShard(
  index: ShardIndex,
  shard: string,
  expected: ReadonlySet<string>,
  file: LayoutFile,
  findings: FindingList,
): number | undefined {
  const where = { path: file.path };
  // Shards of PyTorch's own format are archives or, before version 1.6, pickles in a row.
  const isPickled = index.format === "pytorch" && ["zip", "pickle", "pytorch-legacy"].includes(file.format);
  if (file.format !== index.format && !isPickled) {
    const args = { shard, found: file.format, expected: index.format };
    findings.add(finding("SHARD_WRONG_FORMAT", where, args));
    return undefined;
  }
  const detail = file.description?.detail;
  if (!hasTensors(detail)) {
    return undefined;
  }
  compareNames(shard, file.path, expected, detail.tensors, findings);
  // PyTorch writes the size of its storages, which tensors may share.
  return isPytorchDetail(detail)
    ? undefined
    : [...detail.tensors.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function compareNames(
  shard: string,
  path: string,
  expected: ReadonlySet<string>,
  actual: ReadonlyMap<string, number>,
  findings: FindingList,
): void {
  const missing = [...expected].filter((tensor) => !actual.has(tensor));
  const unmapped = [...actual.keys()].filter((tensor) => !expected.has(tensor));
  const [firstMissing] = missing;
  if (firstMissing !== undefined) {
    const args = { count: missing.length, shard, tensor: firstMissing };
    findings.add(finding("SHARD_TENSOR_MISSING", { path, member: firstMissing }, args));
  }
  const [firstUnmapped] = unmapped;
  if (firstUnmapped !== undefined) {
    const args = { count: unmapped.length, shard, tensor: firstUnmapped };
    findings.add(finding("SHARD_TENSOR_UNMAPPED", { path, member: firstUnmapped }, args));
  }
}

/** Files that are named like shards: complete sets, and named by an index where there is one. */
function checkNames(
  directory: DirectoryView,
  mapped: ReadonlySet<string>,
  findings: FindingList,
  unverified: string[],
): void {
  const indexed = new Set([...mapped].map((path) => splitPath(path)[0]));
  for (const { name, members } of shardSets(directory.files.keys(), [".safetensors", ".bin"]).values()) {
    const unnamed = [...members.values()].filter((path) => !mapped.has(path));
    if (unnamed.length < members.size) {
      for (const shard of unnamed) {
        findings.add(finding("SHARD_NOT_IN_INDEX", { path: shard }, { shard }));
      }
      continue;
    }
    const [first] = members.values();
    const missing = missingShards(name, members);
    if (first !== undefined && missing !== undefined) {
      const args = { count: missing.count, total: name.count, shard: missing.first };
      findings.add(finding("SHARD_MISSING", { path: first }, args));
      unverified.push(first);
    }
    for (const shard of indexed.has(name.directory) ? unnamed : []) {
      findings.add(finding("SHARD_NOT_IN_INDEX", { path: shard }, { shard }));
    }
  }
}

/** A name without directory, drive, alternate stream or parent: the only kind that stays in the directory. */
function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\:\0]/.test(name);
}

function hasTensors(detail: unknown): detail is SafetensorsDetail | PytorchDetail {
  const isObject = typeof detail === "object" && detail !== null && "kind" in detail;
  return isObject && (detail.kind === "safetensors" || detail.kind === "pytorch");
}

function isPytorchDetail(detail: SafetensorsDetail | PytorchDetail): detail is PytorchDetail {
  return detail.kind === "pytorch";
}
