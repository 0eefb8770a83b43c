// SPDX-License-Identifier: Apache-2.0
// Apache Iceberg tables (Iceberg spec, versions 1 to 3): the newest metadata file, its current snapshot, the manifests
// of that snapshot and the data files that are live in it, as far as they lie in this directory.

import type { IcebergDataFile, IcebergManifest } from "../formats/avro/iceberg-manifest.ts";
import type { AvroDetail } from "../formats/avro.ts";
import type { JsonValue } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { isParquetDetail } from "./delta/log.ts";
import { newestMetadata, type TableMetadata } from "./iceberg/table-metadata.ts";
import type { Layout } from "./layout.ts";
import { manifestPath } from "./manifest-path.ts";
import { countOf, isoTime, listOf, memberOf, objectOf, textOf } from "./member.ts";
import { columnsOf, type TypeWords } from "./nested-type.ts";
import type { Reading } from "./reading.ts";
import { tableLayout } from "./table-layout.ts";

/** Iceberg tables. */
export const icebergTable: Layout = tableLayout("iceberg-table", "metadata", (reading, folder, table) => {
  const metadata = newestMetadata(reading, folder);
  // Many directories are called `metadata`.
  if (metadata === undefined || textOf(metadata.root, "location") === undefined) {
    return false;
  }
  describeTable(reading, table, metadata);
  return true;
});

function describeTable(reading: Reading, folder: string, { path, root }: TableMetadata): void {
  const version = countOf(root, "format-version");
  if (version === undefined || version < 1 || version > 3) {
    const reason = `its format version ${version ?? "is missing"} is not known`;
    reading.findings.add(finding("ICEBERG_INVALID", { path, member: "format-version" }, { reason }));
    reading.unverified.add(path);
    return;
  }
  const current = snapshotId(memberOf(root, "current-snapshot-id"));
  describeMetadata(reading, { path, root }, version, current);
  const snapshot = listOf(root, "snapshots").find(
    (each) => current !== undefined && snapshotId(memberOf(each, "snapshot-id")) === current,
  );
  if (snapshot === undefined) {
    if (current !== undefined) {
      const reason = `its current snapshot ${current} is not in its list of snapshots`;
      reading.findings.add(finding("ICEBERG_INVALID", { path, member: "snapshots" }, { reason }));
      reading.unverified.add(path);
    }
    return;
  }
  if (textOf(snapshot, "key-id") !== undefined || listOf(root, "encryption-keys").length > 0) {
    reading.claim("encryption", { scheme: "iceberg table encryption" }, path, "/encryption-keys");
  }
  new SnapshotReader(reading, { folder, path, location: textOf(root, "location") ?? "" }).read(snapshot);
}

/** The id as digits; -1 stands for no snapshot. */
function snapshotId(value: JsonValue | undefined): string | undefined {
  const text = typeof value === "number" || typeof value === "string" ? String(value) : undefined;
  return text === undefined || text === "-1" ? undefined : text;
}

function describeMetadata(
  reading: Reading,
  { path, root }: TableMetadata,
  version: number,
  current: string | undefined,
): void {
  const claim = (
    name: Parameters<Reading["claim"]>[0],
    value: JsonValue | undefined,
    pointer: string,
  ): void => {
    if (value !== undefined) {
      reading.claim(name, value, path, pointer);
    }
  };
  const uuid = textOf(root, "table-uuid");
  const location = textOf(root, "location");
  claim("format.version", String(version), "/format-version");
  claim("revision", current && { system: "iceberg", id: current }, "/current-snapshot-id");
  claim("modified", isoTime(countOf(root, "last-updated-ms")), "/last-updated-ms");
  claim("metadata", uuid && { key: "iceberg.table_uuid", value: uuid }, "/table-uuid");
  claim("data_source", location && { name: "location", type: "iceberg", url: location }, "/location");
  const columns = schemaColumns(root);
  if (columns.size > 0) {
    claim("schema", Object.fromEntries(columns), "/schemas");
    claim("columns.count", columns.size, "/schemas");
  }
}

const words: TypeWords = { list: "list", element: "element", key: "key", value: "value" };

/** Columns of the schema that the table uses now; version 1 has one schema only. */
function schemaColumns(metadata: JsonValue): ReadonlyMap<string, string> {
  const current = countOf(metadata, "current-schema-id") ?? 0;
  const schema =
    listOf(metadata, "schemas").find((each) => countOf(each, "schema-id") === current) ??
    objectOf(metadata, "schema");
  return columnsOf(schema, words);
}

interface TablePlace {
  /** Directory of the table. */
  readonly folder: string;
  /** The metadata file. */
  readonly path: string;
  /** Where the table says it is; its files are named below it. */
  readonly location: string;
}

/** Reads the manifests of one snapshot. */
class SnapshotReader {
  readonly #reading: Reading;
  readonly #place: TablePlace;
  #files = 0;
  #claimedRows: bigint | undefined = 0n;
  #countedRows: number | undefined = 0;
  #elsewhere = 0;
  #unread: string | undefined;

  constructor(reading: Reading, place: TablePlace) {
    this.#reading = reading;
    this.#place = place;
  }

  read(snapshot: JsonValue): void {
    const { path } = this.#place;
    const list = textOf(snapshot, "manifest-list");
    // Version 1 may name the manifests in the metadata file itself.
    const manifests =
      list === undefined
        ? listOf(snapshot, "manifests").filter((each) => typeof each === "string")
        : this.#manifestsOf(list);
    for (const manifest of manifests) {
      for (const file of this.#open(manifest)?.files ?? []) {
        this.#dataFile(file, manifest);
      }
    }
    const { claims, findings, unverified } = this.#reading;
    claims.computed("metadata", { key: "iceberg.live_files", value: this.#files }, { path });
    if (this.#elsewhere > 0) {
      findings.add(finding("ICEBERG_FILES_ELSEWHERE", { path }, { count: this.#elsewhere }));
    }
    if (this.#unread !== undefined) {
      findings.add(finding("ICEBERG_INCOMPLETE", { path }, { reason: this.#unread }));
      unverified.add(path);
      return;
    }
    if (this.#claimedRows !== undefined) {
      this.#reading.claim("rows.count", Number(this.#claimedRows), path, "manifests");
    }
    if (this.#countedRows !== undefined && this.#files > 0) {
      claims.computed("rows.count", this.#countedRows, { path });
    }
  }

  #manifestsOf(list: string): readonly string[] {
    const refs = this.#open(list)?.manifests ?? [];
    for (const { path, length } of refs) {
      const local = this.#local(path);
      if (local !== undefined && length !== undefined) {
        this.#reading.expect(local, { size: length }, this.#place.path, "manifest_length");
      }
    }
    return refs.map(({ path }) => path);
  }

  /** What the reader of Avro files found in a manifest or a list of manifests. */
  #open(stated: string): IcebergManifest | undefined {
    const path = this.#local(stated);
    const file = path === undefined ? undefined : this.#reading.directory.files.get(path);
    const detail = file?.description?.detail;
    const iceberg = isAvroDetail(detail) ? detail.iceberg : undefined;
    if (iceberg === undefined || iceberg.unread !== undefined) {
      const name = stated.slice(stated.lastIndexOf("/") + 1).slice(0, 200);
      this.#unread ??= `${name}: ${file === undefined ? "it is not here" : (iceberg?.unread ?? "it is no manifest")}`;
      return undefined;
    }
    return iceberg;
  }

  #dataFile(file: IcebergDataFile, manifest: string): void {
    const isData = file.content === 0;
    this.#files += 1;
    if (isData) {
      this.#claimedRows =
        this.#claimedRows === undefined || file.rows === undefined
          ? undefined
          : this.#claimedRows + file.rows;
    } else {
      // Deletes take rows away from files that are counted.
      this.#countedRows = undefined;
    }
    const path = this.#local(file.path);
    if (path === undefined) {
      this.#elsewhere += 1;
      this.#countedRows = undefined;
      return;
    }
    const by = this.#local(manifest) ?? this.#place.path;
    this.#reading.expect(path, file.size === undefined ? {} : { size: file.size }, by, "data_file");
    const detail = this.#reading.directory.files.get(path)?.description?.detail;
    const rows = isParquetDetail(detail) || isAvroDetail(detail) ? detail.rows : undefined;
    if (rows !== undefined && file.rows !== undefined && BigInt(rows) !== file.rows) {
      const args = { file: path, claimed: file.rows, actual: rows };
      this.#reading.findings.add(finding("ICEBERG_ROWS_DISAGREE", { path: by, member: path }, args));
    }
    if (isData) {
      this.#countedRows =
        this.#countedRows === undefined || rows === undefined ? undefined : this.#countedRows + rows;
    }
  }

  /** The path in this directory of a file that the table names by its own location. */
  #local(stated: string): string | undefined {
    const { folder, location, path } = this.#place;
    const root = withoutScheme(location);
    const full = withoutScheme(stated);
    if (root === "" || !full.startsWith(`${root}/`)) {
      return undefined;
    }
    const local = manifestPath(folder, full.slice(root.length + 1));
    if (local === undefined) {
      const args = { path: stated };
      this.#reading.findings.add(
        finding("MANIFEST_PATH_UNSAFE", { path, member: stated.slice(0, 300) }, args),
      );
    }
    return local;
  }
}

/** `file:///a/b`, `file:/a/b` and `/a/b` are one place; other schemes are kept. */
function withoutScheme(address: string): string {
  return address.replace(/^file:\/{0,3}/, "/").replace(/\/+$/, "");
}

function isAvroDetail(detail: unknown): detail is AvroDetail {
  return typeof detail === "object" && detail !== null && (detail as AvroDetail).kind === "avro";
}
