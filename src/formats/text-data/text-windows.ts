// SPDX-License-Identifier: Apache-2.0
// A large text file in windows of UTF-8, whatever Unicode encoding it has, with a verdict on the encoding at the
// end. Memory stays at one window; only so many bytes are read as limits.maxCountedBytes allows.

import { isUtf8 } from "node:buffer";
import type { ByteSource } from "../../bytes/byte-source.ts";
import { limits } from "../../limits.ts";

const windowBytes = 1024 * 1024;

/** Reads one text file from its start. */
export class TextWindows {
  readonly #file: ByteSource;
  /** `utf-8`, `utf-16le`, `utf-16be`; `unknown` once a byte that is not UTF-8 was seen. */
  encoding: string;
  readonly hasMark: boolean;
  /** Offset of the window that holds the first byte that is not UTF-8. */
  invalidAt: number | undefined;

  constructor(file: ByteSource) {
    this.#file = file;
    const mark = Buffer.from(file.read(0, Math.min(3, file.size))).toString("hex");
    const isUtf8Mark = mark === "efbbbf";
    this.encoding = mark.startsWith("fffe") ? "utf-16le" : mark.startsWith("feff") ? "utf-16be" : "utf-8";
    this.hasMark = isUtf8Mark || this.encoding !== "utf-8";
  }

  /** Offset of the text behind its byte order mark. */
  get start(): number {
    return this.hasMark ? (this.encoding.startsWith("utf-16") ? 2 : 3) : 0;
  }

  /** True if the file is not read to its end. */
  get isCut(): boolean {
    return this.#file.size > limits.maxCountedBytes;
  }

  /** The text, without its byte order mark. */
  *windows(): Generator<Uint8Array, void, undefined> {
    const end = Math.min(this.#file.size, limits.maxCountedBytes);
    const isWide = this.encoding !== "utf-8";
    const decoder = isWide ? new TextDecoder(this.encoding) : undefined;
    let next = this.start;
    while (next < end) {
      const bytes = this.#file.read(next, Math.min(windowBytes, end - next));
      if (decoder !== undefined) {
        yield Buffer.from(decoder.decode(bytes, { stream: true }));
        next += bytes.length;
        continue;
      }
      const isLast = next + bytes.length >= end;
      const whole = isLast ? bytes : bytes.subarray(0, wholeCharacters(bytes));
      if (this.invalidAt === undefined && !isUtf8(whole) && !(isLast && this.isCut)) {
        this.invalidAt = next;
        this.encoding = "unknown";
      }
      yield whole;
      next += whole.length;
    }
  }
}

/** Bytes before a character that the window cuts; all of them if that is no UTF-8. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back < bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
    if (byte < 0x80) {
      break;
    }
  }
  return bytes.length;
}

/** True if the first bytes can start a text: no zero bytes, or a mark of UTF-16. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return bytes.length > 0 && (isWide || !bytes.includes(0));
}
