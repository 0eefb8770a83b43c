// SPDX-License-Identifier: Apache-2.0
// Delta Lake tables (Delta protocol, reader version 3): which files are live in the newest version, what the table
// says about itself, and which data files lie there and belong to no version that a reader would see.

import { parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { JsonValue } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { type DeltaLog, isParquetDetail, readDeltaLog } from "./delta/log.ts";
import type { Layout } from "./layout.ts";
import { decoded, isAddress, manifestPath } from "./manifest-path.ts";
import { countOf, isoTime, listOf, textOf } from "./member.ts";
import { columnsOf, type TypeWords } from "./nested-type.ts";
import { inside, type Reading } from "./reading.ts";
import { tableLayout } from "./table-layout.ts";

const logFolder = "_delta_log";
const words: TypeWords = { list: "array", element: "elementType", key: "keyType", value: "valueType" };

/** Delta tables. */
export const deltaTable: Layout = tableLayout("delta-table", logFolder, (reading, folder, table) => {
  const log = readDeltaLog(reading, folder);
  if (log !== undefined) {
    describeTable(reading, table, log);
  }
  return log !== undefined;
});

function describeTable(reading: Reading, folder: string, log: DeltaLog): void {
  const { newest } = log;
  if (log.missing !== undefined) {
    reading.findings.add(finding("DELTA_LOG_INCOMPLETE", { path: newest }, { missing: log.missing }));
    reading.unverified.add(newest);
  }
  describeMetadata(reading, log);
  const live = new Set<string>();
  let rows: number | undefined = 0;
  let outside = 0;
  for (const [stated, file] of log.live) {
    const path = manifestPath(folder, decoded(stated));
    if (path === undefined) {
      outside += 1;
      if (!isAddress(stated)) {
        const place = { path: file.by, member: stated.slice(0, limits.maxNameBytes) };
        reading.findings.add(finding("MANIFEST_PATH_UNSAFE", place, { path: stated }));
      }
      rows = undefined;
      continue;
    }
    live.add(path);
    reading.expect(path, file.size === undefined ? {} : { size: file.size }, file.by, `/add/${stated}`);
    const detail = reading.directory.files.get(path)?.description?.detail;
    rows =
      rows !== undefined && isParquetDetail(detail) && !file.hasDeletedRows ? rows + detail.rows : undefined;
  }
  const source = { path: newest };
  reading.claims.computed("metadata", { key: "delta.live_files", value: log.live.size }, source);
  if (outside > 0) {
    reading.findings.add(finding("DELTA_FILES_ELSEWHERE", source, { count: outside, total: log.live.size }));
  }
  if (log.missing === undefined) {
    if (rows !== undefined) {
      reading.claims.computed("rows.count", rows, source);
    }
    listOthers(reading, folder, live, newest);
  }
}

/** Data files of the table's directory that the newest version does not name. */
function listOthers(reading: Reading, folder: string, live: ReadonlySet<string>, newest: string): void {
  const prefix = folder === "" ? "" : `${folder}/`;
  const log = `${inside(folder, logFolder)}/`;
  const others = [...reading.directory.files.values()].filter(
    ({ path, format }) =>
      format === "parquet" && path.startsWith(prefix) && !path.startsWith(log) && !live.has(path),
  );
  const [first] = others;
  if (first !== undefined) {
    const args = { count: others.length, first: first.path };
    reading.findings.add(finding("DELTA_FILES_NOT_LIVE", { path: newest }, args));
    for (const { path } of others) {
      reading.claims.computed("metadata", { key: "delta.not_live", value: path }, { path: newest });
    }
  }
}

function describeMetadata(reading: Reading, log: DeltaLog): void {
  const { metadata, protocol, newest: path } = log;
  const id = textOf(metadata, "id");
  const [name, description] = [textOf(metadata, "name"), textOf(metadata, "description")];
  const created = isoTime(countOf(metadata, "createdTime"));
  const modified = isoTime(countOf(log.commitInfo, "timestamp"));
  const engine = textOf(log.commitInfo, "engineInfo");
  const claims: readonly (readonly [name: Parameters<Reading["claim"]>[0], value: JsonValue | undefined])[] =
    [
      ["name", name],
      ["description", description],
      ["created", created],
      ["modified", modified],
      ["producer", engine === undefined ? undefined : { name: engine }],
      ["metadata", id === undefined ? undefined : { key: "delta.table_id", value: id }],
      ["revision", { system: "delta", id: String(log.version) }],
    ];
  for (const [fact, value] of claims) {
    if (value !== undefined) {
      reading.claim(fact, value, path, "/metaData");
    }
  }
  const reader = countOf(protocol, "minReaderVersion");
  const writer = countOf(protocol, "minWriterVersion");
  if (reader !== undefined && writer !== undefined) {
    reading.claim("format.version", `reader ${reader}, writer ${writer}`, path, "/protocol");
  }
  const partitions = listOf(metadata, "partitionColumns").filter((each) => typeof each === "string");
  if (partitions.length > 0) {
    const value = partitions.join(", ");
    reading.claim("metadata", { key: "delta.partition_columns", value }, path, "/metaData");
  }
  describeSchema(reading, textOf(metadata, "schemaString"), path);
}

function describeSchema(reading: Reading, text: string | undefined, path: string): void {
  if (text === undefined) {
    return;
  }
  const schema = reading.attempt(path, () => parseSchemaText(text, path));
  const columns = columnsOf(schema, words);
  if (columns.size > 0) {
    reading.claim("schema", Object.fromEntries(columns), path, "/metaData/schemaString");
    reading.claim("columns.count", columns.size, path, "/metaData/schemaString");
  }
}

function parseSchemaText(text: string, path: string): JsonValue {
  const options = { path, maxBytes: limits.maxReadBytes, maxDepth: limits.maxJsonDepth };
  try {
    return parseJson(Buffer.from(text), options);
  } catch (cause) {
    if (!(cause instanceof AibomError)) {
      throw cause;
    }
    const reason = `its schema cannot be read: ${cause.message}`;
    throw AibomError.of("DELTA_LOG_INVALID", { reason }, { where: { path }, cause });
  }
}
