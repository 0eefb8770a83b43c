// SPDX-License-Identifier: Apache-2.0
// A cursor over a file: reads fields one after the other, each checked against the end before memory is
// taken. Reads go through one window, so that a header of a million small fields costs a few reads.

import { AibomError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

const defaultWindowBytes = 256 * 1024;
/** The first window: most headers fit, and nobody reads more of a thousand small files than they hold. */
const firstWindowBytes = 16 * 1024;

/** Codes that say that a length field is over a limit. */
export type LengthCode =
  | "BYTES_READ_TOO_LARGE"
  | "GGUF_STRING_TOO_LONG"
  | "GGUF_ARRAY_TOO_LONG"
  | "GGUF_TENSOR_NAME_TOO_LONG";

export interface CursorOptions {
  /** First byte. Default 0. */
  readonly offset?: number;
  /** End of the region, exclusive. Default and maximum: the file's size. */
  readonly end?: number;
  /** Default false: least significant byte first. */
  readonly bigEndian?: boolean;
  /** Bytes fetched at once at most; the first fetches are smaller. Default 256 KiB. */
  readonly windowBytes?: number;
}

/**
 * Reads fields of a file in order. Every method throws BYTES_OUT_OF_RANGE, with the offset of the field,
 * if the field does not fit between the cursor and the end of the region.
 */
export class Cursor {
  readonly path: string;
  readonly end: number;
  readonly #source: ByteSource;
  readonly #littleEndian: boolean;
  readonly #windowBytes: number;
  #offset: number;
  #window: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));
  #windowStart = 0;
  #nextWindowBytes: number;

  constructor(source: ByteSource, options: CursorOptions = {}) {
    this.path = source.path;
    this.end = Math.min(options.end ?? source.size, source.size);
    this.#source = source;
    this.#offset = options.offset ?? 0;
    this.#littleEndian = options.bigEndian !== true;
    this.#windowBytes = options.windowBytes ?? defaultWindowBytes;
    this.#nextWindowBytes = Math.min(this.#windowBytes, firstWindowBytes);
  }

  /** Offset in the file of the next field. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes left in the region. */
  get remaining(): number {
    return this.end - this.#offset;
  }

  u8(): number {
    const at = this.#take(1);
    return this.#window.getUint8(at);
  }

  i8(): number {
    const at = this.#take(1);
    return this.#window.getInt8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return this.#window.getUint16(at, this.#littleEndian);
  }

  i16(): number {
    const at = this.#take(2);
    return this.#window.getInt16(at, this.#littleEndian);
  }

  u32(): number {
    const at = this.#take(4);
    return this.#window.getUint32(at, this.#littleEndian);
  }

  i32(): number {
    const at = this.#take(4);
    return this.#window.getInt32(at, this.#littleEndian);
  }

  u64(): bigint {
    const at = this.#take(8);
    return this.#window.getBigUint64(at, this.#littleEndian);
  }

  i64(): bigint {
    const at = this.#take(8);
    return this.#window.getBigInt64(at, this.#littleEndian);
  }

  f32(): number {
    const at = this.#take(4);
    return this.#window.getFloat32(at, this.#littleEndian);
  }

  f64(): number {
    const at = this.#take(8);
    return this.#window.getFloat64(at, this.#littleEndian);
  }

  /**
   * An unsigned 64-bit length field, as a number of at most `limit`.
   * @throws {AibomError} `code` with the exact length
   */
  length64(limit: number, code: LengthCode): number {
    const start = this.#offset;
    const at = this.#take(8);
    const low = this.#window.getUint32(this.#littleEndian ? at : at + 4, this.#littleEndian);
    const high = this.#window.getUint32(this.#littleEndian ? at + 4 : at, this.#littleEndian);
    // Inexact only above 2^53, where every limit is exceeded anyhow.
    const length = high * 2 ** 32 + low;
    if (length > limit) {
      const exact = this.#window.getBigUint64(at, this.#littleEndian);
      throw AibomError.of(code, { length: exact, limit }, { where: { path: this.path, offset: start } });
    }
    return length;
  }

  /**
   * The next `length` bytes. The result stays valid and unchanged by later reads.
   * @throws {AibomError} BYTES_OUT_OF_RANGE, BYTES_READ_TOO_LARGE
   */
  bytes(length: number): Uint8Array {
    this.#check(length);
    const start = this.#offset;
    this.#offset += length;
    return this.#source.read(start, length);
  }

  /**
   * The next `length` bytes as UTF-8 text.
   * @throws {AibomError} TEXT_NOT_UTF8, BYTES_OUT_OF_RANGE, BYTES_READ_TOO_LARGE
   */
  utf8(length: number): string {
    const start = this.#offset;
    if (length > this.#windowBytes) {
      return decodeUtf8(this.bytes(length), this.path, start);
    }
    const at = this.#take(length);
    const bytes = new Uint8Array(this.#window.buffer, this.#window.byteOffset + at, length);
    return decodeUtf8(bytes, this.path, start);
  }

  /** Steps over `length` bytes without reading them. @throws {AibomError} BYTES_OUT_OF_RANGE */
  skip(length: number): void {
    this.#check(length);
    this.#offset += length;
  }

  /** Checks the next `length` bytes against the end. */
  #check(length: number): void {
    const isLength = Number.isSafeInteger(length) && length >= 0;
    if (!isLength || length > this.end - this.#offset) {
      throw AibomError.of(
        "BYTES_OUT_OF_RANGE",
        { offset: this.#offset, end: this.#offset + length, size: this.end },
        { where: { path: this.path, offset: this.#offset } },
      );
    }
  }

  /** Makes the next `length` bytes available in the window, steps over them, returns their place there. */
  #take(length: number): number {
    this.#check(length);
    const at = this.#offset - this.#windowStart;
    if (at >= 0 && at + length <= this.#window.byteLength) {
      this.#offset += length;
      return at;
    }
    const fetched = Math.max(length, Math.min(this.#nextWindowBytes, this.end - this.#offset));
    this.#nextWindowBytes = Math.min(this.#windowBytes, 2 * this.#nextWindowBytes);
    const bytes = this.#source.read(this.#offset, fetched);
    this.#window = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#windowStart = this.#offset;
    this.#offset += length;
    return 0;
  }
}

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8 strictly; a byte order mark is kept as a character. @throws {AibomError} TEXT_NOT_UTF8 */
function decodeUtf8(bytes: Uint8Array, path: string, offset: number): string {
  try {
    return utf8Decoder.decode(bytes);
  } catch (cause) {
    throw AibomError.of("TEXT_NOT_UTF8", {}, { where: { path, offset }, cause });
  }
}
