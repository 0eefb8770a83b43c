// SPDX-License-Identifier: Apache-2.0
// Walks the protobuf wire format (protobuf.dev, "Encoding") inside a file: field by field, with offsets,
// without reading payloads. Groups (wire types 3 and 4, deprecated since proto2) are refused; a schema, and
// thus what a field means, is the caller's business.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { ByteSource } from "./byte-source.ts";

/** 0 varint, 1 fixed 64 bit, 2 length-delimited, 5 fixed 32 bit. */
export type WireType = 0 | 1 | 2 | 5;

/** One field of a message. Offsets are absolute in the file. */
export interface WireField {
  readonly number: number;
  readonly wireType: WireType;
  /** Where the field's tag starts. */
  readonly tagStart: number;
  /** Where its value starts: of a length-delimited field, the first byte after the length. */
  readonly start: number;
  /** First byte after the field. */
  readonly end: number;
  /** Varint and fixed fields: the value as an unsigned number. Length-delimited ones: their length. */
  readonly value: bigint;
}

/** A range of the file that holds a message. `depth` counts from 1. */
export interface MessageRange {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

const windowBytes = 64 * 1024;

/** Reads one file. Holds one small window in memory, whatever the file's size. */
export class ProtobufReader {
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #position = 0;
  #fieldCount = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The whole file as the outermost message. */
  root(): MessageRange {
    return { start: 0, end: this.#source.size, depth: 1 };
  }

  /**
   * The fields of a message, in file order.
   * @throws {AibomError} PROTOBUF_INVALID, PROTOBUF_TOO_DEEP, PROTOBUF_TOO_MANY_FIELDS
   */
  *fields(message: MessageRange): Generator<WireField, void, undefined> {
    if (message.depth > limits.maxProtobufDepth) {
      throw AibomError.of(
        "PROTOBUF_TOO_DEEP",
        { limit: limits.maxProtobufDepth },
        { where: { path: this.#source.path, offset: message.start } },
      );
    }
    let next = message.start;
    while (next < message.end) {
      const field = this.#field(next, message.end);
      // The consumer may read elsewhere before it asks for the next field.
      next = field.end;
      yield field;
    }
  }

  /**
   * A length-delimited field as a message, one level deeper.
   * @throws {AibomError} PROTOBUF_INVALID
   */
  message(field: WireField, parent: MessageRange): MessageRange {
    return { start: field.start, end: field.end, depth: parent.depth + 1 };
  }

  /**
   * Up to `maxBytes` bytes of a length-delimited field; the caller compares with `field.value`.
   * @throws {AibomError} BYTES_OUT_OF_RANGE, BYTES_READ_TOO_LARGE
   */
  bytes(field: WireField, maxBytes: number): Uint8Array {
    const length = Math.min(field.end - field.start, maxBytes);
    const inWindow = field.start - this.#windowStart;
    return inWindow >= 0 && inWindow + length <= this.#window.length
      ? this.#window.slice(inWindow, inWindow + length)
      : this.#source.read(field.start, length);
  }

  /**
   * The varints of a packed field, each at most 64 bits, unsigned.
   * @throws {AibomError} PROTOBUF_INVALID
   */
  *packedVarints(field: WireField): Generator<bigint, void, undefined> {
    let next = field.start;
    while (next < field.end) {
      this.#position = next;
      const value = this.#varint(field.end);
      next = this.#position;
      yield value;
    }
  }

  /**
   * How many varints a packed field holds, by counting the bytes that end one.
   * @throws {AibomError} PROTOBUF_INVALID if the last one is cut
   */
  countPackedVarints(field: WireField): number {
    let count = 0;
    let last = 0;
    for (let start = field.start; start < field.end; start += windowBytes) {
      const chunk = this.#source.read(start, Math.min(windowBytes, field.end - start));
      for (const byte of chunk) {
        count += byte < 0x80 ? 1 : 0;
      }
      last = chunk[chunk.length - 1] ?? 0;
    }
    if (last >= 0x80) {
      throw this.#invalid("a packed number is cut", field.end - 1);
    }
    return count;
  }

  #field(tagStart: number, end: number): WireField {
    this.#fieldCount += 1;
    if (this.#fieldCount > limits.maxProtobufFields) {
      throw AibomError.of(
        "PROTOBUF_TOO_MANY_FIELDS",
        { limit: limits.maxProtobufFields },
        { where: { path: this.#source.path, offset: tagStart } },
      );
    }
    this.#position = tagStart;
    const tag = this.#varint(end);
    if (tag > 0xffff_ffffn || tag < 8n) {
      throw this.#invalid("the field number is out of range", tagStart);
    }
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    switch (wireType) {
      case 0: {
        const start = this.#position;
        const value = this.#varint(end);
        return { number, wireType, tagStart, start, end: this.#position, value };
      }
      case 1:
      case 5:
        return this.#fixed(number, wireType, tagStart, end);
      case 2: {
        const length = this.#varint(end);
        const start = this.#position;
        if (length > BigInt(end - start)) {
          throw this.#invalid("a length reaches beyond its message", tagStart);
        }
        return { number, wireType, tagStart, start, end: start + Number(length), value: length };
      }
      default:
        throw this.#invalid(`wire type ${wireType} is not allowed`, tagStart);
    }
  }

  #fixed(number: number, wireType: 1 | 5, tagStart: number, messageEnd: number): WireField {
    const start = this.#position;
    const end = start + (wireType === 1 ? 8 : 4);
    if (end > messageEnd) {
      throw this.#invalid("a fixed-size number is cut", tagStart);
    }
    let value = 0n;
    for (let at = end - 1; at >= start; at -= 1) {
      value = (value << 8n) | BigInt(this.#byte(at));
    }
    return { number, wireType, tagStart, start, end, value };
  }

  /** The varint at the current position, which must end before `end`: 10 bytes and 64 bits at most. */
  #varint(end: number): bigint {
    const first = this.#position;
    let low = 0;
    for (let index = 0; index < 4; index += 1) {
      const byte = this.#varintByte(first, end);
      low |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) {
        return BigInt(low);
      }
    }
    let value = BigInt(low);
    for (let index = 4; index < 10; index += 1) {
      const byte = this.#varintByte(first, end);
      if (index === 9 && byte > 1) {
        throw this.#invalid("a number is over 64 bits", first);
      }
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) {
        return value;
      }
    }
    throw this.#invalid("a number is over 64 bits", first);
  }

  #varintByte(first: number, end: number): number {
    if (this.#position >= end) {
      throw this.#invalid("a number is cut", first);
    }
    const byte = this.#byte(this.#position);
    this.#position += 1;
    return byte;
  }

  #byte(offset: number): number {
    let index = offset - this.#windowStart;
    if (index < 0 || index >= this.#window.length) {
      this.#window = this.#source.read(offset, Math.min(windowBytes, this.#source.size - offset));
      this.#windowStart = offset;
      index = 0;
    }
    return this.#window[index] ?? 0;
  }

  #invalid(reason: string, offset: number): AibomError {
    return AibomError.of("PROTOBUF_INVALID", { reason }, { where: { path: this.#source.path, offset } });
  }
}
