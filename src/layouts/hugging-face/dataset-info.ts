// SPDX-License-Identifier: Apache-2.0
// `dataset_info` of a dataset card, its predecessor dataset_infos.json (an object with one entry for each
// configuration), and dataset_info.json beside data that the datasets library or TensorFlow Datasets saved: features,
// splits and the digests of what was downloaded, by address. All of it is a claim of the library that prepared the data.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { FactName, JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { decoded, manifestPath, repositoryPath } from "../manifest-path.ts";
import { member, type Reading, splitPath } from "../reading.ts";
import { type ClaimedSplit, compareSplit } from "./compare-splits.ts";
import { columnTypes } from "./dataset-features.ts";

/** One `dataset_info`, or a list of them. */
export function describeDatasetInfo(
  reading: Reading,
  value: JsonValue | undefined,
  path: string,
  pointer: string,
): void {
  if (value === undefined || value === null) {
    return;
  }
  for (const [index, each] of (isJsonArray(value) ? value : [value]).entries()) {
    const place = isJsonArray(value) ? `${pointer}[${index}]` : pointer;
    if (isJsonObject(each)) {
      const config = member(each, "config_name");
      const splits = describeInfo(reading, each, path, place);
      compareSplits(reading, splits, typeof config === "string" ? config : undefined, path);
    } else {
      invalidInfo(reading, path, place, "it is not a set of fields");
    }
  }
}

/** dataset_infos.json: an entry for each configuration. The answer says whether there is one. */
export function describeDatasetInfos(reading: Reading, path: string): boolean {
  const infos = reading.jsonObject(path);
  for (const [name, info] of Object.entries(infos ?? {})) {
    const pointer = `/${name.slice(0, 100)}`;
    if (isJsonObject(info)) {
      compareSplits(reading, describeWholeInfo(reading, info, path, pointer), name, path);
    } else {
      invalidInfo(reading, path, pointer, "it is not an object");
    }
  }
  return infos !== undefined;
}

/**
 * dataset_info.json of saved data. The answer says whether it is one: the name alone proves nothing. Its splits are those
 * of the data that were loaded, whatever was filtered out before saving, so that nothing is compared.
 */
export function describeSavedInfo(reading: Reading, path: string): boolean {
  const info = reading.jsonObject(path);
  if (info === undefined || ["features", "splits"].every((key) => member(info, key) === undefined)) {
    return false;
  }
  describeWholeInfo(reading, info, path, "");
  return true;
}

/** What stands in files, besides what a card has: the words of whoever wrote the loading script. */
function describeWholeInfo(
  reading: Reading,
  info: JsonObject,
  path: string,
  pointer: string,
): readonly SplitClaim[] {
  const splits = describeInfo(reading, info, path, pointer);
  for (const [key, fact] of describedBy) {
    const text = member(info, key);
    if (typeof text === "string" && text !== "") {
      reading.claim(fact, text, path, `${pointer}/${key}`);
    }
  }
  describeVersion(reading, info, path, pointer);
  return splits;
}

/** A split that was claimed, and where. */
interface SplitClaim extends Omit<ClaimedSplit, "config"> {
  readonly pointer: string;
}

function compareSplits(
  reading: Reading,
  splits: readonly SplitClaim[],
  config: string | undefined,
  path: string,
): void {
  for (const { pointer, ...split } of splits) {
    compareSplit(reading, { ...split, config }, path, pointer);
  }
}

/** Texts that the library copied from the loading script. */
const describedBy: readonly (readonly [string, FactName])[] = [
  ["description", "description"],
  ["citation", "citation"],
  ["homepage", "url"],
  ["license", "license"],
  ["name", "name"],
];

/** `{version_str: 1.0.0}`, or the text itself. */
function describeVersion(reading: Reading, info: JsonObject, path: string, pointer: string): void {
  const version = member(info, "version");
  const text = isJsonObject(version) ? member(version, "version_str") : version;
  if (typeof text === "string" && text !== "") {
    reading.claim("version", text, path, `${pointer}/version`);
  }
}

function describeInfo(
  reading: Reading,
  info: JsonObject,
  path: string,
  pointer: string,
): readonly SplitClaim[] {
  const features = member(info, "features");
  const columns = columnTypes(features);
  if (columns !== undefined) {
    reading.claim("schema", columns, path, `${pointer}/features`);
  } else if (features !== undefined && features !== null) {
    invalidInfo(reading, path, `${pointer}/features`, "it is neither a list nor a set of fields");
  }
  const config = member(info, "config_name");
  const stated = member(info, "splits") ?? null;
  const place = { path, pointer: `${pointer}/splits` };
  const splits =
    stated === null
      ? []
      : describeSplits(reading, stated, typeof config === "string" ? config : undefined, place);
  for (const key of ["dataset_size", "download_size"]) {
    const size = wholeNumber(member(info, key));
    if (size !== undefined) {
      reading.claim("metadata", { key, value: size }, path, `${pointer}/${key}`);
    }
  }
  const checksums = member(info, "download_checksums") ?? null;
  if (checksums !== null) {
    describeChecksums(reading, checksums, path, `${pointer}/download_checksums`);
  }
  return splits.map((split) => ({ ...split, columns }));
}

function describeSplits(
  reading: Reading,
  value: JsonValue,
  config: string | undefined,
  place: { readonly path: string; readonly pointer: string },
): readonly Omit<SplitClaim, "columns">[] {
  if (!isJsonArray(value) && !isJsonObject(value)) {
    invalidInfo(reading, place.path, place.pointer, "it is neither a list nor a set of splits");
    return [];
  }
  const splits: Omit<SplitClaim, "columns">[] = [];
  const entries = isJsonArray(value)
    ? value.map((each, index) => [`${place.pointer}[${index}]`, each] as const)
    : Object.entries(value).map(([key, each]) => [`${place.pointer}/${key.slice(0, 100)}`, each] as const);
  for (const [pointer, each] of entries) {
    const name = isJsonObject(each) ? member(each, "name") : undefined;
    if (!isJsonObject(each) || typeof name !== "string") {
      invalidInfo(reading, place.path, pointer, "the split has no name");
      continue;
    }
    const rows = wholeNumber(member(each, "num_examples")) ?? sumOf(member(each, "shardLengths"));
    const bytes = wholeNumber(member(each, "num_bytes") ?? member(each, "numBytes"));
    reading.claim(
      "split",
      {
        name: config === undefined ? name : `${config}/${name}`,
        ...(rows === undefined ? {} : { rows }),
        ...(bytes === undefined ? {} : { bytes }),
      },
      place.path,
      pointer,
    );
    splits.push({ name, rows, pointer });
  }
  return splits;
}

/**
 * `{address: {num_bytes, checksum}}`: SHA-256 (older writers: MD5) of what was downloaded. A file of the repository
 * is compared with the bytes; others lie elsewhere.
 */
function describeChecksums(reading: Reading, value: JsonValue, path: string, pointer: string): void {
  if (!isJsonObject(value)) {
    invalidInfo(reading, path, pointer, "it is not a set of addresses");
    return;
  }
  const [folder] = splitPath(path);
  for (const [address, each] of Object.entries(value)) {
    const checksum = isJsonObject(each) ? member(each, "checksum") : undefined;
    const digest = typeof checksum === "string" ? digestOfLength(checksum) : undefined;
    const stated = repositoryPath(address) ?? lastName(address);
    const target = stated === undefined ? undefined : manifestPath(folder, stated);
    const size = isJsonObject(each) ? wholeNumber(member(each, "num_bytes")) : undefined;
    if (target !== undefined && digest !== undefined) {
      const expected = { ...digest, ...(size === undefined ? {} : { size }), isElsewhere: true } as const;
      reading.expect(target, expected, path, `${pointer}/${address}`);
    }
  }
}

function digestOfLength(hex: string): { readonly sha256: string } | { readonly md5: string } | undefined {
  const lower = hex.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(lower)) {
    return { sha256: lower };
  }
  return /^[0-9a-f]{32}$/.test(lower) ? { md5: lower } : undefined;
}

function lastName(address: string): string | undefined {
  const [path = ""] = address.split(/[?#]/, 1);
  const name = decoded(path.slice(path.lastIndexOf("/") + 1));
  return name === "" || name.includes("/") ? undefined : name;
}

/** TensorFlow Datasets counts the rows of each shard. */
function sumOf(lengths: JsonValue | undefined): number | undefined {
  if (!isJsonArray(lengths)) {
    return undefined;
  }
  const numbers = lengths.map(wholeNumber);
  const sum = numbers.reduce<number>((total, length) => total + (length ?? Number.NaN), 0);
  return Number.isSafeInteger(sum) ? sum : undefined;
}

/** A whole number, also as the text that a card's YAML is read as. */
function wholeNumber(value: JsonValue | undefined): number | undefined {
  const number = typeof value === "string" && /^[0-9]{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function invalidInfo(reading: Reading, path: string, field: string, reason: string): void {
  reading.findings.add(
    finding(
      "DATASET_INFO_INVALID",
      { path, member: field.slice(0, 300) },
      { field: field.slice(0, 300), reason },
    ),
  );
}
