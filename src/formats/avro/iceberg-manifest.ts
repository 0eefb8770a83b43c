// SPDX-License-Identifier: Apache-2.0
// The two Avro files of an Iceberg snapshot (Iceberg spec, "Manifests" and "Manifest Lists"), as far as they say which
// data files are live. Known by the names of their records' fields.

import { limits } from "../../limits.ts";
import type { AvroValue } from "./decoder.ts";
import type { AvroType } from "./schema.ts";

/** One line of a manifest list. */
export interface IcebergManifestRef {
  readonly path: string;
  readonly length: number | undefined;
  /** Rows in files that are live, if the list says so. */
  readonly rows: bigint | undefined;
  readonly hasKey: boolean;
}

/** One live file of a manifest. */
export interface IcebergDataFile {
  readonly path: string;
  readonly size: number | undefined;
  readonly rows: bigint | undefined;
  /** 0 data, 1 position deletes, 2 equality deletes. */
  readonly content: number;
}

/** What an Iceberg file holds; `unread` says why it could not be decoded. */
export interface IcebergManifest {
  readonly manifests?: readonly IcebergManifestRef[];
  readonly files?: readonly IcebergDataFile[];
  readonly unread?: string;
}

/** Collects what the records of one file say; undefined if its schema is not one of Iceberg's. */
export function icebergCollector(
  schema: AvroType,
): { readonly add: (record: AvroValue) => void; readonly result: () => IcebergManifest } | undefined {
  const fields = new Set(schema.kind === "record" ? schema.fields.map(({ name }) => name) : []);
  if (fields.has("manifest_path") && fields.has("manifest_length")) {
    const manifests: IcebergManifestRef[] = [];
    return {
      add: (record) => push(manifests, manifestRef(record)),
      result: () => ({ manifests }),
    };
  }
  if (fields.has("status") && fields.has("data_file")) {
    const files: IcebergDataFile[] = [];
    return { add: (record) => push(files, dataFile(record)), result: () => ({ files }) };
  }
  return undefined;
}

function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined && list.length < limits.maxTableFiles) {
    list.push(item);
  }
}

function manifestRef(record: AvroValue): IcebergManifestRef | undefined {
  const path = member(record, "manifest_path");
  if (typeof path !== "string") {
    return undefined;
  }
  const [added, existing] = [member(record, "added_rows_count"), member(record, "existing_rows_count")];
  return {
    path,
    length: sizeOf(member(record, "manifest_length")),
    rows: typeof added === "bigint" && typeof existing === "bigint" ? added + existing : undefined,
    hasKey: record instanceof Map && record.has("key_metadata") && member(record, "key_metadata") !== null,
  };
}

/** Status 2 is a file that this snapshot removed. */
const deleted = 2n;

function dataFile(record: AvroValue): IcebergDataFile | undefined {
  const file = member(record, "data_file");
  const path = member(file, "file_path");
  if (member(record, "status") === deleted || typeof path !== "string") {
    return undefined;
  }
  const rows = member(file, "record_count");
  return {
    path,
    size: sizeOf(member(file, "file_size_in_bytes")),
    rows: typeof rows === "bigint" ? rows : undefined,
    content: Number(member(file, "content") ?? 0n),
  };
}

function sizeOf(value: AvroValue): number | undefined {
  return typeof value === "bigint" && value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : undefined;
}

function member(value: AvroValue, name: string): AvroValue {
  return value instanceof Map ? value.get(name) : undefined;
}
