// SPDX-License-Identifier: Apache-2.0
// One entry of a ZIP archive, as its directory describes it, and the records it is read from.
// Spec: PKWARE APPNOTE 6.3.10 §4.3.7 (local header), §4.3.12 (central header), §4.5.3 (zip64 extra field).

import type { ByteSource } from "../byte-source.ts";

export interface ZipEntry {
  /** As text; bytes that are no UTF-8 are read as Latin-1. Nothing is removed from it. */
  readonly name: string;
  /** 0 stored, 8 deflated, 12 bzip2, 14 LZMA, 93 zstd, 95 xz. */
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  /** Bytes in the archive. */
  readonly packedSize: number;
  /** Bytes unpacked, by the directory's account. */
  readonly size: number;
  /** Offset in the file of the local header. */
  readonly headerOffset: number;
  /** Offset in the file of the entry's data; undefined if its local header is missing or broken. */
  readonly dataOffset: number | undefined;
  /** Of Unix: type and permissions; undefined if the archive was made on another system. */
  readonly unixMode: number | undefined;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  /** The directory does not list it: unpackers that read from the front see it, others do not. */
  readonly isHidden: boolean;
}

/** Bits of `ZipEntry.flags`. */
export const zipFlags = { encrypted: 0x1, dataDescriptor: 0x8, strongEncryption: 0x40, utf8: 0x800 } as const;

export const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/** The fields that a local and a central header have in common. */
export interface ZipHeader {
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  readonly nameBytes: Uint8Array;
  readonly extra: Uint8Array;
}

/** A local header and where the data behind it starts. */
export interface LocalHeader extends ZipHeader {
  readonly dataOffset: number;
}

const localBytes = 30;

/** The local header at an offset; undefined if none is there. */
export function readLocalHeader(file: ByteSource, offset: number): LocalHeader | undefined {
  if (offset < 0 || offset + localBytes > file.size) {
    return undefined;
  }
  // Name and extra field nearly always fit into the first read.
  let bytes = file.read(offset, Math.min(localBytes + 256, file.size - offset));
  let view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== signatures.local) {
    return undefined;
  }
  const nameEnd = localBytes + view.getUint16(26, true);
  const end = nameEnd + view.getUint16(28, true);
  if (offset + end > file.size) {
    return undefined;
  }
  if (end > bytes.length) {
    bytes = file.read(offset, end);
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  const extra = bytes.subarray(nameEnd, end);
  const sizes = { size: view.getUint32(22, true), packedSize: view.getUint32(18, true) };
  return {
    flags: view.getUint16(6, true),
    method: view.getUint16(8, true),
    crc32: view.getUint32(14, true),
    ...withZip64(sizes, extra),
    nameBytes: bytes.subarray(localBytes, nameEnd),
    extra,
    dataOffset: offset + end,
  };
}

/** A name as text. Archives of old systems hold other encodings than they say. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const saturated = 0xffffffff;

/** The sizes (and offset) of a header; those that are all ones stand in the zip64 extra field, in this order. */
export function withZip64<T extends { size: number; packedSize: number; headerOffset?: number }>(
  fields: T,
  extra: Uint8Array,
): T {
  const body = extraField(extra, 0x0001);
  if (body === undefined) {
    return fields;
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const result = { ...fields };
  let at = 0;
  for (const name of ["size", "packedSize", "headerOffset"] as const) {
    if (result[name] === saturated && at + 8 <= body.length) {
      // Above 2^53 it is rounded; such a value lies outside every file.
      result[name] = Number(view.getBigUint64(at, true));
      at += 8;
    }
  }
  return result;
}

/** The body of the first extra field with an id. */
export function extraField(extra: Uint8Array, id: number): Uint8Array | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === id && end <= extra.length) {
      return extra.subarray(at + 4, end);
    }
  }
  return undefined;
}
