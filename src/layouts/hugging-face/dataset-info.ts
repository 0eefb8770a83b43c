// SPDX-License-Identifier: Apache-2.0
// `dataset_info` of a dataset card, and its predecessor dataset_infos.json (an object with one entry for each
// configuration): features, splits and the digests of what was downloaded, by address. All of it is a claim of the
// library that prepared the data.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { FactName, JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { decoded, manifestPath, repositoryPath } from "../manifest-path.ts";
import { columnTypes } from "./dataset-features.ts";
import { member, type Reading, splitPath } from "./reading.ts";

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
      describeInfo(reading, each, path, place);
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
    if (!isJsonObject(info)) {
      invalidInfo(reading, path, pointer, "it is not an object");
      continue;
    }
    describeInfo(reading, info, path, pointer);
    for (const [key, fact] of describedBy) {
      const text = member(info, key);
      if (typeof text === "string" && text !== "") {
        reading.claim(fact, text, path, `${pointer}/${key}`);
      }
    }
    describeVersion(reading, info, path, pointer);
  }
  return infos !== undefined;
}

/** Texts that the library copied from the loading script. */
const describedBy: readonly (readonly [string, FactName])[] = [
  ["description", "description"],
  ["citation", "citation"],
  ["homepage", "url"],
  ["license", "license"],
];

/** `{version_str: 1.0.0}`, or the text itself. */
function describeVersion(reading: Reading, info: JsonObject, path: string, pointer: string): void {
  const version = member(info, "version");
  const text = isJsonObject(version) ? member(version, "version_str") : version;
  if (typeof text === "string" && text !== "") {
    reading.claim("version", text, path, `${pointer}/version`);
  }
}

function describeInfo(reading: Reading, info: JsonObject, path: string, pointer: string): void {
  const features = member(info, "features");
  const columns = columnTypes(features);
  if (columns !== undefined) {
    reading.claim("schema", columns, path, `${pointer}/features`);
  } else if (features !== undefined && features !== null) {
    invalidInfo(reading, path, `${pointer}/features`, "it is neither a list nor a set of fields");
  }
  const config = member(info, "config_name");
  describeSplits(reading, member(info, "splits"), typeof config === "string" ? config : undefined, {
    path,
    pointer: `${pointer}/splits`,
  });
  for (const key of ["dataset_size", "download_size"]) {
    const size = wholeNumber(member(info, key));
    if (size !== undefined) {
      reading.claim("metadata", { key, value: size }, path, `${pointer}/${key}`);
    }
  }
  describeChecksums(reading, member(info, "download_checksums"), path, `${pointer}/download_checksums`);
}

function describeSplits(
  reading: Reading,
  value: JsonValue | undefined,
  config: string | undefined,
  place: { readonly path: string; readonly pointer: string },
): void {
  if (value === undefined || value === null) {
    return;
  }
  if (!isJsonArray(value) && !isJsonObject(value)) {
    invalidInfo(reading, place.path, place.pointer, "it is neither a list nor a set of splits");
    return;
  }
  const entries = isJsonArray(value)
    ? value.map((each, index) => [`${place.pointer}[${index}]`, each] as const)
    : Object.entries(value).map(([key, each]) => [`${place.pointer}/${key.slice(0, 100)}`, each] as const);
  for (const [pointer, each] of entries) {
    const name = isJsonObject(each) ? member(each, "name") : undefined;
    if (!isJsonObject(each) || typeof name !== "string") {
      invalidInfo(reading, place.path, pointer, "the split has no name");
      continue;
    }
    const rows = wholeNumber(member(each, "num_examples"));
    const bytes = wholeNumber(member(each, "num_bytes"));
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
  }
}

/**
 * `{address: {num_bytes, checksum}}`: SHA-256 (older writers: MD5) of what was downloaded. A file of the repository
 * is compared with the bytes; others lie elsewhere.
 */
function describeChecksums(
  reading: Reading,
  value: JsonValue | undefined,
  path: string,
  pointer: string,
): void {
  if (value === undefined || value === null) {
    return;
  }
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
