// SPDX-License-Identifier: Apache-2.0
// rpm's Berkeley DB (rpm before 4.16): a hash database, whose values lie on pages of their own, chained, because headers
// are larger than a page (Berkeley DB, dbinc/db_page.h). Byte order is the writer's; the magic shows which.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

const hashMagic = 0x00061561;
const pageTypes = { hashUnsorted: 2, overflow: 7, hash: 13 } as const;
const pageHeaderBytes = 26;
/** An item on a hash page that says where the value is: type, three bytes of nothing, page, length. */
const offPage = 3;
const offPageBytes = 12;
/** rpm's own number of packages is kept under the key 0. */
const keyBytes = 4;

/** The headers. @throws {AibomError} PACKAGE_RECORD_INVALID */
export function readBdbHeaders(bytes: Uint8Array, path: string): readonly Uint8Array[] {
  return new BerkeleyHash(bytes, path).values();
}

class BerkeleyHash {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #path: string;
  readonly #littleEndian: boolean;
  readonly #pageBytes: number;
  readonly #lastPage: number;

  constructor(bytes: Uint8Array, path: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#path = path;
    if (bytes.byteLength < 512) {
      throw this.#invalid("it is shorter than a page");
    }
    this.#littleEndian = this.#view.getUint32(12, true) === hashMagic;
    if (this.#u32(12) !== hashMagic) {
      throw this.#invalid("it is no hash database");
    }
    this.#pageBytes = this.#u32(20);
    this.#lastPage = this.#u32(32);
    const isPowerOfTwo = (this.#pageBytes & (this.#pageBytes - 1)) === 0;
    if (this.#pageBytes < 512 || this.#pageBytes > 65_536 || !isPowerOfTwo) {
      throw this.#invalid(`pages of ${this.#pageBytes} bytes`);
    }
    if (this.#bytes[24] !== 0) {
      throw this.#invalid("it is encrypted");
    }
    if ((this.#lastPage + 1) * this.#pageBytes > bytes.byteLength) {
      throw this.#invalid(`${this.#lastPage + 1} pages do not fit ${bytes.byteLength} bytes`);
    }
  }

  values(): readonly Uint8Array[] {
    const values: Uint8Array[] = [];
    // Each overflow page belongs to one value: a chain that goes in circles, or is shared, ends here.
    const used = new Set<number>();
    for (let page = 1; page <= this.#lastPage; page += 1) {
      const start = page * this.#pageBytes;
      const type = this.#bytes[start + 25];
      if (type === pageTypes.hash || type === pageTypes.hashUnsorted) {
        values.push(...this.#pageValues(start, used));
      }
    }
    return values;
  }

  *#pageValues(start: number, used: Set<number>): Generator<Uint8Array> {
    const count = this.#u16(start + 20);
    if (count % 2 !== 0 || pageHeaderBytes + count * 2 > this.#pageBytes) {
      throw this.#invalid(`a page has ${count} items`);
    }
    // Keys and values take turns.
    for (let item = 1; item < count; item += 2) {
      const key = this.#u16(start + pageHeaderBytes + (item - 1) * 2);
      const at = this.#u16(start + pageHeaderBytes + item * 2);
      if (at + offPageBytes > this.#pageBytes || key + 1 + keyBytes > this.#pageBytes) {
        continue;
      }
      if (this.#bytes[start + at] === offPage) {
        yield this.#chain(this.#u32(start + at + 4), this.#u32(start + at + 8), used);
      }
    }
  }

  #chain(first: number, length: number, used: Set<number>): Uint8Array {
    if (length > limits.maxRpmHeaderBytes || length > this.#bytes.byteLength) {
      throw this.#invalid(`a value of ${length} bytes`);
    }
    const value = new Uint8Array(length);
    let filled = 0;
    for (let page = first; page !== 0 && filled < length; ) {
      const start = page * this.#pageBytes;
      if (page > this.#lastPage || used.has(page) || this.#bytes[start + 25] !== pageTypes.overflow) {
        throw this.#invalid("the pages of a value do not hang together");
      }
      used.add(page);
      // Of an overflow page the field of the free space holds the bytes in use.
      const inUse = this.#u16(start + 22);
      if (pageHeaderBytes + inUse > this.#pageBytes || filled + inUse > length) {
        throw this.#invalid("a page of a value says that it holds more than it can");
      }
      value.set(this.#bytes.subarray(start + pageHeaderBytes, start + pageHeaderBytes + inUse), filled);
      filled += inUse;
      page = this.#u32(start + 16);
    }
    if (filled !== length) {
      throw this.#invalid("a value ends before its length");
    }
    return value;
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, this.#littleEndian);
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, this.#littleEndian);
  }

  #invalid(reason: string): AibomError {
    return AibomError.of("PACKAGE_RECORD_INVALID", { reason }, { where: { path: this.#path } });
  }
}
