// SPDX-License-Identifier: Apache-2.0
// The part of a 7z header that says how files are packed: packed streams, the folders that they unpack to, and the
// files that each folder is cut into.

import { limits } from "../../limits.ts";
import { propertyIds as id, type PropertyReader } from "./property-reader.ts";

/** One method of a folder. */
export interface Coder {
  /** As hexadecimal digits: `030101` is LZMA. */
  readonly method: string;
  readonly properties: Uint8Array;
}

export interface Folder {
  readonly coders: readonly Coder[];
  /**
   * Indices of the coders, from the one that reads the packed bytes to the one that writes the files; undefined if
   * they are no chain (BCJ2 joins four streams).
   */
  readonly order: readonly number[] | undefined;
  readonly packedStreams: number;
  /** Bytes after each coder. */
  readonly unpackedSizes: readonly number[];
  /** Of the files in it, in their order. */
  readonly fileSizes: readonly number[];
}

export interface Streams {
  /** From the end of the first header. */
  readonly packedStart: number;
  readonly packedSizes: readonly number[];
  readonly folders: readonly Folder[];
}

/** A folder and where its packed bytes lie. */
export interface PackedFolder extends Folder {
  readonly packedOffset: number;
  readonly packedSize: number;
}

export const noStreams: Streams = { packedStart: 0, packedSizes: [], folders: [] };

export function readStreams(reader: PropertyReader): Streams {
  let packed: Pick<Streams, "packedStart" | "packedSizes"> = noStreams;
  let folders: readonly FolderDraft[] = [];
  let sizes: readonly (readonly number[])[] | undefined;
  for (let property = reader.u8(); property !== id.end; property = reader.u8()) {
    if (property === id.packInfo) {
      packed = readPackInfo(reader);
    } else if (property === id.unpackInfo) {
      folders = readFolders(reader);
    } else if (property === id.subStreams) {
      sizes = readSubStreams(reader, folders);
    } else {
      throw reader.broken(`its streams have the unknown property ${property}`);
    }
  }
  return {
    ...packed,
    folders: folders.map((folder, index) => ({
      ...folder,
      fileSizes: sizes?.[index] ?? [sizeOf(folder)],
    })),
  };
}

function readPackInfo(reader: PropertyReader): Pick<Streams, "packedStart" | "packedSizes"> {
  const packedStart = reader.number();
  const count = reader.count(8);
  let packedSizes: readonly number[] = [];
  for (let property = reader.u8(); property !== id.end; property = reader.u8()) {
    if (property === id.size) {
      packedSizes = Array.from({ length: count }, () => reader.number());
    } else if (property === id.crc) {
      reader.skipDigests(count);
    } else {
      throw reader.broken(`its packed streams have the unknown property ${property}`);
    }
  }
  return { packedStart, packedSizes };
}

interface FolderDraft extends Omit<Folder, "fileSizes"> {
  readonly outputs: number;
  hasDigest: boolean;
}

function readFolders(reader: PropertyReader): readonly FolderDraft[] {
  reader.expect(id.folder);
  const count = reader.count(8);
  if (reader.u8() !== 0) {
    throw reader.broken("its folders are described elsewhere");
  }
  const drafts = Array.from({ length: count }, () => readFolder(reader));
  reader.expect(id.unpackSizes);
  const folders = drafts.map((draft) => ({
    ...draft,
    hasDigest: false,
    unpackedSizes: Array.from({ length: draft.outputs }, () => reader.number()),
  }));
  for (let property = reader.u8(); property !== id.end; property = reader.u8()) {
    if (property !== id.crc) {
      throw reader.broken(`its folders have the unknown property ${property}`);
    }
    const defined = reader.optionalBits(count);
    reader.bytes(defined.filter((each) => each).length * 4);
    for (const [index, folder] of folders.entries()) {
      folder.hasDigest = defined[index] === true;
    }
  }
  return folders;
}

/** Coders, then which of their streams are bound to each other, then which ones are packed. */
function readFolder(reader: PropertyReader): Omit<FolderDraft, "unpackedSizes" | "hasDigest"> {
  const count = reader.count(8);
  if (count === 0 || count > 32) {
    throw reader.broken("a folder has no valid number of coders");
  }
  let inputs = 0;
  let outputs = 0;
  const coders = Array.from({ length: count }, () => {
    const flags = reader.u8();
    const method = Buffer.from(reader.bytes(flags & 0x0f)).toString("hex");
    const isComplex = (flags & 0x10) !== 0;
    inputs += isComplex ? reader.count(0) : 1;
    outputs += isComplex ? reader.count(0) : 1;
    const properties = (flags & 0x20) !== 0 ? reader.bytes(reader.number()) : new Uint8Array(0);
    return { method, properties };
  });
  if (inputs > 64 || outputs > 64 || inputs < outputs - 1) {
    throw reader.broken("a folder has no valid number of streams");
  }
  // Which input reads what each output writes.
  const readers = new Map<number, number>();
  for (let left = outputs - 1; left > 0; left -= 1) {
    const input = reader.number();
    readers.set(reader.number(), input);
  }
  const packedStreams = inputs - (outputs - 1);
  if (packedStreams > 1) {
    for (let left = packedStreams; left > 0; left -= 1) {
      reader.number();
    }
  }
  const isSimple = inputs === count && outputs === count;
  return { coders, order: isSimple ? chainOf(readers, count) : undefined, packedStreams, outputs };
}

/** Coders with one input and one output each, in the order in which they are undone. */
function chainOf(readers: ReadonlyMap<number, number>, count: number): readonly number[] | undefined {
  const bound = new Set(readers.values());
  const first = Array.from({ length: count }, (_, index) => index).find((index) => !bound.has(index));
  const order: number[] = [];
  for (let at = first; at !== undefined && order.length < count; at = readers.get(at)) {
    order.push(at);
  }
  return new Set(order).size === count ? order : undefined;
}

/** What a folder unpacks to: the bytes that its last coder writes. */
function sizeOf(folder: FolderDraft): number {
  return folder.unpackedSizes[folder.order?.at(-1) ?? 0] ?? 0;
}

/** How many files each folder holds, and their sizes: that of the last follows from the others. */
function readSubStreams(
  reader: PropertyReader,
  folders: readonly FolderDraft[],
): readonly (readonly number[])[] {
  let counts = folders.map(() => 1);
  let property = reader.u8();
  if (property === id.unpackStreams) {
    counts = folders.map(() => reader.count(0));
    property = reader.u8();
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > limits.maxContainerMembers) {
    throw reader.broken("it holds too many files");
  }
  const hasSizes = property === id.size;
  const sizes = folders.map((folder, index) => {
    const count = counts[index] ?? 0;
    let left = sizeOf(folder);
    return Array.from({ length: count }, (_, file) => {
      const size = file === count - 1 || !hasSizes ? left : reader.number();
      left -= size;
      if (left < 0) {
        throw reader.broken("its files are larger than their folder");
      }
      return size;
    });
  });
  property = hasSizes ? reader.u8() : property;
  for (; property !== id.end; property = reader.u8()) {
    if (property !== id.crc) {
      throw reader.broken(`its files have the unknown property ${property}`);
    }
    reader.skipDigests(
      folders.reduce(
        (sum, folder, index) => sum + (counts[index] === 1 && folder.hasDigest ? 0 : (counts[index] ?? 0)),
        0,
      ),
    );
  }
  return sizes;
}
