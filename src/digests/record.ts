// SPDX-License-Identifier: Apache-2.0
// The result for one file as packed bytes. A hundred thousand results cross the thread border as a few
// hundred buffers that change owner; as objects each would be cloned. The digest cache stores the same bytes.
//
//   0 device  8 inode  16 size  24 modified ns  32 changed ns  (64 bit, little endian)
//   40 link count  44 length of head (32 bit)  48 head, 64 bytes  112 digests (see `wanted.ts`)

import type { BigIntStats } from "node:fs";

/** First bytes of each file that are kept for identification. */
export const maxHeadBytes = 64;
/** Bytes 0 to 40 say which state of which file this is; they are the key of the digest cache. */
export const identityLength = 40;
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

/** What a record says besides digests. */
export interface RecordHeader {
  readonly identity: FileIdentity;
  readonly linkCount: number;
  readonly head: Uint8Array;
}

/** Writes identity and link count. */
export function writeStat(record: Uint8Array, stat: BigIntStats): void {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  view.setBigUint64(0, stat.dev, true);
  view.setBigUint64(8, stat.ino, true);
  view.setBigUint64(16, stat.size, true);
  view.setBigInt64(24, stat.mtimeNs, true);
  view.setBigInt64(32, stat.ctimeNs, true);
  view.setUint32(40, Math.min(Number(stat.nlink), 0xffff_ffff), true);
}

/** Writes the first bytes of the file; `bytes` may be longer than the head. */
export function writeHead(record: Uint8Array, bytes: Uint8Array): void {
  const length = Math.min(bytes.length, maxHeadBytes);
  record.set(bytes.subarray(0, length), headOffset);
  new DataView(record.buffer, record.byteOffset).setUint32(44, length, true);
}

/** Reads what `writeStat` and `writeHead` wrote. The head is a view of the record. */
export function readRecordHeader(record: Uint8Array): RecordHeader {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const headLength = Math.min(view.getUint32(44, true), maxHeadBytes);
  return {
    identity: {
      device: view.getBigUint64(0, true),
      inode: view.getBigUint64(8, true),
      size: Number(view.getBigUint64(16, true)),
      modifiedNs: view.getBigInt64(24, true),
      changedNs: view.getBigInt64(32, true),
    },
    linkCount: view.getUint32(40, true),
    head: new Uint8Array(record.buffer, record.byteOffset + headOffset, headLength),
  };
}
