// SPDX-License-Identifier: Apache-2.0
// Datatypes and dataspaces (HDF5 File Format Specification 3.0, sections IV.A.2.b and IV.A.2.d): what an element
// is and how many there are.

import type { Cursor } from "../../bytes/cursor.ts";
import { limits } from "../../limits.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";

/** The type of one element. */
export interface Datatype {
  /** `F32`, `I64`, `BOOL`; `STRING` for texts of both kinds; for others the name of their class. */
  readonly name: string;
  /** Bytes of one element in the file. */
  readonly size: number;
  readonly kind: "number" | "text" | "variable-text" | "other";
  /** Elements that one of these counts for: of an array type. */
  readonly count: number;
}

const maxNesting = 8;
const classNames = [
  "INTEGER",
  "FLOAT",
  "TIME",
  "STRING",
  "BITS",
  "OPAQUE",
  "COMPOUND",
  "REFERENCE",
  "ENUM",
  "VARIABLE",
  "ARRAY",
];

/** @throws {AibomError} HDF5_INVALID, HDF5_OVER_LIMIT, BYTES_OUT_OF_RANGE */
export function readDatatype(bytes: Hdf5Bytes, cursor: Cursor, depth = 0): Datatype {
  const at = cursor.offset;
  if (depth > maxNesting) {
    throw bytes.overLimit("levels of one datatype", maxNesting, at);
  }
  const classAndVersion = cursor.u8();
  const typeClass = classAndVersion & 15;
  const version = classAndVersion >> 4;
  if (version < 1 || version > 5 || typeClass >= classNames.length) {
    throw bytes.unsupported(`datatype class ${typeClass} version ${version}`, at);
  }
  const bits = cursor.u8() | (cursor.u8() << 8) | (cursor.u8() << 16);
  const size = cursor.u32();
  const other: Datatype = { name: classNames[typeClass] ?? "", size, kind: "other", count: 1 };
  switch (typeClass) {
    case 0:
      return { ...other, name: `${(bits & 8) === 0 ? "U" : "I"}${size * 8}`, kind: "number" };
    case 1:
      return { ...other, name: floatName(cursor, size), kind: "number" };
    case 3:
      return { ...other, kind: "text" };
    case 6:
      return compound(cursor, other, bits & 0xffff, version);
    case 8: {
      // NumPy's booleans are an enumeration over bytes; others are numbers by another name.
      const base = readDatatype(bytes, cursor, depth + 1);
      return { ...other, name: size === 1 && (bits & 0xffff) === 2 ? "BOOL" : base.name, kind: "number" };
    }
    case 9:
      return (bits & 15) === 1 ? { ...other, name: "STRING", kind: "variable-text" } : other;
    case 10:
      return array(bytes, cursor, version, depth);
    default:
      return other;
  }
}

function floatName(cursor: Cursor, size: number): string {
  cursor.skip(5);
  const exponentBits = cursor.u8();
  return size === 2 && exponentBits === 8 ? "BF16" : `F${size * 8}`;
}

/** NumPy's complex numbers are a compound of two floats, `r` and `i`. */
function compound(cursor: Cursor, other: Datatype, members: number, version: number): Datatype {
  const name = cursor.u8();
  return members === 2 && name === 0x72 && version >= 1
    ? { ...other, name: `C${other.size * 8}`, kind: "number" }
    : other;
}

function array(bytes: Hdf5Bytes, cursor: Cursor, version: number, depth: number): Datatype {
  const rank = cursor.u8();
  cursor.skip(version < 3 ? 3 : 0);
  let count = 1;
  for (let index = 0; index < rank; index += 1) {
    count *= cursor.u32();
  }
  cursor.skip(version < 3 ? 4 * rank : 0);
  const base = readDatatype(bytes, cursor, depth + 1);
  return { ...base, size: base.size * count, count: base.count * count };
}

/** The shape of a dataset; undefined if it is empty by type ("null dataspace"). */
export function readDataspace(bytes: Hdf5Bytes, cursor: Cursor): readonly number[] | undefined {
  const at = cursor.offset;
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.skip(1);
  if (version !== 1 && version !== 2) {
    throw bytes.unsupported(`dataspace version ${version}`, at);
  }
  if (rank > limits.maxHdf5Rank) {
    throw bytes.overLimit("dimensions of one dataset", limits.maxHdf5Rank, at);
  }
  if (version === 1) {
    cursor.skip(5);
  } else if (cursor.u8() === 2) {
    return undefined;
  }
  return Array.from({ length: rank }, () => bytes.length(cursor));
}

/** How many elements a shape has. Exact: a product of 32 dimensions can be larger than any number type. */
export function elementsOf(shape: readonly number[] | undefined): bigint {
  return shape === undefined ? 0n : shape.reduce((product, dimension) => product * BigInt(dimension), 1n);
}
