// SPDX-License-Identifier: Apache-2.0
// Apache Arrow IPC, as a file (also Feather version 2) and as a stream (what Hugging Face's `datasets` caches).
// Spec: Arrow columnar format 1.5, "IPC". Rows are counted from the headers of the record batches.
// Leaves out the bodies of messages and Feather version 1.

import type { ByteSource } from "../bytes/byte-source.ts";
import { Flatbuffer, type FlatbufferTable } from "../bytes/flatbuffer.ts";
import { asciiMagic, hasMagicAt } from "../bytes/magic.ts";
import { windowSource } from "../bytes/window-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type ArrowSchema, readMessage, readSchema } from "./arrow/messages.ts";
import { describePickledTypes } from "./arrow/pickled-types.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, Members } from "./format.ts";
import { addWriterNotes } from "./writer-notes.ts";

const magic = "ARROW1";
const fileMagic = asciiMagic(`${magic}\0\0`);
/** The magic with its padding to 8 bytes, where the first message starts. */
const headBytes = 8;
/** The footer's length and the magic. */
const tailBytes = 10;
const blockBytes = 24;

/** The Arrow reader. */
export const arrow: Format = {
  id: "arrow",
  holdsWeights: false,
  extensions: [".arrow", ".feather", ".arrows"],
  refinements: [{ id: "arrow-stream", holdsWeights: false }],
  match,
  confirm: (file) => startsWithMagic(file.read(0, headBytes)) || readMessage(file, 0)?.kind === "schema",
  describe,
};

function startsWithMagic(bytes: Uint8Array): boolean {
  return hasMagicAt(bytes, fileMagic);
}

/** A stream has no magic: the mark of a message, and a header length that fits and is padded. */
function match({ bytes, size }: Head): Match {
  if (startsWithMagic(bytes)) {
    return "certain";
  }
  if (bytes.length < 16) {
    return "no";
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getInt32(4, true);
  const isStream =
    view.getUint32(0, true) === 0xffff_ffff && length > 8 && length % 8 === 0 && length <= size - 8;
  return isStream && view.getUint32(8, true) < length ? "possible" : "no";
}

/** What both forms come to. */
interface Table {
  readonly schema: ArrowSchema;
  readonly rows: bigint;
  readonly batches: number;
}

function describe(file: ByteSource, members: Members): Description {
  const isFile = startsWithMagic(file.read(0, Math.min(headBytes, file.size)));
  const { schema, rows, batches } = isFile ? readFile(file) : readStream(file);
  if (rows > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalid(file, `it claims ${rows} rows`, 0);
  }
  const source = { path: file.path };
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  claims.computed("rows.count", Number(rows), source);
  claims.computed("columns.count", schema.columns.length, source);
  claims.computed("schema", Object.fromEntries(schema.columns), source);
  claims.computed("metadata", { key: "arrow.batches", value: batches }, source);
  addWriterNotes(schema.notes, claims, file.path);
  const pickled = describePickledTypes(schema.pickledTypes, file.path, members, findings);
  return {
    facts: [...claims.facts, ...pickled.facts],
    findings: findings.all(),
    references: [],
    ...(!isFile && { format: "arrow-stream" }),
    ...(pickled.isUnread && { incomplete: true as const }),
  };
}

function readStream(file: ByteSource): Table {
  const first = readMessage(file, 0);
  if (first?.kind !== "schema") {
    throw invalid(file, "it does not start with a schema", 0);
  }
  const schema = readSchema(first.table);
  let rows = 0n;
  let batches = 0;
  let next = first.end;
  for (let messages = 1; ; messages += 1) {
    if (messages > limits.maxArrowMessages) {
      throw invalid(file, `it has more than ${limits.maxArrowMessages} messages`, next);
    }
    const message = readMessage(file, next);
    if (message === undefined) {
      return { schema, rows, batches };
    }
    if (message.kind === "records") {
      rows += rowsOf(file, message.table, next);
      batches += 1;
    }
    next = message.end;
  }
}

function readFile(file: ByteSource): Table {
  if (file.size < headBytes + tailBytes) {
    throw invalid(file, "it is cut", file.size);
  }
  const tail = file.read(file.size - tailBytes, tailBytes);
  if (Buffer.from(tail.subarray(4)).toString("latin1") !== magic) {
    throw invalid(file, "it does not end with the letters it starts with; it may be cut", file.size - 6);
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  const start = file.size - tailBytes - length;
  if (start < headBytes || length > limits.maxArrowMessageBytes) {
    throw invalid(file, `it has a footer of ${length} bytes`, file.size - tailBytes);
  }
  const footer = new Flatbuffer(windowSource(file, start, length)).root();
  const table = footer.table(1);
  if (table === undefined) {
    throw invalid(file, "its footer has no schema", start);
  }
  const blocks = footer.vector(3, blockBytes);
  const count = blocks?.count ?? 0;
  if (count > limits.maxArrowMessages) {
    throw invalid(file, `it has more than ${limits.maxArrowMessages} record batches`, start);
  }
  const body = windowSource(file, 0, start);
  let rows = 0n;
  for (let index = 0; index < count; index += 1) {
    const offset = footer.buffer.i64((blocks?.at ?? 0) + index * blockBytes);
    if (offset < BigInt(headBytes) || offset >= BigInt(start)) {
      throw invalid(file, "a record batch lies outside of the data", start);
    }
    const message = readMessage(body, Number(offset));
    if (message?.kind !== "records") {
      throw invalid(file, "the footer names a record batch that is none", Number(offset));
    }
    rows += rowsOf(file, message.table, Number(offset));
  }
  return { schema: bothSchemas(file, body, readSchema(table)), rows, batches: count };
}

/**
 * The footer's schema, which readers of files use. The one that the data starts with is for readers of streams, and
 * what is pickled there counts as well.
 */
function bothSchemas(file: ByteSource, body: ByteSource, schema: ArrowSchema): ArrowSchema {
  const first = readMessage(body, headBytes);
  if (first?.kind !== "schema") {
    throw invalid(file, "its data does not start with a schema", headBytes);
  }
  const other = readSchema(first.table);
  if (JSON.stringify(other.columns) !== JSON.stringify(schema.columns)) {
    throw invalid(file, "the schemas of its data and of its footer differ", headBytes);
  }
  const known = new Set(schema.pickledTypes.map(({ bytes }) => Buffer.from(bytes).toString("latin1")));
  const more = other.pickledTypes.filter(({ bytes }) => !known.has(Buffer.from(bytes).toString("latin1")));
  return { ...schema, pickledTypes: [...schema.pickledTypes, ...more] };
}

function rowsOf(file: ByteSource, batch: FlatbufferTable, offset: number): bigint {
  const rows = batch.i64(0);
  if (rows < 0n) {
    throw invalid(file, `a record batch has ${rows} rows`, offset);
  }
  return rows;
}

function invalid(file: ByteSource, reason: string, offset: number): AibomError {
  return AibomError.of("ARROW_INVALID", { reason }, { where: { path: file.path, offset } });
}
