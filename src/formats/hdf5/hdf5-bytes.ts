// SPDX-License-Identifier: Apache-2.0
// The bytes of one HDF5 file while its structures are followed. They lie scattered among the data, each a few
// dozen bytes, so reads go through a small cache of pages. Addresses count from the superblock, not from the
// file's first byte: a user block may lie before it.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

const pageBytes = 16 * 1024;
const maxPages = 64;
const windowBytes = 512;

/** Positions a cursor and reads the two kinds of numbers whose width the superblock decides. */
export class Hdf5Bytes {
  readonly path: string;
  /** Bytes before the superblock. */
  readonly base: number;
  readonly size: number;
  /** Bytes of an address and of a length: 2, 4 or 8. */
  addressBytes = 8;
  lengthBytes = 8;
  readonly #file: ByteSource;
  readonly #paged: ByteSource;
  #steps = 0;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(source: ByteSource, base: number) {
    this.path = source.path;
    this.base = base;
    this.size = source.size - base;
    this.#file = source;
    this.#paged = {
      path: source.path,
      size: this.size,
      read: (offset, length) => this.read(offset, length),
    };
  }

  /** `length` bytes from an address. @throws {AibomError} BYTES_OUT_OF_RANGE, BYTES_READ_TOO_LARGE */
  read(address: number, length: number): Uint8Array {
    this.step();
    const page = Math.floor(address / pageBytes);
    const inPage = address - page * pageBytes;
    if (length === 0 || inPage + length > pageBytes || address + length > this.size || !(address >= 0)) {
      return this.#file.read(this.base + address, length);
    }
    return this.#page(page).subarray(inPage, inPage + length);
  }

  /** A cursor from `address` to `end` (default: the end of the file). */
  cursor(address: number, end = this.size): Cursor {
    this.step();
    return new Cursor(this.#paged, { offset: address, end, windowBytes });
  }

  /**
   * Counts one look at the file: structures that many others point at cost again each time.
   * @throws {AibomError} HDF5_OVER_LIMIT
   */
  step(): void {
    this.#steps += 1;
    if (this.#steps > limits.maxHdf5Steps) {
      throw this.overLimit("looks at structures", limits.maxHdf5Steps, 0);
    }
  }

  /** An address; undefined if all its bits are set, which means that there is nothing. */
  address(cursor: Cursor): number | undefined {
    const { value, isUndefined } = this.#number(cursor, this.addressBytes);
    return isUndefined ? undefined : value;
  }

  /** An address that must be there. @throws {AibomError} HDF5_INVALID */
  existingAddress(cursor: Cursor, what: string): number {
    const at = cursor.offset;
    const address = this.address(cursor);
    if (address === undefined) {
      throw this.invalid(`${what} has no address`, at);
    }
    return address;
  }

  /** A length. Above 2^53 it is inexact, and larger than anything it is compared with. */
  length(cursor: Cursor): number {
    return this.#number(cursor, this.lengthBytes).value;
  }

  /** An unsigned number of 1 to 8 bytes. */
  uint(cursor: Cursor, width: number): number {
    return this.#number(cursor, width).value;
  }

  /** Compares the four letters that a structure starts with, and its version. @throws {AibomError} HDF5_INVALID */
  expect(cursor: Cursor, signature: string, versions: readonly number[]): number {
    const at = cursor.offset;
    for (const letter of signature) {
      if (cursor.u8() !== letter.charCodeAt(0)) {
        throw this.invalid(`there is no ${signature} structure`, at);
      }
    }
    const version = cursor.u8();
    if (!versions.includes(version)) {
      throw this.unsupported(`${signature} version ${version}`, at);
    }
    return version;
  }

  /** The offset in the file of an address. */
  offset(address: number): number {
    return this.base + address;
  }

  invalid(reason: string, address: number): AibomError {
    return AibomError.of(
      "HDF5_INVALID",
      { reason },
      { where: { path: this.path, offset: this.offset(address) } },
    );
  }

  unsupported(what: string, address: number): AibomError {
    return AibomError.of(
      "HDF5_UNSUPPORTED",
      { what },
      { where: { path: this.path, offset: this.offset(address) } },
    );
  }

  overLimit(what: string, limit: number, address: number): AibomError {
    return AibomError.of(
      "HDF5_OVER_LIMIT",
      { what, limit },
      { where: { path: this.path, offset: this.offset(address) } },
    );
  }

  #number(cursor: Cursor, width: number): { value: number; isUndefined: boolean } {
    let value = 0;
    let scale = 1;
    let isUndefined = true;
    for (let index = 0; index < width; index += 1) {
      const byte = cursor.u8();
      value += byte * scale;
      scale *= 256;
      isUndefined &&= byte === 0xff;
    }
    return { value, isUndefined };
  }

  #page(index: number): Uint8Array {
    const known = this.#pages.get(index);
    if (known !== undefined) {
      return known;
    }
    const start = index * pageBytes;
    const page = this.#file.read(this.base + start, Math.min(pageBytes, this.size - start));
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= maxPages && oldest !== undefined) {
      this.#pages.delete(oldest);
    }
    this.#pages.set(index, page);
    return page;
  }
}
