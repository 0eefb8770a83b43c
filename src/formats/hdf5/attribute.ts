// SPDX-License-Identifier: Apache-2.0
// Attributes (HDF5 File Format Specification 3.0, section IV.A.2.m): their names, and the values of those that are texts.
// A value is read only when it is asked for.

import type { Cursor } from "../../bytes/cursor.ts";
import { limits } from "../../limits.ts";
import { readTree } from "./b-tree-v2.ts";
import { type Datatype, elementsOf, readDataspace, readDatatype } from "./datatype.ts";
import { findHeapObject, readFractalHeap } from "./fractal-heap.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";
import { readGlobalHeapObject } from "./heap.ts";
import { type HeaderMessage, messageTypes, readObjectHeader } from "./object-header.ts";

/** One attribute of a group or dataset. */
export interface Attribute {
  readonly name: string;
  /** Where its value is, or what leads there. */
  readonly start: number;
  readonly end: number;
  readonly type: Datatype;
  readonly elements: bigint;
}

/** The bytes of one text of an attribute, and where they lie. */
export interface AttributeText {
  readonly bytes: Uint8Array;
  readonly address: number;
}

/** @throws {AibomError} HDF5_*, BYTES_OUT_OF_RANGE */
export function* readAttributes(bytes: Hdf5Bytes, messages: readonly HeaderMessage[]): Generator<Attribute> {
  for (const message of messages) {
    const cursor = bytes.cursor(message.start, message.end);
    if (message.isShared && message.type === messageTypes.attribute) {
      throw bytes.unsupported("an attribute in a shared heap", message.start);
    }
    if (message.type === messageTypes.attribute) {
      yield readAttribute(bytes, cursor);
    } else if (message.type === messageTypes.attributeInfo) {
      yield* readManyAttributes(bytes, cursor);
    }
  }
}

function* readManyAttributes(bytes: Hdf5Bytes, cursor: Cursor): Generator<Attribute> {
  cursor.skip(1);
  cursor.skip((cursor.u8() & 1) === 0 ? 0 : 2);
  const heapAddress = bytes.address(cursor);
  const tree = bytes.address(cursor);
  if (heapAddress === undefined || tree === undefined) {
    return;
  }
  const heap = readFractalHeap(bytes, heapAddress);
  for (const record of readTree(bytes, tree, [8])) {
    const { start, end } = findHeapObject(bytes, heap, record.start);
    yield readAttribute(bytes, bytes.cursor(start, end));
  }
}

function readAttribute(bytes: Hdf5Bytes, cursor: Cursor): Attribute {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version < 1 || version > 3) {
    throw bytes.unsupported(`attribute version ${version}`, at);
  }
  const flags = cursor.u8();
  const sizes = [cursor.u16(), cursor.u16(), cursor.u16()] as const;
  // Version 1 pads each part to 8 bytes; version 3 says how the name is encoded.
  cursor.skip(version === 3 ? 1 : 0);
  const padded = (size: number): number => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const part = (size: number): Cursor => {
    const start = cursor.offset;
    cursor.skip(padded(size));
    return bytes.cursor(start, start + size);
  };
  const nameBytes = part(sizes[0]).bytes(sizes[0]);
  const name = new TextDecoder().decode(nameBytes).replace(/\0.*$/su, "");
  const type = sharedDatatype(bytes, part(sizes[1]), version > 1 && (flags & 1) !== 0);
  if (version > 1 && (flags & 2) !== 0) {
    throw bytes.unsupported("an attribute whose shape is shared", at);
  }
  const shape = readDataspace(bytes, part(sizes[2]));
  return { name, start: cursor.offset, end: cursor.end, type, elements: elementsOf(shape) };
}

/** A datatype, or the one of a committed datatype that is pointed at. @throws {AibomError} HDF5_* */
export function sharedDatatype(bytes: Hdf5Bytes, cursor: Cursor, isShared: boolean): Datatype {
  if (!isShared) {
    return readDatatype(bytes, cursor);
  }
  const at = cursor.offset;
  const version = cursor.u8();
  const kind = cursor.u8();
  if (version > 3 || (version === 3 && kind === 1)) {
    throw bytes.unsupported("a datatype in a shared heap", at);
  }
  cursor.skip(version === 1 ? 6 : 0);
  const header = bytes.existingAddress(cursor, "a shared datatype");
  for (const { type, start, end, isShared: isAgain } of readObjectHeader(bytes, header)) {
    if (type === messageTypes.datatype && !isAgain) {
      return readDatatype(bytes, bytes.cursor(start, end));
    }
  }
  throw bytes.invalid("a shared datatype is not there", at);
}

/**
 * The only text of an attribute; undefined if it holds none or several.
 * @throws {AibomError} HDF5_*, BYTES_OUT_OF_RANGE
 */
export function readAttributeText(bytes: Hdf5Bytes, attribute: Attribute): AttributeText | undefined {
  const { type, elements, start, end } = attribute;
  if (elements !== 1n) {
    return undefined;
  }
  if (type.kind === "text") {
    const length = Math.min(type.size, limits.maxHdf5TextBytes);
    const value = bytes.cursor(start, end).bytes(length);
    const zero = value.indexOf(0);
    return { bytes: zero === -1 ? value : value.subarray(0, zero), address: start };
  }
  return type.kind === "variable-text" ? readVariableText(bytes, attribute) : undefined;
}

function readVariableText(bytes: Hdf5Bytes, { start, end }: Attribute): AttributeText | undefined {
  const cursor = bytes.cursor(start, end);
  const length = cursor.u32();
  const heap = bytes.address(cursor);
  const index = cursor.u32();
  if (length === 0 || heap === undefined || index === 0) {
    return { bytes: new Uint8Array(0), address: start };
  }
  if (length > limits.maxHdf5TextBytes) {
    throw bytes.overLimit("bytes of one attribute", limits.maxHdf5TextBytes, start);
  }
  const object = readGlobalHeapObject(bytes, heap, index);
  if (object === undefined || object.end - object.start < length) {
    throw bytes.invalid("the text of an attribute is not in its heap", start);
  }
  return { bytes: bytes.read(object.start, length), address: object.start };
}
