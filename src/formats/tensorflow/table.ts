// SPDX-License-Identifier: Apache-2.0
// A sorted table as LevelDB and TensorFlow write it (leveldb/doc/table_format.md): blocks of entries whose keys share
// prefixes, found through an index block that a footer points to. All entries are handed out in order.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { Cursor } from "../../bytes/cursor.ts";
import type { MessageRange } from "../../bytes/protobuf.ts";
import { windowSource } from "../../bytes/window-source.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { GraphFile } from "./graph-file.ts";

const footerBytes = 48;
const magic = 0xdb4775248b80fb57n;
/** Each block is followed by its compression and a checksum. */
const trailerBytes = 5;

/** One entry; the value lies between `start` and `end`. */
export interface TableEntry {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** True if the file ends like a table. @throws {AibomError} BYTES_OUT_OF_RANGE */
export function endsLikeTable(source: ByteSource): boolean {
  return source.size >= footerBytes && new Cursor(source, { offset: source.size - 8 }).u64() === magic;
}

/** @throws {AibomError} TF_CHECKPOINT_INVALID, TF_CHECKPOINT_UNSUPPORTED, BYTES_OUT_OF_RANGE */
export function* readTable(source: ByteSource): Generator<TableEntry> {
  if (!endsLikeTable(source)) {
    throw invalid(source, "the table has no end", 0);
  }
  const footer = new Cursor(source, { offset: source.size - footerBytes, end: source.size - 8 });
  readHandle(source, footer);
  const index = readHandle(source, footer);
  let last: string | undefined;
  for (const block of readBlock(source, index)) {
    const handle = readHandle(source, new Cursor(source, { offset: block.start, end: block.end }));
    for (const entry of readBlock(source, handle)) {
      if (last !== undefined && entry.key <= last) {
        throw invalid(source, `the key ${entry.key.slice(0, 100)} is not behind the one before`, entry.start);
      }
      last = entry.key;
      yield entry;
    }
  }
}

function* readBlock(source: ByteSource, { offset, size }: Handle): Generator<TableEntry> {
  const end = offset + size;
  if (size < 4 || end + trailerBytes > source.size) {
    throw invalid(source, "a block lies outside the file", offset);
  }
  const compression = new Cursor(source, { offset: end, windowBytes: 16 }).u8();
  if (compression !== 0) {
    throw AibomError.of(
      "TF_CHECKPOINT_UNSUPPORTED",
      { what: `compression ${compression}` },
      { where: { path: source.path, offset: end } },
    );
  }
  const restarts = new Cursor(source, { offset: end - 4, windowBytes: 16 }).u32();
  if (restarts > (size - 4) / 4) {
    throw invalid(source, "a block has more restarts than bytes", offset);
  }
  const cursor = new Cursor(source, { offset, end: end - 4 - 4 * restarts });
  let key = "";
  while (cursor.remaining > 0) {
    const at = cursor.offset;
    const shared = varint(source, cursor);
    const rest = varint(source, cursor);
    const length = varint(source, cursor);
    if (shared > key.length || shared + rest > limits.maxNameBytes) {
      throw invalid(source, "a key shares more than there is", at);
    }
    // Keys are compared byte by byte, so they are kept as bytes: one character each.
    key = key.slice(0, shared) + Buffer.from(cursor.bytes(rest)).toString("latin1");
    const start = cursor.offset;
    cursor.skip(length);
    yield { key, start, end: start + length };
  }
}

function readHandle(source: ByteSource, cursor: Cursor): Handle {
  return { offset: varint(source, cursor), size: varint(source, cursor) };
}

function varint(source: ByteSource, cursor: Cursor): number {
  const at = cursor.offset;
  let value = 0;
  for (let scale = 1; scale <= 2 ** 42; scale *= 128) {
    const byte = cursor.u8();
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      return value;
    }
  }
  throw invalid(source, "a number is too large", at);
}

/** The value of an entry as a message of Protocol Buffers. */
export function entryMessage(
  source: ByteSource,
  { start, end }: Pick<TableEntry, "start" | "end">,
): readonly [file: GraphFile, root: MessageRange] {
  const file = new GraphFile(windowSource(source, start, end - start));
  return [file, file.reader.root()];
}

/** The fault of a checkpoint. */
export function invalid(source: ByteSource, reason: string, offset: number): AibomError {
  return AibomError.of("TF_CHECKPOINT_INVALID", { reason }, { where: { path: source.path, offset } });
}
