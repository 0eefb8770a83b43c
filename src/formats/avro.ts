// SPDX-License-Identifier: Apache-2.0
// Avro object container files (Avro 1.12, "Object Container Files"): schema, codec, blocks between sync markers. Rows
// are counted from block headers; records are decoded only of Iceberg's manifests, for the layout of its tables.

import type { ByteSource } from "../bytes/byte-source.ts";
import { Cursor } from "../bytes/cursor.ts";
import { parseJson } from "../bytes/json.ts";
import { zlib } from "../bytes/node-zlib.ts";
import { unpackSnappy } from "../bytes/snappy.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { AvroDecoder } from "./avro/decoder.ts";
import { type IcebergManifest, icebergCollector } from "./avro/iceberg-manifest.ts";
import { type AvroType, avroColumns, parseSchema } from "./avro/schema.ts";
import { ClaimList } from "./claim-list.ts";
import { addUncounted } from "./counted-rows.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Members } from "./format.ts";

const magic = [0x4f, 0x62, 0x6a, 0x01]; // Obj 1
const syncBytes = 16;

/** What the layout of Iceberg tables needs. */
export interface AvroDetail {
  readonly kind: "avro";
  readonly rows?: number;
  readonly iceberg?: IcebergManifest;
}

/** The Avro reader. */
export const avro: Format = {
  id: "avro",
  holdsWeights: false,
  extensions: [".avro"],
  match: (head) => (magic.every((byte, index) => head.bytes[index] === byte) ? "certain" : "no"),
  describe,
};

function describe(file: ByteSource, members: Members): Description {
  const cursor = new Cursor(file, { offset: magic.length, windowBytes: 4096 });
  const header = readHeader(cursor);
  const schema = readSchema(header, file);
  const codec = Buffer.from(header.get("avro.codec") ?? Buffer.from("null")).toString("latin1");
  const collector = icebergCollector(schema);
  const blocks = walkBlocks(file, cursor);
  const source = { path: file.path };
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const columns = avroColumns(schema);
  if (blocks.rows === undefined) {
    addUncounted(claims, file);
  } else {
    claims.computed("rows.count", blocks.rows, source);
  }
  claims.computed("columns.count", columns.size, source);
  claims.computed("schema", Object.fromEntries(columns), source);
  claims.claim("metadata", { key: "avro.codec", value: codec }, { ...source, pointer: "avro.codec" });
  for (const key of [...header.keys()].filter((name) => !name.startsWith("avro."))) {
    claims.claim("metadata", { key: "schema.note", value: key }, { ...source, pointer: "metadata" });
  }
  const iceberg =
    collector === undefined ? undefined : readIceberg({ file, schema, codec, blocks, members }, collector);
  const detail: AvroDetail = {
    kind: "avro",
    ...(blocks.rows !== undefined && { rows: blocks.rows }),
    ...(iceberg !== undefined && { iceberg }),
  };
  return { facts: claims.facts, findings: findings.all(), references: [], detail };
}

/** The header's map of bytes. */
function readHeader(cursor: Cursor): ReadonlyMap<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  let total = 0;
  for (;;) {
    let count = readLong(cursor);
    if (count === 0n) {
      return entries;
    }
    if (count < 0n) {
      count = -count;
      readLong(cursor);
    }
    for (let index = 0n; index < count; index += 1n) {
      const key = Buffer.from(readBytes(cursor)).toString("utf8");
      const value = readBytes(cursor);
      total += key.length + value.length + 1;
      if (entries.has(key)) {
        throw invalid(cursor, `its header names ${key.slice(0, 100)} twice`);
      }
      if (total > limits.maxAvroHeaderBytes) {
        throw invalid(cursor, `its header is over ${limits.maxAvroHeaderBytes} bytes`);
      }
      entries.set(key, value);
    }
  }
}

function readBytes(cursor: Cursor): Uint8Array {
  const length = readLong(cursor);
  if (length < 0n || length > BigInt(limits.maxAvroHeaderBytes)) {
    throw invalid(cursor, `its header has an entry of ${length} bytes`);
  }
  return cursor.bytes(Number(length));
}

function readLong(cursor: Cursor): bigint {
  let raw = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.u8();
    raw |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      raw = BigInt.asUintN(64, raw);
      return (raw >> 1n) ^ -(raw & 1n);
    }
  }
  throw invalid(cursor, "a number is over 64 bits");
}

function readSchema(header: ReadonlyMap<string, Uint8Array>, file: ByteSource): AvroType {
  const { path } = file;
  const text = header.get("avro.schema");
  if (text === undefined) {
    throw AibomError.of("AVRO_INVALID", { reason: "it has no schema" }, { where: { path, offset: 0 } });
  }
  const options = { path, maxBytes: limits.maxAvroHeaderBytes, maxDepth: limits.maxAvroDepth * 2 };
  return parseSchema(parseJson(text, options), path);
}

/** Where the blocks are. `rows` is undefined if the file is too large to be counted. */
interface Blocks {
  readonly rows: number | undefined;
  /** The first blocks, for the decoder. */
  readonly first: readonly { readonly count: bigint; readonly start: number; readonly length: number }[];
}

const maxKeptBlocks = 10_000;

function walkBlocks(file: ByteSource, cursor: Cursor): Blocks {
  const sync = cursor.bytes(syncBytes);
  const first: { count: bigint; start: number; length: number }[] = [];
  let rows = 0n;
  while (cursor.remaining > 0) {
    if (cursor.offset > limits.maxCountedBytes) {
      return { rows: undefined, first };
    }
    const count = readLong(cursor);
    const length = readLong(cursor);
    if (count < 0n || length < 0n || length > BigInt(cursor.remaining)) {
      throw invalid(cursor, `a block claims ${count} records in ${length} bytes`);
    }
    if (first.length < maxKeptBlocks) {
      first.push({ count, start: cursor.offset, length: Number(length) });
    }
    cursor.skip(Number(length));
    const marker = cursor.bytes(syncBytes);
    if (!marker.every((byte, index) => byte === sync[index])) {
      throw invalid(cursor, "a block does not end with the sync marker");
    }
    rows += count;
    if (rows > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw invalid(cursor, `it claims ${rows} records in ${file.size} bytes`);
    }
  }
  return { rows: Number(rows), first };
}

interface IcebergInput {
  readonly file: ByteSource;
  readonly schema: AvroType;
  readonly codec: string;
  readonly blocks: Blocks;
  readonly members: Members;
}

/** Decodes the records of a manifest. What cannot be decoded is told in `unread`. */
function readIceberg(
  { file, schema, codec, blocks, members }: IcebergInput,
  collector: NonNullable<ReturnType<typeof icebergCollector>>,
): IcebergManifest {
  try {
    if (blocks.rows === undefined || blocks.first.length >= maxKeptBlocks) {
      return { unread: "it is too large" };
    }
    const budget = { values: limits.maxAvroValues };
    for (const block of blocks.first) {
      const bytes = unpack(file.read(block.start, block.length), codec, members);
      const decoder = new AvroDecoder(bytes, file.path, budget);
      for (let index = 0n; index < block.count; index += 1n) {
        collector.add(decoder.value(schema));
      }
      if (decoder.remaining > 0) {
        throw AibomError.of("AVRO_INVALID", { reason: "a block is longer than its records" });
      }
    }
    return collector.result();
  } catch (cause) {
    return { unread: cause instanceof Error ? cause.message.slice(0, 200) : String(cause) };
  }
}

/** The bytes of a block. @throws {Error} the codec is unknown or the data is damaged; {AibomError} no more to spend */
function unpack(bytes: Uint8Array, codec: string, members: Members): Uint8Array {
  const maxOutputLength = limits.maxAvroBlockBytes;
  switch (codec) {
    case "null":
      return bytes;
    case "deflate":
    case "zstandard": {
      const unpacked = (codec === "deflate" ? zlib().inflateRawSync : zlib().zstdDecompressSync)(bytes, {
        maxOutputLength,
      });
      members.spend(unpacked.length);
      return unpacked;
    }
    case "snappy":
      return unpackChecked(bytes, members);
    default:
      throw AibomError.of("AVRO_INVALID", { reason: `the codec ${codec.slice(0, 50)} is not supported` });
  }
}

/** Avro puts the CRC-32 of the bytes behind each block that is packed with Snappy. */
function unpackChecked(bytes: Uint8Array, members: Members): Uint8Array {
  const end = Math.max(0, bytes.length - 4);
  const {
    bytes: unpacked,
    state,
    reason = "",
  } = unpackSnappy(bytes.subarray(0, end), limits.maxAvroBlockBytes);
  members.spend(unpacked.length);
  const crc32 = Buffer.from(bytes.subarray(end));
  if (state !== "end" || crc32.length < 4 || crc32.readUInt32BE() !== zlib().crc32(unpacked)) {
    const why = state === "end" ? "its checksum is wrong" : state === "limit" ? "it is too large" : reason;
    throw AibomError.of("AVRO_INVALID", { reason: `a block cannot be unpacked: ${why}` });
  }
  return unpacked;
}

function invalid(cursor: Cursor, reason: string): AibomError {
  return AibomError.of("AVRO_INVALID", { reason }, { where: { path: cursor.path, offset: cursor.offset } });
}
