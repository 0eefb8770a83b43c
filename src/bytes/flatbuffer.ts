// SPDX-License-Identifier: Apache-2.0
// Reads FlatBuffers (flatbuffers.dev, "FlatBuffer Internals") inside a file: tables, vectors and strings by field
// number, each offset checked against the file before it is followed. Only what is asked for is read, through a few
// cached pages, so a model of gigabytes costs what its tables cost. What a field means is the caller's business.
// The published `flatbuffers` package checks no bounds.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { ByteSource } from "./byte-source.ts";

const pageBytes = 16 * 1024;
const maxPages = 64;

/** A flatbuffer in a region of a file. */
export class Flatbuffer {
  readonly path: string;
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #pages = new Map<number, DataView>();
  #tables = 0;

  /** `start`: where the buffer begins in the file; its offsets count from there. */
  constructor(source: ByteSource, start = 0) {
    this.path = source.path;
    this.#source = source;
    this.#start = start;
  }

  /** The root table. @throws {AibomError} FLATBUFFER_INVALID, BYTES_OUT_OF_RANGE */
  root(): FlatbufferTable {
    return this.table(this.u32(0));
  }

  /** The table at an offset of the buffer. @throws {AibomError} FLATBUFFER_INVALID, BYTES_OUT_OF_RANGE */
  table(at: number): FlatbufferTable {
    this.#tables += 1;
    if (this.#tables > limits.maxFlatbufferTables) {
      throw this.invalid(`there are more than ${limits.maxFlatbufferTables} tables`, at);
    }
    const fields = at - this.i32(at);
    const fieldsBytes = this.u16(fields);
    const tableBytes = this.u16(fields + 2);
    if (fieldsBytes < 4 || fieldsBytes % 2 !== 0 || tableBytes < 4) {
      throw this.invalid("the size of a table is impossible", at);
    }
    return new FlatbufferTable(this, at, { at: fields, count: (fieldsBytes - 4) / 2, tableBytes });
  }

  u8(at: number): number {
    return this.#view(at, 1, (page, index) => page.getUint8(index));
  }

  i8(at: number): number {
    return this.#view(at, 1, (page, index) => page.getInt8(index));
  }

  u16(at: number): number {
    return this.#view(at, 2, (page, index) => page.getUint16(index, true));
  }

  i16(at: number): number {
    return this.#view(at, 2, (page, index) => page.getInt16(index, true));
  }

  u32(at: number): number {
    return this.#view(at, 4, (page, index) => page.getUint32(index, true));
  }

  i32(at: number): number {
    return this.#view(at, 4, (page, index) => page.getInt32(index, true));
  }

  i64(at: number): bigint {
    return this.#view(at, 8, (page, index) => page.getBigInt64(index, true));
  }

  u64(at: number): bigint {
    return this.#view(at, 8, (page, index) => page.getBigUint64(index, true));
  }

  /** Up to `maxBytes` bytes of a string or a vector of bytes at an offset of the buffer. */
  bytes(at: number, maxBytes: number): Uint8Array {
    const length = this.u32(at);
    if (length > this.#source.size - this.#start - at - 4) {
      throw this.invalid("a length reaches beyond the file", at);
    }
    return this.#source.read(this.#start + at + 4, Math.min(length, maxBytes));
  }

  /** The place of an offset in the file. */
  fileOffset(at: number): number {
    return this.#start + at;
  }

  invalid(reason: string, at: number): AibomError {
    const offset = Math.min(Math.max(this.#start + at, 0), this.#source.size);
    return AibomError.of("FLATBUFFER_INVALID", { reason }, { where: { path: this.path, offset } });
  }

  #view<T>(at: number, length: number, get: (page: DataView, index: number) => T): T {
    const offset = this.#start + at;
    if (at < 0 || offset + length > this.#source.size) {
      throw this.invalid("an offset points out of the file", at);
    }
    const number = Math.floor(offset / pageBytes);
    const index = offset - number * pageBytes;
    if (index + length <= pageBytes) {
      return get(this.#page(number), index);
    }
    const bytes = this.#source.read(offset, length);
    return get(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  }

  #page(number: number): DataView {
    const known = this.#pages.get(number);
    if (known !== undefined) {
      return known;
    }
    const start = number * pageBytes;
    const bytes = this.#source.read(start, Math.min(pageBytes, this.#source.size - start));
    const page = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#pages.size >= maxPages) {
      this.#pages.clear();
    }
    this.#pages.set(number, page);
    return page;
  }
}

interface FieldPlaces {
  readonly at: number;
  readonly count: number;
  readonly tableBytes: number;
}

/** A table: fields by their number in the schema, absent ones are undefined. Any read may throw FLATBUFFER_INVALID. */
export class FlatbufferTable {
  readonly buffer: Flatbuffer;
  /** Offset in the buffer. */
  readonly at: number;
  readonly #fields: FieldPlaces;

  constructor(buffer: Flatbuffer, at: number, fields: FieldPlaces) {
    this.buffer = buffer;
    this.at = at;
    this.#fields = fields;
  }

  /** Where the value of a field stands; undefined if it has its default. */
  place(field: number): number | undefined {
    if (field >= this.#fields.count) {
      return undefined;
    }
    const offset = this.buffer.u16(this.#fields.at + 4 + 2 * field);
    if (offset === 0) {
      return undefined;
    }
    if (offset < 4 || offset >= this.#fields.tableBytes) {
      throw this.buffer.invalid("a field lies outside of its table", this.at);
    }
    return this.at + offset;
  }

  u8(field: number, absent = 0): number {
    return this.#scalar(field, absent, (at) => this.buffer.u8(at));
  }

  i8(field: number, absent = 0): number {
    return this.#scalar(field, absent, (at) => this.buffer.i8(at));
  }

  i16(field: number, absent = 0): number {
    return this.#scalar(field, absent, (at) => this.buffer.i16(at));
  }

  i32(field: number, absent = 0): number {
    return this.#scalar(field, absent, (at) => this.buffer.i32(at));
  }

  u32(field: number, absent = 0): number {
    return this.#scalar(field, absent, (at) => this.buffer.u32(at));
  }

  i64(field: number, absent = 0n): bigint {
    return this.#scalar(field, absent, (at) => this.buffer.i64(at));
  }

  u64(field: number, absent = 0n): bigint {
    return this.#scalar(field, absent, (at) => this.buffer.u64(at));
  }

  /** A table that a field refers to. */
  table(field: number): FlatbufferTable | undefined {
    const at = this.#referred(field);
    return at === undefined ? undefined : this.buffer.table(at);
  }

  /** A string, cut after `maxBytes` bytes of UTF-8; what is no UTF-8 becomes U+FFFD. */
  text(field: number, maxBytes: number = limits.maxNameBytes): string | undefined {
    const at = this.#referred(field);
    return at === undefined
      ? undefined
      : new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.buffer.bytes(at, maxBytes));
  }

  /** Elements of a vector, and where the first one stands. `elementBytes` is the size of one. */
  vector(field: number, elementBytes: number): { readonly count: number; readonly at: number } | undefined {
    const at = this.#referred(field);
    if (at === undefined) {
      return undefined;
    }
    const count = this.buffer.u32(at);
    if (count > 0) {
      // The last byte of the last element must be there before anybody loops over them.
      this.buffer.u8(at + 3 + count * elementBytes);
    }
    return { count, at: at + 4 };
  }

  /** The tables of a vector of tables, in order. */
  *tables(field: number): Generator<FlatbufferTable, void, undefined> {
    const vector = this.vector(field, 4);
    for (let index = 0; index < (vector?.count ?? 0); index += 1) {
      const place = (vector?.at ?? 0) + 4 * index;
      yield this.buffer.table(place + this.buffer.u32(place));
    }
  }

  /** The offset that a field refers to. */
  #referred(field: number): number | undefined {
    const place = this.place(field);
    return place === undefined ? undefined : place + this.buffer.u32(place);
  }

  #scalar<T>(field: number, absent: T, read: (at: number) => T): T {
    const place = this.place(field);
    return place === undefined ? absent : read(place);
  }
}
