// SPDX-License-Identifier: Apache-2.0
// The metadata file of an Iceberg table (Iceberg spec, "Table Metadata"), versions 1 to 3, plain or compressed.
// Snapshot ids are over 2^53 and are kept as the digits that stand in the file.

import { parseJson } from "../../bytes/json.ts";
import { zlib } from "../../bytes/node-zlib.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";
import { countOf } from "../member.ts";
import type { Reading } from "../reading.ts";

/** A parsed metadata file. */
export interface TableMetadata {
  readonly path: string;
  readonly root: JsonValue;
}

/** `v3.metadata.json` and `00003-<uuid>.metadata.json`, with the name of a compression before or behind. */
const metadataName = /^(?:v(\d{1,15})|(\d{1,15})-[^/]+?)(?:\.gz|\.zstd)?\.metadata\.json(?:\.gz)?$/;

function versionOf(name: string): number | undefined {
  const [, hadoop, catalog] = metadataName.exec(name) ?? [];
  const digits = hadoop ?? catalog;
  return digits === undefined ? undefined : Number(digits);
}

/** The newest metadata file of a `metadata` folder; undefined if there is none, or it cannot be read. */
export function newestMetadata(reading: Reading, folder: string): TableMetadata | undefined {
  const found = reading
    .names(folder)
    .flatMap((name) => {
      const version = versionOf(name);
      return version === undefined ? [] : [{ path: `${folder}/${name}`, version }];
    })
    .sort((a, b) => b.version - a.version || (a.path < b.path ? -1 : 1));
  const [newest] = found;
  if (newest === undefined) {
    return undefined;
  }
  // Two files of one version come from a commit that lost its race: the later one won.
  const rivals = found.filter(({ version }) => version === newest.version).slice(0, 16);
  const parsed = rivals.flatMap(({ path }) => readMetadata(reading, path) ?? []);
  return parsed.sort((a, b) => updated(b) - updated(a))[0];
}

function updated({ root }: TableMetadata): number {
  return countOf(root, "last-updated-ms") ?? 0;
}

function readMetadata(reading: Reading, path: string): TableMetadata | undefined {
  const packed = reading.bytes(path, limits.maxIcebergMetadataBytes);
  if (packed === undefined) {
    return undefined;
  }
  const root = reading.attempt(path, () => parseExact(unpack(packed, path), path));
  return root === undefined ? undefined : { path, root };
}

function unpack(bytes: Uint8Array, path: string): Uint8Array {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZstd = bytes[0] === 0x28 && bytes[1] === 0xb5;
  if (!isGzip && !isZstd) {
    return bytes;
  }
  const maxOutputLength = limits.maxIcebergMetadataBytes;
  try {
    return isGzip
      ? zlib().gunzipSync(bytes, { maxOutputLength })
      : zlib().zstdDecompressSync(bytes, { maxOutputLength });
  } catch (cause) {
    const reason = "its metadata cannot be unpacked, or unpacks to too much";
    throw AibomError.of("ICEBERG_INVALID", { reason }, { where: { path }, cause });
  }
}

/** JSON whose integers beyond 2^53 are texts. The strict parser has checked it before. */
function parseExact(bytes: Uint8Array, path: string): JsonValue {
  const maxBytes = limits.maxIcebergMetadataBytes;
  parseJson(bytes, { path, maxBytes, maxDepth: limits.maxJsonDepth });
  const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value;
  return JSON.parse(Buffer.from(bytes).toString("utf8"), exact) as JsonValue;
}
