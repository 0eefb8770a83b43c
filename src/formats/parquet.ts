// SPDX-License-Identifier: Apache-2.0
// Apache Parquet (format 2.12, parquet.thrift): the footer with schema, row groups and writer. The footer is read
// by a bounded walk of our own: Parquet libraries take memory from list sizes that nobody checked, and also
// load the statistics, which are values of rows. Leaves out the pages, save those of a Delta checkpoint.

import { type ByteSource, memorySource } from "../bytes/byte-source.ts";
import { asciiMagic, hasMagicAt } from "../bytes/magic.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { readMessage, readSchema } from "./arrow/messages.ts";
import { describePickledTypes, type PickledTypes } from "./arrow/pickled-types.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Members } from "./format.ts";
import { type DeltaCheckpoint, isDeltaCheckpoint, readDeltaCheckpoint } from "./parquet/delta-checkpoint.ts";
import { readEncryptedFooter } from "./parquet/encrypted-footer.ts";
import { type ParquetFooter, readFooter } from "./parquet/footer.ts";
import { columnTypes } from "./parquet/schema.ts";
import { addWriterNotes } from "./writer-notes.ts";

const magicBytes = 4;
const plainMagic = asciiMagic("PAR1");
const encryptedMagic = asciiMagic("PARE");
/** Magic, footer length, magic. */
const smallestFile = 12;

/** What layouts of tables need of a file. */
export interface ParquetDetail {
  readonly kind: "parquet";
  readonly rows: number;
  /** Of a checkpoint of a Delta table: its actions, one list entry each. */
  readonly deltaCheckpoint?: DeltaCheckpoint;
}

/** The Parquet reader. */
export const parquet: Format = {
  id: "parquet",
  holdsWeights: false,
  extensions: [".parquet", ".parq"],
  isHeavy: true,
  match: (head) =>
    hasMagicAt(head.bytes, plainMagic) || hasMagicAt(head.bytes, encryptedMagic) ? "certain" : "no",
  describe,
};

function describe(file: ByteSource, members: Members): Description {
  const where = { path: file.path, offset: 0 };
  if (file.size < smallestFile) {
    throw AibomError.of("PARQUET_INVALID", { reason: `it has only ${file.size} bytes` }, { where });
  }
  const tail = file.read(file.size - 8, 8);
  const magic = Buffer.from(file.read(0, magicBytes)).toString("latin1");
  const end = Buffer.from(tail.subarray(4)).toString("latin1");
  if (magic !== end || (magic !== "PAR1" && magic !== "PARE")) {
    const reason = "it does not end with the letters it starts with; it may be cut";
    throw AibomError.of("PARQUET_INVALID", { reason }, { where: { path: file.path, offset: file.size - 4 } });
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > file.size - smallestFile) {
    const args = { length, available: file.size - smallestFile };
    throw AibomError.of("PARQUET_FOOTER_OUT_OF_FILE", args, { where });
  }
  if (length > limits.maxParquetFooterBytes) {
    const args = { length, limit: limits.maxParquetFooterBytes };
    throw AibomError.of("PARQUET_FOOTER_TOO_LARGE", args, { where });
  }
  const start = file.size - 8 - length;
  const bytes = file.read(start, length);
  return magic === "PARE"
    ? readEncryptedFooter(bytes, file.path, start)
    : describeFooter(file, members, readFooter(bytes, file.path, start), start);
}

function describeFooter(
  file: ByteSource,
  members: Members,
  footer: ParquetFooter,
  footerStart: number,
): Description {
  const source = { path: file.path };
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const rows = checkRows(footer, file.path, findings);
  checkChunks(footer, footerStart, file.path, findings);
  const columns = columnTypes(footer.schema);
  claims.computed("rows.count", rows, source);
  claims.computed("columns.count", columns.length, source);
  claims.computed("schema", Object.fromEntries(columns), source);
  if (footer.encryption !== undefined || footer.encryptedColumns.size > 0) {
    const columnsList = [...footer.encryptedColumns].slice(0, limits.maxClaimsPerName);
    const scheme = footer.encryption ?? "unknown";
    claims.computed("encryption", { scheme, footer: false, columns: columnsList }, source);
    findings.add(finding("PARQUET_COLUMNS_ENCRYPTED", source, { count: footer.encryptedColumns.size }));
  }
  if (footer.createdBy !== undefined) {
    claims.claim("producer", producer(footer.createdBy), { path: file.path, pointer: "created_by" });
  }
  addWriterNotes(footer.keyValues, claims, file.path);
  const embedded = describeArrowSchema(footer, file.path, members, findings);
  const deltaCheckpoint = isDeltaCheckpoint(footer) ? readDeltaCheckpoint(file, footer) : undefined;
  const detail: ParquetDetail = {
    kind: "parquet",
    rows,
    ...(deltaCheckpoint !== undefined && { deltaCheckpoint }),
  };
  return {
    facts: [...claims.facts, ...embedded.facts],
    findings: findings.all(),
    references: [],
    detail,
    ...(embedded.isUnread && { incomplete: true as const }),
  };
}

/** The Arrow schema that writers put beside the Parquet one: readers build their types from it, and run what it pickles. */
function describeArrowSchema(
  footer: ParquetFooter,
  path: string,
  members: Members,
  findings: FindingList,
): PickledTypes {
  const text = footer.keyValues.find(([key]) => key === "ARROW:schema")?.[1];
  if (text === undefined) {
    return { facts: [], isUnread: false };
  }
  const bytes = memorySource(Uint8Array.from(Buffer.from(text, "base64")), path);
  try {
    const message = readMessage(bytes, 0);
    const schema = message?.kind === "schema" ? readSchema(message.table) : undefined;
    return describePickledTypes(schema?.pickledTypes ?? [], path, members, findings);
  } catch (cause) {
    if (!(cause instanceof AibomError)) {
      throw cause;
    }
    // Offsets count inside the note, not in the file.
    findings.add(
      finding("PARQUET_ARROW_SCHEMA_INVALID", { path, member: "ARROW:schema" }, { reason: cause.message }),
    );
    return { facts: [], isUnread: true };
  }
}

/** `parquet-mr version 1.13.1 (build …)` as name and version; anything else as a name. */
function producer(text: string): { readonly name: string; readonly version?: string } {
  const at = text.indexOf(" version ");
  const [version = ""] = at < 0 ? [] : text.slice(at + " version ".length).split(" ", 1);
  return version === "" ? { name: text } : { name: text.slice(0, at), version };
}

/** Rows of all row groups; a footer whose total differs is two tables to two readers. */
function checkRows(footer: ParquetFooter, path: string, findings: FindingList): number {
  const sum = footer.groupRows;
  if (sum !== footer.rows) {
    findings.add(finding("PARQUET_ROWS_DISAGREE", { path }, { total: footer.rows, sum }));
  }
  const isCount = footer.rows >= 0n && footer.rows <= BigInt(Number.MAX_SAFE_INTEGER);
  if (!isCount) {
    const reason = `it claims ${footer.rows} rows`;
    throw AibomError.of("PARQUET_INVALID", { reason }, { where: { path } });
  }
  return Number(footer.rows);
}

function checkChunks(footer: ParquetFooter, end: number, path: string, findings: FindingList): void {
  const { external, outside } = footer;
  if (external !== undefined) {
    const where = { path, member: external.column };
    findings.add(finding("PARQUET_EXTERNAL_DATA", where, { file: external.file, count: external.count }));
  }
  if (outside !== undefined) {
    const where = { path, member: outside.column };
    findings.add(
      finding("PARQUET_CHUNK_OUT_OF_FILE", where, { column: outside.column, end: outside.end, size: end }),
    );
  }
}
