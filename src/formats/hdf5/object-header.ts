// SPDX-License-Identifier: Apache-2.0
// Object headers (HDF5 File Format Specification 3.0, section IV.A), versions 1 and 2: the messages of a group, a
// dataset or a committed datatype, with those of continuation blocks. What they mean is read elsewhere.

import { limits } from "../../limits.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";

/** Types of header messages that are read. */
export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  driverInfo: 0x14,
  attributeInfo: 0x15,
} as const;

/** One message: its body lies between `start` and `end`. */
export interface HeaderMessage {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  /** The body is elsewhere: a datatype that several datasets share. */
  readonly isShared: boolean;
}

interface Block {
  readonly start: number;
  readonly end: number;
}

/** @throws {AibomError} HDF5_INVALID, HDF5_UNSUPPORTED, HDF5_OVER_LIMIT, BYTES_OUT_OF_RANGE */
export function readObjectHeader(bytes: Hdf5Bytes, address: number): readonly HeaderMessage[] {
  const isNew = bytes.cursor(address).u8() === 0x4f;
  const header = isNew ? startNew(bytes, address) : startOld(bytes, address);
  const messages: HeaderMessage[] = [];
  const blocks: Block[] = [header.block];
  const visited = new Set<number>();
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
    if (visited.has(block.start)) {
      throw bytes.invalid("a continuation block leads back to itself", block.start);
    }
    visited.add(block.start);
    for (const message of header.messages(block)) {
      if (message.type === messageTypes.continuation) {
        blocks.push(header.continuation(message));
      } else {
        messages.push(message);
      }
      if (messages.length > limits.maxHdf5Messages) {
        throw bytes.overLimit("messages of one object", limits.maxHdf5Messages, address);
      }
    }
  }
  return messages;
}

/** What differs between the two versions. */
interface HeaderReader {
  readonly block: Block;
  messages(block: Block): Iterable<HeaderMessage>;
  continuation(message: HeaderMessage): Block;
}

function startOld(bytes: Hdf5Bytes, address: number): HeaderReader {
  const cursor = bytes.cursor(address);
  const version = cursor.u8();
  if (version !== 1) {
    throw bytes.invalid("there is no object header", address);
  }
  cursor.skip(7);
  const size = cursor.u32();
  // Four bytes of padding follow.
  const start = address + 16;
  return {
    block: checked(bytes, start, size),
    *messages(block) {
      const at = bytes.cursor(block.start, block.end);
      while (at.remaining >= 8) {
        const type = at.u16();
        const length = at.u16();
        const flags = at.u8();
        at.skip(3);
        yield { type, start: at.offset, end: at.offset + length, isShared: (flags & 2) !== 0 };
        at.skip(length);
      }
    },
    continuation: (message) => continuationBlock(bytes, message),
  };
}

function startNew(bytes: Hdf5Bytes, address: number): HeaderReader {
  const cursor = bytes.cursor(address);
  bytes.expect(cursor, "OHDR", [2]);
  const headerFlags = cursor.u8();
  // Four times of 4 bytes, then two numbers that say when attributes move to a heap.
  cursor.skip(((headerFlags & 0x20) === 0 ? 0 : 16) + ((headerFlags & 0x10) === 0 ? 0 : 4));
  const size = bytes.uint(cursor, 1 << (headerFlags & 3));
  const orderBytes = (headerFlags & 4) === 0 ? 0 : 2;
  return {
    block: checked(bytes, cursor.offset, size),
    *messages(block) {
      const at = bytes.cursor(block.start, block.end);
      // Less than a message's own header at the end is a gap.
      while (at.remaining >= 4 + orderBytes) {
        const type = at.u8();
        const length = at.u16();
        const flags = at.u8();
        at.skip(orderBytes);
        yield { type, start: at.offset, end: at.offset + length, isShared: (flags & 2) !== 0 };
        at.skip(length);
      }
    },
    continuation(message) {
      const block = continuationBlock(bytes, message);
      const signature = bytes.read(block.start, 4);
      if (String.fromCharCode(...signature) !== "OCHK") {
        throw bytes.invalid("there is no OCHK structure", block.start);
      }
      // A checksum ends the block.
      return { start: block.start + 4, end: block.end - 4 };
    },
  };
}

function continuationBlock(bytes: Hdf5Bytes, message: HeaderMessage): Block {
  const cursor = bytes.cursor(message.start, message.end);
  const start = bytes.existingAddress(cursor, "a continuation block");
  return checked(bytes, start, bytes.length(cursor));
}

function checked(bytes: Hdf5Bytes, start: number, length: number): Block {
  // A cursor to a region beyond the file would stop at the file's end in silence.
  bytes.cursor(start).skip(length);
  return { start, end: start + length };
}
