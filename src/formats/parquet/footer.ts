// SPDX-License-Identifier: Apache-2.0
// FileMetaData of parquet.thrift, without statistics: the schema, the sums over row groups, the writer's notes.
// Column chunks are looked at one by one and forgotten, since wide tables have millions; those of a Delta
// checkpoint are kept.

import { ThriftReader, type ThriftVisitor, thriftType } from "../../bytes/thrift.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** One element of the schema, which is a tree written in depth-first order. */
export interface SchemaElement {
  readonly name: string;
  /** Physical type of a leaf: 0 BOOLEAN … 7 FIXED_LEN_BYTE_ARRAY. */
  readonly type?: number;
  readonly typeLength?: number;
  /** 0 required, 1 optional, 2 repeated. */
  readonly repetition?: number;
  readonly children: number;
  readonly convertedType?: number;
  readonly scale?: number;
  readonly precision?: number;
  /** Field of the LogicalType union that is set, and for units and signs what it holds. */
  readonly logical?: LogicalType;
}

export interface LogicalType {
  readonly kind: number;
  readonly unit?: number;
  readonly isUtc?: boolean;
  readonly scale?: number;
  readonly precision?: number;
}

/** Where one column of one row group lies. */
export interface ColumnChunk {
  readonly path: string;
  readonly codec: number;
  readonly values: number;
  readonly start: number;
  readonly length: number;
}

export interface ParquetFooter {
  readonly schema: readonly SchemaElement[];
  readonly rows: bigint;
  readonly groups: number;
  /** Sum over the row groups. */
  readonly groupRows: bigint;
  readonly createdBy?: string;
  readonly keyValues: readonly (readonly [key: string, value: string])[];
  /** Algorithm, if the file says that it is encrypted. */
  readonly encryption?: string;
  readonly encryptedColumns: ReadonlySet<string>;
  /** The first chunks, for readers of data. */
  readonly chunks: readonly ColumnChunk[];
  /** Columns that lie in another file: the first, and how many. */
  readonly external?: { readonly column: string; readonly file: string; readonly count: number };
  /** The first column that does not lie before the footer. */
  readonly outside?: { readonly column: string; readonly end: bigint };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<ParquetFooter> & {
  encryptedColumns: Set<string>;
  chunks: ColumnChunk[];
  keyValues: (readonly [string, string])[];
  schema: SchemaElement[];
};

/** Reads a footer, whose first byte is at `start` in the file. @throws {AibomError} THRIFT_INVALID, PARQUET_INVALID */
export function readFooter(bytes: Uint8Array, path: string, start: number): ParquetFooter {
  const reader = new ThriftReader(bytes, path, start);
  const footer: Draft = {
    schema: [],
    rows: -1n,
    groups: 0,
    groupRows: 0n,
    keyValues: [],
    encryptedColumns: new Set(),
    chunks: [],
  };
  reader.struct((id, type) => {
    switch (id) {
      case 2:
        reader.structs(type, (index) => {
          if (index >= limits.maxParquetSchemaElements) {
            const reason = `its schema has more than ${limits.maxParquetSchemaElements} elements`;
            throw AibomError.of("PARQUET_INVALID", { reason }, { where: { path, offset: start } });
          }
          return schemaElement(reader, footer.schema);
        });
        return true;
      case 3:
        footer.rows = reader.i64(type);
        return true;
      case 4:
        footer.groups = reader.structs(type, () => rowGroup(reader, footer, start));
        return true;
      case 5:
        reader.structs(type, () => keyValue(reader, footer));
        return true;
      case 6:
        footer.createdBy = reader.text(type);
        return true;
      case 8:
        footer.encryption = "unknown";
        reader.struct((algorithm) => {
          footer.encryption = encryptionName(algorithm);
          return false;
        });
        return true;
      default:
        return false;
    }
  });
  if (footer.schema.length === 0) {
    throw AibomError.of(
      "PARQUET_INVALID",
      { reason: "it has no schema" },
      { where: { path, offset: start } },
    );
  }
  return footer;
}

/** Name of a member of the EncryptionAlgorithm union. */
export function encryptionName(field: number): string {
  return field === 1 ? "AES_GCM_V1" : field === 2 ? "AES_GCM_CTR_V1" : "unknown";
}

function schemaElement(reader: ThriftReader, schema: SchemaElement[]): ThriftVisitor {
  const element: Mutable<SchemaElement> = { name: "", children: 0 };
  schema.push(element);
  return (id, type) => {
    switch (id) {
      case 1:
        element.type = reader.i32(type);
        return true;
      case 2:
        element.typeLength = reader.i32(type);
        return true;
      case 3:
        element.repetition = reader.i32(type);
        return true;
      case 4:
        element.name = reader.text(type);
        return true;
      case 5:
        element.children = reader.i32(type);
        return true;
      case 6:
        element.convertedType = reader.i32(type);
        return true;
      case 7:
        element.scale = reader.i32(type);
        return true;
      case 8:
        element.precision = reader.i32(type);
        return true;
      case 10:
        element.logical = logicalType(reader);
        return true;
      default:
        return false;
    }
  };
}

/** The LogicalType union; DECIMAL, TIME, TIMESTAMP and INTEGER hold something. */
function logicalType(reader: ThriftReader): LogicalType {
  const logical: Mutable<LogicalType> = { kind: 0 };
  reader.struct((kind, outer) => {
    logical.kind = kind;
    if (outer !== thriftType.struct) {
      return false;
    }
    reader.struct((id, type) => {
      if (type === thriftType.true || type === thriftType.false) {
        logical.isUtc = type === thriftType.true;
        return true;
      }
      if (kind === 5 && type === thriftType.i32) {
        Object.assign(logical, { [id === 1 ? "scale" : "precision"]: reader.i32(type) });
        return true;
      }
      if ((kind === 7 || kind === 8) && id === 2 && type === thriftType.struct) {
        reader.struct((unit) => {
          logical.unit = unit;
          return false;
        });
        return true;
      }
      return false;
    });
    return true;
  });
  return logical;
}

function keyValue(reader: ThriftReader, footer: Draft): ThriftVisitor {
  const index = footer.keyValues.length;
  footer.keyValues.push(["", ""]);
  return (id, type) => {
    const [key = "", value = ""] = footer.keyValues[index] ?? [];
    if (id === 1) {
      footer.keyValues[index] = [reader.text(type), value];
    } else if (id === 2) {
      footer.keyValues[index] = [key, reader.text(type)];
    }
    return id === 1 || id === 2;
  };
}

function rowGroup(reader: ThriftReader, footer: Draft, end: number): ThriftVisitor {
  return (id, type) => {
    if (id === 1) {
      reader.structs(type, () => columnChunk(reader, footer, BigInt(end)));
    } else if (id === 3) {
      footer.groupRows += reader.i64(type);
    }
    return id === 1 || id === 3;
  };
}

/** The parts of ColumnMetaData that say where the pages are. */
interface ColumnPlace {
  path: string;
  codec: number;
  values: bigint;
  length: bigint;
  data: bigint;
  dictionary: bigint;
}

function columnChunk(reader: ThriftReader, footer: Draft, end: bigint): ThriftVisitor {
  let file = "";
  return (id, type) => {
    switch (id) {
      case 1:
        file = reader.text(type);
        return true;
      case 3: {
        const place: ColumnPlace = { path: "", codec: 0, values: 0n, length: 0n, data: 0n, dictionary: 0n };
        reader.struct(columnMetadata(reader, place));
        notePlace(footer, place, file, end);
        return true;
      }
      case 8:
        reader.struct((kind, outer) => cryptoMetadata(reader, footer, kind, outer));
        return true;
      default:
        return false;
    }
  };
}

/** ColumnCryptoMetaData: encrypted with the footer's key (1), or with a key of its own (2, with the path in field 1). */
function cryptoMetadata(reader: ThriftReader, footer: Draft, kind: number, outer: number): boolean {
  if (kind !== 2 || outer !== thriftType.struct) {
    return false;
  }
  reader.struct((id, type) => {
    if (id === 1) {
      footer.encryptedColumns.add(readPath(reader, type));
    }
    return id === 1;
  });
  return true;
}

function readPath(reader: ThriftReader, type: number): string {
  const parts: string[] = [];
  const text = thriftType.binary;
  reader.list(type, text, () => parts.push(reader.text(text)));
  return parts.join(".");
}

function columnMetadata(reader: ThriftReader, place: ColumnPlace): ThriftVisitor {
  return (id, type) => {
    switch (id) {
      case 3:
        place.path = readPath(reader, type);
        return true;
      case 4:
        place.codec = reader.i32(type);
        return true;
      case 5:
        place.values = reader.i64(type);
        return true;
      case 7:
        place.length = reader.i64(type);
        return true;
      case 9:
        place.data = reader.i64(type);
        return true;
      case 11:
        place.dictionary = reader.i64(type);
        return true;
      default:
        return false;
    }
  };
}

function notePlace(footer: Draft, place: ColumnPlace, file: string, end: bigint): void {
  const column = place.path;
  if (file !== "") {
    const known = footer.external ?? { column, file, count: 0 };
    footer.external = { ...known, count: known.count + 1 };
    return;
  }
  const start = place.dictionary > 0n && place.dictionary < place.data ? place.dictionary : place.data;
  const isInside = start >= 4n && place.length >= 0n && start + place.length <= end;
  // A chunk without values may say nothing about its place.
  if (!isInside && place.values > 0n) {
    footer.outside ??= { column, end: start + place.length };
    return;
  }
  if (footer.chunks.length < limits.maxParquetKeptChunks && isInside) {
    const [values, from, length] = [place.values, start, place.length].map(Number) as [
      number,
      number,
      number,
    ];
    footer.chunks.push({ path: column, codec: place.codec, values, start: from, length });
  }
}
