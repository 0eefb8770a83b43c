// SPDX-License-Identifier: Apache-2.0
// Checkpoints of Delta tables are Parquet files whose rows are actions. The few columns that say which files are
// live are decoded with hyparquet, after every page header was compared with what its chunk can hold.
// Those of version 2 may leave the live files to sidecars, whose names they state.

import { readColumn } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import type { ByteSource } from "../../bytes/byte-source.ts";
import { zlib } from "../../bytes/node-zlib.ts";
import { ThriftReader, thriftType } from "../../bytes/thrift.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ColumnChunk, ParquetFooter, SchemaElement } from "./footer.ts";
import { type SchemaNode, schemaTree } from "./schema.ts";

/** What a Delta checkpoint says, as far as it was read. */
export interface DeltaCheckpoint {
  readonly added: readonly { readonly path: string; readonly size?: number }[];
  readonly tableId?: string;
  readonly tableName?: string;
  readonly schemaText?: string;
  /** Files that hold more of its actions, by their names in `_sidecars` or their addresses. */
  readonly sidecars?: readonly string[];
  /** Why the actions could not be read: an encoding or a compression that is not supported. */
  readonly unread?: string;
}

/** True for a table with the columns of a checkpoint, or of a sidecar: nothing but files that are added and removed. */
export function isDeltaCheckpoint(footer: ParquetFooter): boolean {
  const columns = schemaTree(footer.schema);
  const names = new Set(columns.map(({ element }) => element.name));
  const added = columns.find(({ element }) => element.name === "add");
  const isSidecar = [...names].every((name) => name === "add" || name === "remove");
  return (
    ["add", "metaData", "protocol"].every((name) => names.has(name)) ||
    (isSidecar && added?.children.some(({ element }) => element.name === "path") === true)
  );
}

/** Reads the live files and the table's description. A part that cannot be decoded is told in `unread`. */
export function readDeltaCheckpoint(file: ByteSource, footer: ParquetFooter): DeltaCheckpoint {
  try {
    if (footer.rows > BigInt(limits.maxTableFiles)) {
      return { added: [], unread: `it has more than ${limits.maxTableFiles} rows` };
    }
    const paths = readTexts(file, footer, "add.path");
    const sizes = readValues(file, footer, "add.size");
    const added = paths.flatMap((path, row) => {
      const size = Number(sizes[row] ?? Number.NaN);
      return path === undefined ? [] : [Number.isSafeInteger(size) ? { path, size } : { path }];
    });
    const [tableId] = readTexts(file, footer, "metaData.id").filter((id) => id !== undefined);
    const [tableName] = readTexts(file, footer, "metaData.name").filter((name) => name !== undefined);
    const [schemaText] = readTexts(file, footer, "metaData.schemaString").filter(
      (text) => text !== undefined,
    );
    const sidecars = readTexts(file, footer, "sidecar.path").filter((path) => path !== undefined);
    return {
      added,
      ...(tableId !== undefined && { tableId }),
      ...(tableName !== undefined && { tableName }),
      ...(schemaText !== undefined && { schemaText }),
      ...(sidecars.length > 0 && { sidecars }),
    };
  } catch (cause) {
    // The library throws errors of every kind on hostile pages.
    const reason = cause instanceof Error ? (cause.message.split("\n", 1)[0] ?? "") : String(cause);
    return { added: [], unread: reason.slice(0, 200) };
  }
}

function readTexts(file: ByteSource, footer: ParquetFooter, column: string): (string | undefined)[] {
  return readValues(file, footer, column).map((value) => (typeof value === "string" ? value : undefined));
}

/** The values of one column, one for each row; empty if the table has no such column. */
function readValues(file: ByteSource, footer: ParquetFooter, column: string): unknown[] {
  const schemaPath = pathTo(footer.schema, column.split("."));
  const leaf = schemaPath?.at(-1)?.element;
  if (schemaPath === undefined || leaf === undefined) {
    return [];
  }
  const values: unknown[] = [];
  const chunks = footer.chunks.filter(({ path }) => path === column);
  if (chunks.length !== footer.groups) {
    throw new Error(`the column ${column} is not in every row group`);
  }
  for (const chunk of chunks) {
    const bytes = Uint8Array.from(file.read(chunk.start, Math.min(chunk.length, limits.maxReadBytes)));
    checkPages(bytes, chunk, file.path);
    const decoder = {
      pathInSchema: column.split("."),
      element: leaf,
      schemaPath,
      type: leaf.type,
      codec: codecs[chunk.codec],
      compressors,
      parsers: DEFAULT_PARSERS,
    };
    const rows = { groupStart: 0, selectStart: 0, selectEnd: chunk.values, groupRows: chunk.values };
    const reader = { view: new DataView(bytes.buffer), offset: 0 };
    const { data } = readColumn(reader, rows, decoder as unknown as Parameters<typeof readColumn>[2]);
    for (const part of data) {
      for (const value of Array.from(part as ArrayLike<unknown>)) {
        // Each optional level around a value is a list of one, or of none.
        values.push(Array.isArray(value) ? value.flat(8)[0] : value);
      }
    }
  }
  return values;
}

const codecs = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"] as const;

const compressors = {
  GZIP: (input: Uint8Array, length: number): Uint8Array =>
    Uint8Array.from(
      zlib().gunzipSync(input, {
        maxOutputLength: Math.max(1, length),
        finishFlush: zlib().constants.Z_SYNC_FLUSH,
      }),
    ),
  ZSTD: (input: Uint8Array, length: number): Uint8Array =>
    Uint8Array.from(zlib().zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) })),
};

/** Compares each page header with the chunk, so that no page makes the decoder take memory that it did not pay for. */
function checkPages(bytes: Uint8Array, chunk: ColumnChunk, path: string): void {
  let position = 0;
  let unpacked = 0;
  while (position < bytes.length) {
    const reader = new ThriftReader(bytes, path, chunk.start, position);
    const page = { unpacked: -1, packed: -1, values: 0 };
    reader.struct((id, type) => {
      if (id === 2) {
        page.unpacked = reader.i32(type);
      } else if (id === 3) {
        page.packed = reader.i32(type);
      } else if (type === thriftType.struct && (id === 5 || id === 7 || id === 8)) {
        reader.struct((inner, innerType) => {
          // num_values; in pages of version 2 also num_nulls and num_rows. Other numbers are encodings.
          if (innerType !== thriftType.i32 || inner > (id === 8 ? 3 : 1)) {
            return false;
          }
          page.values = Math.max(page.values, reader.i32(innerType));
          return true;
        });
        return true;
      }
      return id === 2 || id === 3;
    });
    unpacked += page.unpacked;
    const isBounded =
      page.packed >= 0 &&
      page.unpacked >= 0 &&
      unpacked <= limits.maxCheckpointColumnBytes &&
      page.values <= chunk.values;
    if (!isBounded || page.values > limits.maxTableFiles || page.packed > bytes.length - reader.position) {
      const reason = "a page claims more than its column has";
      throw AibomError.of("PARQUET_INVALID", { reason }, { where: { path, offset: chunk.start + position } });
    }
    position = reader.position + page.packed;
  }
}

const physicalNames = [
  "BOOLEAN",
  "INT32",
  "INT64",
  "INT96",
  "FLOAT",
  "DOUBLE",
  "BYTE_ARRAY",
  "FIXED_LEN_BYTE_ARRAY",
];
const repetitionNames = ["REQUIRED", "OPTIONAL", "REPEATED"];

/** An element as hyparquet knows it. */
interface LibraryElement {
  readonly name: string;
  readonly type: string | undefined;
  readonly repetition_type: string | undefined;
  readonly num_children: number;
  readonly converted_type: string | undefined;
  readonly logical_type?: undefined;
}

interface LibraryNode {
  readonly count: number;
  readonly element: LibraryElement;
  readonly children: readonly LibraryNode[];
  readonly path: readonly string[];
}

/** The nodes from the root to a leaf, in the library's terms. */
function pathTo(
  schema: readonly SchemaElement[],
  names: readonly string[],
): readonly LibraryNode[] | undefined {
  const nodes: LibraryNode[] = [libraryNode({ name: "root", children: 1 }, [])];
  let children: readonly SchemaNode[] = schemaTree(schema);
  for (const name of names) {
    const next = children.find(({ element }) => element.name === name);
    if (next === undefined) {
      return undefined;
    }
    nodes.push(libraryNode(next.element, names.slice(0, nodes.length)));
    children = next.children;
  }
  return children.length === 0 ? nodes : undefined;
}

function libraryNode(element: SchemaElement, path: readonly string[]): LibraryNode {
  const isText = element.logical?.kind === 1 || element.convertedType === 0;
  return {
    count: 1,
    path,
    children: [],
    element: {
      name: element.name,
      type: physicalNames[element.type ?? -1],
      repetition_type: repetitionNames[element.repetition ?? 0],
      num_children: element.children,
      converted_type: isText ? "UTF8" : undefined,
    },
  };
}
