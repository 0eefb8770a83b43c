// SPDX-License-Identifier: Apache-2.0
// Reads the tree of properties that the header of a 7z archive is: each an id and its data. Counts are compared with
// the bytes that are left before lists are made of them.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** Property ids of 7zFormat.txt. */
export const propertyIds = {
  end: 0x00,
  header: 0x01,
  archiveProperties: 0x02,
  additionalStreams: 0x03,
  mainStreams: 0x04,
  files: 0x05,
  packInfo: 0x06,
  unpackInfo: 0x07,
  subStreams: 0x08,
  size: 0x09,
  crc: 0x0a,
  folder: 0x0b,
  unpackSizes: 0x0c,
  unpackStreams: 0x0d,
  emptyStream: 0x0e,
  emptyFile: 0x0f,
  names: 0x11,
  attributes: 0x15,
  encodedHeader: 0x17,
} as const;

export class PropertyReader {
  readonly #bytes: Uint8Array;
  readonly #path: string;
  #at = 0;

  constructor(bytes: Uint8Array, path: string) {
    this.#bytes = bytes;
    this.#path = path;
  }

  broken(reason: string): AibomError {
    return AibomError.of("SEVEN_ZIP_BROKEN", { reason }, { where: { path: this.#path } });
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw this.broken("its header breaks off");
    }
    this.#at += 1;
    return byte;
  }

  bytes(length: number): Uint8Array {
    if (length > this.left) {
      throw this.broken("its header breaks off");
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u32(): number {
    return Buffer.from(this.bytes(4)).readUInt32LE();
  }

  /** A number of up to eight bytes: the ones at the top of the first byte say how many follow. */
  number(): number {
    const first = this.u8();
    let value = 0;
    let mask = 0x80;
    for (let index = 0; index < 8; index += 1, mask >>= 1) {
      if ((first & mask) === 0) {
        value += (first & (mask - 1)) * 2 ** (8 * index);
        break;
      }
      value += this.u8() * 2 ** (8 * index);
    }
    if (!Number.isSafeInteger(value)) {
      throw this.broken("a number in its header is too large");
    }
    return value;
  }

  /** A number of things, each of which takes at least `bits` bits of what is left. */
  count(bits: number): number {
    const count = this.number();
    if (count > limits.maxContainerMembers || count * bits > this.left * 8) {
      throw this.broken("a count in its header is larger than the header");
    }
    return count;
  }

  /** One bit for each of `count` things, the highest of each byte first. */
  bits(count: number): readonly boolean[] {
    const bytes = this.bytes(Math.ceil(count / 8));
    return Array.from(
      { length: count },
      (_, index) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0,
    );
  }

  /** The same, with one byte before it that says whether all are set. */
  optionalBits(count: number): readonly boolean[] {
    return this.u8() === 0 ? this.bits(count) : Array.from({ length: count }, () => true);
  }

  expect(property: number): void {
    if (this.u8() !== property) {
      throw this.broken("a property in its header is not where it should be");
    }
  }

  /** Checksums, which are stepped over. */
  skipDigests(count: number): number {
    const defined = this.optionalBits(count).filter((each) => each).length;
    this.bytes(defined * 4);
    return defined;
  }
}
