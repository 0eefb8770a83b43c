// SPDX-License-Identifier: Apache-2.0
// The header of a 7z archive: a tree of properties, each an id and its data. Counts are compared with the bytes that
// are left before lists are made of them.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** Property ids of 7zFormat.txt. */
const id = {
  end: 0x00,
  header: 0x01,
  archiveProperties: 0x02,
  additionalStreams: 0x03,
  mainStreams: 0x04,
  files: 0x05,
  packInfo: 0x06,
  unpackInfo: 0x07,
  subStreams: 0x08,
  size: 0x09,
  crc: 0x0a,
  folder: 0x0b,
  unpackSizes: 0x0c,
  unpackStreams: 0x0d,
  emptyStream: 0x0e,
  emptyFile: 0x0f,
  names: 0x11,
  attributes: 0x15,
  encodedHeader: 0x17,
} as const;

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

export interface ArchiveFile {
  readonly name: string;
  readonly hasContent: boolean;
  readonly isDirectory: boolean;
  /** Of Unix, where the archiver wrote them. */
  readonly unixMode: number | undefined;
}

export type Header =
  | { readonly kind: "packed"; readonly streams: Streams }
  | { readonly kind: "plain"; readonly streams: Streams; readonly files: readonly ArchiveFile[] };

const noStreams: Streams = { packedStart: 0, packedSizes: [], folders: [] };

/** Reads a header. @throws {AibomError} SEVEN_ZIP_BROKEN */
export function readHeader(bytes: Uint8Array, path: string): Header {
  const reader = new PropertyReader(bytes, path);
  const first = reader.u8();
  if (first === id.encodedHeader) {
    return { kind: "packed", streams: readStreams(reader) };
  }
  if (first !== id.header) {
    throw reader.broken("its header does not start like one");
  }
  let streams = noStreams;
  let files: readonly ArchiveFile[] = [];
  for (let property = reader.u8(); property !== id.end; property = reader.u8()) {
    switch (property) {
      case id.archiveProperties:
        for (let inner = reader.u8(); inner !== id.end; inner = reader.u8()) {
          reader.bytes(reader.number());
        }
        break;
      case id.additionalStreams:
        readStreams(reader);
        break;
      case id.mainStreams:
        streams = readStreams(reader);
        break;
      case id.files:
        files = readFiles(reader);
        break;
      default:
        throw reader.broken(`its header has the unknown property ${property}`);
    }
  }
  return { kind: "plain", streams, files };
}

class PropertyReader {
  readonly #bytes: Uint8Array;
  readonly #path: string;
  #at = 0;

  constructor(bytes: Uint8Array, path: string) {
    this.#bytes = bytes;
    this.#path = path;
  }

  broken(reason: string): AibomError {
    return AibomError.of("SEVEN_ZIP_BROKEN", { reason }, { where: { path: this.#path } });
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw this.broken("its header breaks off");
    }
    this.#at += 1;
    return byte;
  }

  bytes(length: number): Uint8Array {
    if (length > this.left) {
      throw this.broken("its header breaks off");
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u32(): number {
    return Buffer.from(this.bytes(4)).readUInt32LE();
  }

  /** A number of up to eight bytes: the ones at the top of the first byte say how many follow. */
  number(): number {
    const first = this.u8();
    let value = 0;
    let mask = 0x80;
    for (let index = 0; index < 8; index += 1, mask >>= 1) {
      if ((first & mask) === 0) {
        value += (first & (mask - 1)) * 2 ** (8 * index);
        break;
      }
      value += this.u8() * 2 ** (8 * index);
    }
    if (!Number.isSafeInteger(value)) {
      throw this.broken("a number in its header is too large");
    }
    return value;
  }

  /** A number of things, each of which takes at least `bits` bits of what is left. */
  count(bits: number): number {
    const count = this.number();
    if (count > limits.maxContainerMembers || count * bits > this.left * 8) {
      throw this.broken("a count in its header is larger than the header");
    }
    return count;
  }

  /** One bit for each of `count` things, the highest of each byte first. */
  bits(count: number): readonly boolean[] {
    const bytes = this.bytes(Math.ceil(count / 8));
    return Array.from(
      { length: count },
      (_, index) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0,
    );
  }

  /** The same, with one byte before it that says whether all are set. */
  optionalBits(count: number): readonly boolean[] {
    return this.u8() === 0 ? this.bits(count) : Array.from({ length: count }, () => true);
  }

  expect(property: number): void {
    if (this.u8() !== property) {
      throw this.broken("a property in its header is not where it should be");
    }
  }

  /** Checksums, which are stepped over. */
  skipDigests(count: number): number {
    const defined = this.optionalBits(count).filter((each) => each).length;
    this.bytes(defined * 4);
    return defined;
  }
}

function readStreams(reader: PropertyReader): Streams {
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

function readFiles(reader: PropertyReader): readonly ArchiveFile[] {
  // A file has a name of at least one character and its end.
  const count = reader.count(16);
  let names: readonly string[] = [];
  let isEmpty: readonly boolean[] = [];
  let isEmptyFile: readonly boolean[] = [];
  let attributes: readonly (number | undefined)[] = [];
  for (let property = reader.u8(); property !== id.end; property = reader.u8()) {
    const size = reader.number();
    const data = reader.bytes(size);
    const inner = new PropertyReader(data, "");
    if (property === id.names) {
      names = readNames(data);
    } else if (property === id.emptyStream) {
      isEmpty = inner.bits(count);
    } else if (property === id.emptyFile) {
      isEmptyFile = inner.bits(isEmpty.filter((each) => each).length);
    } else if (property === id.attributes) {
      attributes = readAttributes(inner, count);
    }
  }
  if (names.length !== count) {
    throw reader.broken("it has another number of names than of files");
  }
  let empty = -1;
  return names.map((name, index) => {
    const hasContent = isEmpty[index] !== true;
    empty += hasContent ? 0 : 1;
    const value = attributes[index];
    // p7zip keeps the mode in the upper half and marks it.
    const unixMode = value !== undefined && (value & 0x8000) !== 0 ? value >>> 16 : undefined;
    return { name, hasContent, isDirectory: !hasContent && isEmptyFile[empty] !== true, unixMode };
  });
}

/** UTF-16, each name ended by a zero; a byte before says whether they are elsewhere, which no archiver does. */
function readNames(data: Uint8Array): readonly string[] {
  const text = Buffer.from(data.subarray(1)).toString("utf16le");
  return data[0] === 0 && text.endsWith("\0") ? text.slice(0, -1).split("\0") : [];
}

function readAttributes(inner: PropertyReader, count: number): readonly (number | undefined)[] {
  const defined = inner.optionalBits(count);
  return inner.u8() === 0 ? defined.map((isDefined) => (isDefined ? inner.u32() : undefined)) : [];
}
