// SPDX-License-Identifier: Apache-2.0
// The bytes of a pickle, read forwards through one window and looked up again where a literal is needed. Differs
// from the cursor in three ways: lines end at a newline, long strings are stepped over unread, and the window grows
// only while reading goes on without gaps (a pickle of large arrays is read a few bytes at a time).

import type { ByteSource } from "../../bytes/byte-source.ts";
import { AibomError } from "../../errors.ts";

const smallestWindowBytes = 4096;
const largestWindowBytes = 256 * 1024;
const newline = 0x0a;
const maxAsciiBytes = 128;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads a region of a file; every method throws BYTES_OUT_OF_RANGE where the region ends too early. */
export class PickleInput {
  readonly path: string;
  readonly end: number;
  /** Offset in the file of the next byte. */
  offset: number;
  readonly #source: ByteSource;
  /** Always a Buffer, as files are read into: bytes of two kinds of array are looked up a tenth more slowly. */
  #window: Uint8Array = Buffer.alloc(0);
  #windowStart = 0;
  #windowBytes = smallestWindowBytes;

  constructor(source: ByteSource, offset = 0, end = source.size) {
    this.path = source.path;
    this.end = Math.min(end, source.size);
    this.offset = offset;
    this.#source = source;
  }

  u8(): number {
    return this.#byte(this.#take(1));
  }

  u16(): number {
    const at = this.#take(2);
    return this.#byte(at) + this.#byte(at + 1) * 0x100;
  }

  u32(): number {
    const at = this.#take(4);
    return (
      this.#byte(at) +
      this.#byte(at + 1) * 0x100 +
      this.#byte(at + 2) * 0x1_0000 +
      this.#byte(at + 3) * 0x100_0000
    );
  }

  i32(): number {
    return this.u32() | 0;
  }

  /** Inexact above 2^53, where no region is so long. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 2 ** 32;
  }

  /** Steps over bytes without reading them. */
  skip(length: number): void {
    if (length > this.end - this.offset) {
      throw this.#outOfRange(length);
    }
    this.offset += length;
  }

  /** Steps over the rest of a line and its newline. @returns the offset of the newline */
  line(): number {
    const start = this.offset;
    for (;;) {
      const at = this.#take(1);
      const found = this.#window.indexOf(newline, at);
      if (found >= 0) {
        const lineEnd = this.#windowStart + found;
        this.offset = lineEnd + 1;
        return lineEnd;
      }
      this.offset = this.#windowStart + this.#window.length;
      if (this.offset >= this.end) {
        this.offset = start;
        throw this.#outOfRange(this.end - start + 1);
      }
    }
  }

  /** The byte at any offset of the region, without moving; -1 behind its end. */
  byteAt(offset: number): number {
    const at = offset - this.#windowStart;
    if (at >= 0 && at < this.#window.length) {
      return this.#byte(at);
    }
    return offset < this.end ? (this.#source.read(offset, 1)[0] ?? -1) : -1;
  }

  /** Bytes at any offset of the region, without moving. */
  bytesAt(offset: number, length: number): Uint8Array {
    const at = offset - this.#windowStart;
    if (at >= 0 && at + length <= this.#window.length) {
      return this.#window.subarray(at, at + length);
    }
    if (offset + length > this.end) {
      throw this.#outOfRange(offset + length - this.offset);
    }
    return this.#source.read(offset, length);
  }

  /** UTF-8 text at any offset of the region, without moving. Names are short and ASCII, which needs no decoder. */
  utf8At(offset: number, length: number): string {
    const start = offset - this.#windowStart;
    if (length <= maxAsciiBytes && start >= 0 && start + length <= this.#window.length) {
      let text = "";
      let at = start;
      for (; at < start + length && this.#byte(at) < 0x80; at += 1) {
        text += String.fromCharCode(this.#byte(at));
      }
      if (at === start + length) {
        return text;
      }
    }
    return utf8.decode(this.bytesAt(offset, length));
  }

  /** An unsigned integer at any offset of the region, without moving. */
  unsignedAt(offset: number, width: number): number {
    let value = 0;
    for (let at = offset + width - 1; at >= offset; at -= 1) {
      value = value * 256 + Math.max(this.byteAt(at), 0);
    }
    return value;
  }

  #byte(at: number): number {
    return this.#window[at] ?? 0;
  }

  /** Makes bytes available in the window, steps over them, returns their place there. */
  #take(length: number): number {
    const at = this.offset - this.#windowStart;
    if (at >= 0 && at + length <= this.#window.length) {
      this.offset += length;
      return at;
    }
    this.#fill(length);
    this.offset += length;
    return 0;
  }

  #fill(length: number): void {
    const left = this.end - this.offset;
    if (length > left) {
      throw this.#outOfRange(length);
    }
    const isNext = this.offset - this.#windowStart <= this.#window.length;
    this.#windowBytes = isNext ? Math.min(this.#windowBytes * 4, largestWindowBytes) : smallestWindowBytes;
    this.#window = this.#source.read(this.offset, Math.min(left, this.#windowBytes));
    this.#windowStart = this.offset;
  }

  #outOfRange(length: number): AibomError {
    return AibomError.of(
      "BYTES_OUT_OF_RANGE",
      { offset: this.offset, end: this.offset + length, size: this.end },
      { where: { path: this.path, offset: this.offset } },
    );
  }
}
