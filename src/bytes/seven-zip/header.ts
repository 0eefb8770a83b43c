// SPDX-License-Identifier: Apache-2.0
// The header of a 7z archive: how files are packed, and the files.

import { propertyIds as id, PropertyReader } from "./property-reader.ts";
import { noStreams, readStreams, type Streams } from "./streams.ts";

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
