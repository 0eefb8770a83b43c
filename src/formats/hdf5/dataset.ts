// SPDX-License-Identifier: Apache-2.0
// A dataset's header (HDF5 File Format Specification 3.0, sections IV.A.2.h and IV.A.2.i): type, shape, how much of it is
// in the file, and which other files its values come from. Values are never read.

import type { Cursor } from "../../bytes/cursor.ts";
import { limits } from "../../limits.ts";
import { sharedDatatype } from "./attribute.ts";
import { type Datatype, readDataspace } from "./datatype.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";
import { readGlobalHeapObject, readLocalHeap, textAt } from "./heap.ts";
import { type HeaderMessage, messageTypes } from "./object-header.ts";

/** How a dataset's values are stored. */
export type Storage =
  | { readonly kind: "compact" | "chunked" }
  | { readonly kind: "contiguous"; readonly bytes: number }
  /** No place was given to the values: every element is the fill value. */
  | { readonly kind: "none" }
  | { readonly kind: "virtual"; readonly files: readonly string[] };

export interface Dataset {
  readonly type: Datatype;
  readonly shape: readonly number[] | undefined;
  readonly storage: Storage;
  /** Files outside this one that hold the values ("external storage"). */
  readonly externalFiles: readonly string[];
}

/** The dataset of an object header; undefined if it is a group or a datatype. @throws {AibomError} HDF5_* */
export function readDataset(bytes: Hdf5Bytes, messages: readonly HeaderMessage[]): Dataset | undefined {
  const find = (wanted: number): HeaderMessage | undefined => messages.find(({ type }) => type === wanted);
  const [space, type, layout] = [
    find(messageTypes.dataspace),
    find(messageTypes.datatype),
    find(messageTypes.layout),
  ];
  if (layout === undefined || type === undefined || space === undefined) {
    return undefined;
  }
  if (space.isShared || layout.isShared) {
    throw bytes.unsupported("a dataset whose shape is shared", space.start);
  }
  return {
    type: sharedDatatype(bytes, bytes.cursor(type.start, type.end), type.isShared),
    shape: readDataspace(bytes, bytes.cursor(space.start, space.end)),
    storage: readLayout(bytes, bytes.cursor(layout.start, layout.end)),
    externalFiles: messages
      .filter((message) => message.type === messageTypes.externalFiles)
      .flatMap(({ start, end }) => readExternalFiles(bytes, bytes.cursor(start, end))),
  };
}

function readLayout(bytes: Hdf5Bytes, cursor: Cursor): Storage {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version === 1 || version === 2) {
    return readOldLayout(bytes, cursor);
  }
  if (version !== 3 && version !== 4 && version !== 5) {
    throw bytes.unsupported(`layout version ${version}`, at);
  }
  const layoutClass = cursor.u8();
  switch (layoutClass) {
    case 0:
      return { kind: "compact" };
    case 1: {
      const address = bytes.address(cursor);
      return contiguous(bytes, address, bytes.length(cursor), at);
    }
    case 2:
      return { kind: "chunked" };
    case 3:
      return readVirtual(bytes, cursor);
    default:
      throw bytes.unsupported(`layout class ${layoutClass}`, at);
  }
}

function readOldLayout(bytes: Hdf5Bytes, cursor: Cursor): Storage {
  const at = cursor.offset;
  const rank = cursor.u8();
  const layoutClass = cursor.u8();
  cursor.skip(5);
  if (layoutClass !== 1) {
    return { kind: layoutClass === 0 ? "compact" : "chunked" };
  }
  const address = bytes.address(cursor);
  let size = 1;
  // The last number is the size of an element.
  for (let index = 0; index < rank; index += 1) {
    size *= cursor.u32();
  }
  return contiguous(bytes, address, size, at);
}

function contiguous(bytes: Hdf5Bytes, address: number | undefined, size: number, at: number): Storage {
  if (address === undefined) {
    return { kind: "none" };
  }
  if (address + size > bytes.size) {
    throw bytes.invalid(`a dataset ends at ${address + size} of ${bytes.size} bytes`, at);
  }
  return { kind: "contiguous", bytes: size };
}

function readExternalFiles(bytes: Hdf5Bytes, cursor: Cursor): readonly string[] {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version !== 1) {
    throw bytes.unsupported(`external file list version ${version}`, at);
  }
  cursor.skip(5);
  const slots = cursor.u16();
  const heap = readLocalHeap(bytes, bytes.existingAddress(cursor, "a list of external files"));
  const files: string[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    files.push(textAt(bytes, heap, bytes.length(cursor), limits.maxNameBytes));
    bytes.length(cursor);
    bytes.length(cursor);
  }
  return [...new Set(files)];
}

/**
 * The first source of a virtual dataset: how long an entry is depends on its selections, which are not read.
 * A file that is named once is enough for a finding.
 */
function readVirtual(bytes: Hdf5Bytes, cursor: Cursor): Storage {
  const address = bytes.address(cursor);
  const index = cursor.u32();
  const object = address === undefined ? undefined : readGlobalHeapObject(bytes, address, index);
  if (object === undefined) {
    return { kind: "virtual", files: [] };
  }
  const entry = bytes.cursor(object.start, object.end);
  const version = entry.u8();
  const count = bytes.length(entry);
  if (count === 0) {
    return { kind: "virtual", files: [] };
  }
  // Version 1 starts each entry with flags; with the first one set, the name is one that came before.
  const flags = version === 0 ? 0 : entry.u8();
  const range = { start: entry.offset, end: object.end };
  return {
    kind: "virtual",
    files: (flags & 4) === 0 ? [textAt(bytes, range, 0, limits.maxNameBytes)] : ["."],
  };
}
