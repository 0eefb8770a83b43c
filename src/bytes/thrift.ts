// SPDX-License-Identifier: Apache-2.0
// Walks the Thrift compact protocol (Thrift specification, "thrift-compact-protocol") over bytes in memory: the
// caller reads the fields that it knows, all others are stepped over. Nothing is taken from a length before it was
// compared with the bytes that are left. Maps and sets are refused: no format read here uses them.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Type codes of the compact protocol. */
export const thriftType = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const;

/** Reads a field if it knows it, and then returns true; a field that is not read is stepped over. */
export type ThriftVisitor = (id: number, type: number) => boolean;

/** Reads one struct and what it holds. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #path: string;
  readonly #base: number;
  #position: number;
  #depth = 0;

  /** `base` is the offset of the first byte in the file, for errors. */
  constructor(bytes: Uint8Array, path: string, base = 0, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#path = path;
    this.#base = base;
    this.#position = position;
  }

  /** Offset of the next byte, from the first of the bytes. */
  get position(): number {
    return this.#position;
  }

  /** Reads a struct to its end. @throws {AibomError} THRIFT_INVALID */
  struct(visit: ThriftVisitor): void {
    this.#enter();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 0x0f;
      if (type === 0) {
        break;
      }
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4);
      if (!visit(id, type)) {
        this.#skip(type);
      }
    }
    this.#depth -= 1;
  }

  /** Reads a list of structs; other lists are stepped over. Returns how many elements it has. */
  structs(type: number, visit: (index: number) => ThriftVisitor): number {
    return this.list(type, thriftType.struct, (index) => this.struct(visit(index)));
  }

  /** Reads a list whose elements have the type `element`. Returns how many it has. @throws {AibomError} THRIFT_INVALID */
  list(type: number, element: number, read: (index: number) => void): number {
    this.#expect(type, thriftType.list);
    const { size, type: found } = this.#listHead();
    if (size > 0) {
      this.#expect(found, element);
    }
    for (let index = 0; index < size; index += 1) {
      read(index);
    }
    return size;
  }

  /** An integer of at most 32 bits. @throws {AibomError} THRIFT_INVALID */
  i32(type: number): number {
    if (type !== thriftType.i16) {
      this.#expect(type, thriftType.i32);
    }
    return this.#zigzag();
  }

  /** @throws {AibomError} THRIFT_INVALID */
  i64(type: number): bigint {
    this.#expect(type, thriftType.i64);
    const raw = this.#varint();
    return BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n));
  }

  /** @throws {AibomError} THRIFT_INVALID, TEXT_NOT_UTF8 */
  text(type: number): string {
    this.#expect(type, thriftType.binary);
    return decodeUtf8(this.#binary(), this.#path);
  }

  #binary(): Uint8Array {
    const length = this.#length();
    const start = this.#position;
    this.#position += length;
    return this.#bytes.subarray(start, start + length);
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > limits.maxThriftDepth) {
      throw this.#invalid(`it nests deeper than ${limits.maxThriftDepth} levels`);
    }
  }

  #skip(type: number): void {
    switch (type) {
      case thriftType.true:
      case thriftType.false:
        return;
      case thriftType.byte:
        this.#byte();
        return;
      case thriftType.i16:
      case thriftType.i32:
      case thriftType.i64:
        this.#varint();
        return;
      case thriftType.double:
        this.#take(8);
        return;
      case thriftType.binary:
        this.#binary();
        return;
      case thriftType.list:
        this.#skipList();
        return;
      case thriftType.struct:
        this.struct(() => false);
        return;
      default:
        throw this.#invalid(`a field has the type ${type}`);
    }
  }

  #skipList(): void {
    const { size, type } = this.#listHead();
    this.#enter();
    for (let index = 0; index < size; index += 1) {
      // In a list a truth value takes a byte of its own.
      this.#skip(type === thriftType.true || type === thriftType.false ? thriftType.byte : type);
    }
    this.#depth -= 1;
  }

  #listHead(): { readonly size: number; readonly type: number } {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#length() : head >> 4;
    // Every element takes at least one byte.
    if (size > this.#bytes.length - this.#position) {
      throw this.#invalid("a list has more elements than bytes are left");
    }
    return { size, type: head & 0x0f };
  }

  #length(): number {
    const length = this.#varint();
    if (length > BigInt(this.#bytes.length - this.#position)) {
      throw this.#invalid("a length reaches beyond the end");
    }
    return Number(length);
  }

  #zigzag(): number {
    const raw = this.#varint();
    if (raw > 0xffff_ffffn) {
      throw this.#invalid("a number is over 32 bits");
    }
    return Number((raw >> 1n) ^ -(raw & 1n));
  }

  #varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return BigInt(low);
      }
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return BigInt.asUintN(64, value);
      }
    }
    throw this.#invalid("a number is over 64 bits");
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #take(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) {
      throw this.#invalid("it ends inside a field");
    }
    this.#position += length;
    return start;
  }

  #expect(type: number, expected: number): void {
    if (type !== expected) {
      throw this.#invalid(`a field has the type ${type}, expected ${expected}`);
    }
  }

  #invalid(reason: string): AibomError {
    const where = { path: this.#path, offset: this.#base + Math.min(this.#position, this.#bytes.length) };
    return AibomError.of("THRIFT_INVALID", { reason }, { where });
  }
}
