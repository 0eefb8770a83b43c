// SPDX-License-Identifier: Apache-2.0
// Bits of a bzip2 stream.

import { BrokenStream } from "../unpacked.ts";

/** Reads bits, the highest of each byte first. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes begun. */
  get consumed(): number {
    return this.#at - (this.#count >> 3);
  }

  /** Up to 24 bits. */
  bits(count: number): number {
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) {
        throw new BrokenStream("it breaks off");
      }
      this.#held = ((this.#held << 8) | (this.#bytes[this.#at] ?? 0)) & 0xffffffff;
      this.#at += 1;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  bit(): number {
    return this.bits(1);
  }

  /** 48 bits as one number. */
  magic(): number {
    return this.bits(24) * 0x1000000 + this.bits(24);
  }

  u32(): number {
    return this.bits(16) * 0x10000 + this.bits(16);
  }
}
