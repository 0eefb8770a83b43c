// SPDX-License-Identifier: Apache-2.0
// A strict reader of CBOR (RFC 8949) for signed structures: definite lengths, shortest heads, one spelling of each
// value, map keys that occur once, an exact end. Left out on purpose: floating point and simple values beyond false,
// true and null, which COSE headers do not hold. Keys need not be sorted: writers differ, and their order says nothing.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

/** An integer that a double holds exactly is a number, a larger one a bigint. */
export type CborInteger = number | bigint;

export type CborKey = CborInteger | string;

export type CborMap = ReadonlyMap<CborKey, CborValue>;

export type CborValue =
  | CborInteger
  | string
  | Uint8Array
  | boolean
  | null
  | readonly CborValue[]
  | CborMap
  | CborTag;

/** A value with a tag, which says what it means. */
export class CborTag {
  readonly tag: CborInteger;
  readonly value: CborValue;

  constructor(tag: CborInteger, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

/**
 * Parses one item that fills `bytes` exactly.
 * @param what names the input in errors
 * @throws {AibomError} CBOR_INVALID, CBOR_TOO_DEEP, CBOR_TOO_MANY
 */
export function parseCbor(bytes: Uint8Array, what: string): CborValue {
  const reader = new CborReader(bytes, what);
  const value = reader.item(1);
  reader.end();
  return value;
}

/** Major types (RFC 8949, section 3.1). */
const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

interface Head {
  readonly type: number;
  /** The low five bits of the first byte. */
  readonly information: number;
  readonly argument: CborInteger;
}

class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw this.#invalid(this.#at, "is followed by more bytes");
    }
  }

  item(depth: number): CborValue {
    if (depth > limits.maxCborDepth) {
      throw AibomError.of("CBOR_TOO_DEEP", { what: this.#what, limit: limits.maxCborDepth });
    }
    this.#items += 1;
    if (this.#items > limits.maxCborItems) {
      throw AibomError.of("CBOR_TOO_MANY", { what: this.#what, limit: limits.maxCborItems });
    }
    const start = this.#at;
    const head = this.#head();
    switch (head.type) {
      case major.unsigned:
        return head.argument;
      case major.negative:
        return exact(-1n - BigInt(head.argument));
      case major.bytes:
        return this.#take(head.argument, start);
      case major.text:
        return this.#text(head.argument, start);
      case major.array:
        return this.#array(head.argument, start, depth);
      case major.map:
        return this.#map(head.argument, start, depth);
      case major.tag:
        return new CborTag(head.argument, this.item(depth + 1));
      default:
        return this.#simple(head.information, start);
    }
  }

  #head(): Head {
    const start = this.#at;
    this.#need(1, start);
    const first = this.#view.getUint8(start);
    const information = first & 0x1f;
    const type = first >> 5;
    this.#at += 1;
    // Of major type 7 the argument is the value itself: floats are refused before they are read.
    if (type === major.simple || information < 24) {
      return { type, information, argument: information };
    }
    if (information > 27) {
      throw this.#invalid(start, information === 31 ? "has no definite length" : "has a reserved head");
    }
    const width = 1 << (information - 24);
    this.#need(width, start);
    const argument = this.#argument(width);
    const shortest = width === 1 ? 24 : 2 ** (4 * width);
    if (argument < shortest) {
      throw this.#invalid(start, "has a head that is not the shortest");
    }
    this.#at += width;
    return { type, information, argument };
  }

  #argument(width: number): CborInteger {
    switch (width) {
      case 1:
        return this.#view.getUint8(this.#at);
      case 2:
        return this.#view.getUint16(this.#at);
      case 4:
        return this.#view.getUint32(this.#at);
      default:
        return exact(this.#view.getBigUint64(this.#at));
    }
  }

  /** The next `length` bytes, which must be there: nothing is taken by what a length promises. */
  #take(length: CborInteger, start: number): Uint8Array {
    this.#need(length, start);
    const from = this.#at;
    this.#at += Number(length);
    return this.#bytes.subarray(from, this.#at);
  }

  #text(length: CborInteger, start: number): string {
    const bytes = this.#take(length, start);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.#invalid(start, "is a text that is not UTF-8");
    }
  }

  #array(count: CborInteger, start: number, depth: number): readonly CborValue[] {
    // Each element takes a byte at least.
    this.#need(count, start);
    const values: CborValue[] = [];
    for (let index = 0; index < Number(count); index += 1) {
      values.push(this.item(depth + 1));
    }
    return values;
  }

  #map(count: CborInteger, start: number, depth: number): CborMap {
    this.#need(BigInt(count) * 2n, start);
    const map = new Map<CborKey, CborValue>();
    for (let index = 0; index < Number(count); index += 1) {
      const at = this.#at;
      const key = this.item(depth + 1);
      if (typeof key !== "number" && typeof key !== "bigint" && typeof key !== "string") {
        throw this.#invalid(at, "is a map key that is neither an integer nor a text");
      }
      if (map.has(key)) {
        throw this.#invalid(at, "is a map key that occurs twice");
      }
      map.set(key, this.item(depth + 1));
    }
    return map;
  }

  #simple(information: number, start: number): boolean | null {
    switch (information) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      default:
        throw this.#invalid(start, "is a floating-point number or another simple value");
    }
  }

  #need(length: CborInteger, start: number): void {
    if (length > this.#bytes.length - this.#at) {
      throw this.#invalid(start, "is cut off");
    }
  }

  #invalid(offset: number, reason: string): AibomError {
    return AibomError.of("CBOR_INVALID", { what: this.#what, offset, reason });
  }
}

function exact(value: bigint): CborInteger {
  const isSafe = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
  return isSafe ? Number(value) : value;
}
