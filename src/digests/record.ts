// SPDX-License-Identifier: Apache-2.0
// The result for one file as packed bytes. A hundred thousand results cross the thread border as a few
// hundred buffers that change owner; as objects each would be cloned. The digest cache stores the same bytes.
//
//   0 device  8 inode  16 size  24 modified ns  32 changed ns  (64 bit, little endian)
//   40 link count (32 bit)  44 length of head  46 flags (16 bit)  48 head, 64 bytes  112 digests (see `wanted.ts`)

import type { BigIntStats } from "node:fs";

/** First bytes of each file that are kept for identification. */
export const maxHeadBytes = 64;
/** Bytes 0 to 40 say which state of which file this is; they are the key of the digest cache. */
export const identityLength = 40;
const flagsOffset = 46;
const noArchiveEnd = 1;
const headOffset = 48;
/** Where the digests start. */
export const recordHeaderLength = headOffset + maxHeadBytes;

/** Identity of an open file, to notice a change between hashing and reading. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/** A buffer for records. The view is made once: a view for each record would cost as much as writing it. */
export interface RecordBuffer {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Zeroed room for records. */
export function recordBuffer(length: number): RecordBuffer {
  const buffer = new ArrayBuffer(length);
  return { bytes: Buffer.from(buffer), view: new DataView(buffer) };
}

/** Writes identity and link count of the record that starts at `offset`. */
export function writeStat({ view }: RecordBuffer, offset: number, stat: BigIntStats): void {
  view.setBigUint64(offset, stat.dev, true);
  view.setBigUint64(offset + 8, stat.ino, true);
  view.setBigUint64(offset + 16, stat.size, true);
  view.setBigInt64(offset + 24, stat.mtimeNs, true);
  view.setBigInt64(offset + 32, stat.ctimeNs, true);
  view.setUint32(offset + 40, Math.min(Number(stat.nlink), 0xffff_ffff), true);
}

/** Writes the first bytes of the file; `bytes` may be longer than the head. */
export function writeHead({ bytes: records, view }: RecordBuffer, offset: number, bytes: Uint8Array): void {
  const length = Math.min(bytes.length, maxHeadBytes);
  records.set(bytes.length === length ? bytes : bytes.subarray(0, length), offset + headOffset);
  view.setUint16(offset + 44, length, true);
}

/** Says that `hasNoArchiveEnd` holds. */
export function writeNoArchiveEnd({ view }: RecordBuffer, offset: number): void {
  view.setUint16(offset + flagsOffset, noArchiveEnd, true);
}

/** What `writeNoArchiveEnd` said. */
export function readNoArchiveEnd(records: Buffer, offset: number): boolean {
  return records.readUInt16LE(offset + flagsOffset) === noArchiveEnd;
}

/** The identity that `writeStat` wrote. */
export function readIdentity(records: Buffer, offset: number): FileIdentity {
  return {
    device: records.readBigUInt64LE(offset),
    inode: records.readBigUInt64LE(offset + 8),
    size: Number(records.readBigUInt64LE(offset + 16)),
    modifiedNs: records.readBigInt64LE(offset + 24),
    changedNs: records.readBigInt64LE(offset + 32),
  };
}

/** The link count that `writeStat` wrote. */
export function readLinkCount(records: Buffer, offset: number): number {
  return records.readUInt32LE(offset + 40);
}

/** The head that `writeHead` wrote: a view of the record. */
export function readHead(records: Buffer, offset: number): Uint8Array {
  const length = Math.min(records.readUInt16LE(offset + 44), maxHeadBytes);
  return new Uint8Array(records.buffer, records.byteOffset + offset + headOffset, length);
}
