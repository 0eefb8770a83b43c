// SPDX-License-Identifier: Apache-2.0
// Deflate and zstd through Node's zlib, bounded. Spec: RFC 1951, RFC 8878.

import type { ZlibOptions, ZstdOptions } from "node:zlib";
import { limits } from "../limits.ts";
import { zlib } from "./node-zlib.ts";
import type { Unpacked } from "./unpacked.ts";

/** Of `info: true`: what came out, and the engine that counted what went in. Its types do not know the option. */
interface WithInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** Unpacks a raw deflate stream to at most `limit` bytes. */
export function unpackDeflate(packed: Uint8Array, limit: number): Unpacked {
  return withZlib(packed, limit, (bytes, isWhole, maxOutputLength) => {
    const finishFlush = isWhole ? zlib().constants.Z_FINISH : zlib().constants.Z_SYNC_FLUSH;
    const options: ZlibOptions = { maxOutputLength, finishFlush, info: true };
    return zlib().inflateRawSync(bytes, options) as unknown as WithInfo;
  });
}

/** Unpacks a zlib stream (RFC 1950) to at most `limit` bytes. */
export function unpackZlib(packed: Uint8Array, limit: number): Unpacked {
  return withZlib(packed, limit, (bytes, isWhole, maxOutputLength) => {
    const finishFlush = isWhole ? zlib().constants.Z_FINISH : zlib().constants.Z_SYNC_FLUSH;
    const options: ZlibOptions = { maxOutputLength, finishFlush, info: true };
    return zlib().inflateSync(bytes, options) as unknown as WithInfo;
  });
}

/** Unpacks one zstd frame to at most `limit` bytes. */
export function unpackZstd(packed: Uint8Array, limit: number): Unpacked {
  return withZlib(packed, limit, (bytes, isWhole, maxOutputLength) => {
    const finishFlush = isWhole ? zlib().constants.ZSTD_e_end : zlib().constants.ZSTD_e_flush;
    const options: ZstdOptions = { maxOutputLength, finishFlush, info: true };
    return zlib().zstdDecompressSync(bytes, options) as unknown as WithInfo;
  });
}

type Run = (packed: Uint8Array, isWhole: boolean, maxOutputLength: number) => WithInfo;

function withZlib(packed: Uint8Array, limit: number, run: Run): Unpacked {
  try {
    const { buffer, engine } = run(packed, true, Math.max(limit, 1));
    return { bytes: buffer, state: "end", consumed: engine.bytesWritten };
  } catch (cause) {
    if (isTooLarge(cause)) {
      const start = new StreamStart(packed, limit, run);
      start.shrink();
      return { bytes: start.bytes, state: "limit", consumed: 0, cost: start.cost + limit };
    }
    const start = new StreamStart(packed, limit, run);
    start.search();
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { bytes: start.bytes, state: "broken", reason, consumed: 0, cost: start.cost };
  }
}

/** What comes out of a stream that breaks or gives too much: of those zlib gives nothing, so a part is unpacked. */
class StreamStart {
  bytes: Uint8Array = new Uint8Array(0);
  /** Bytes unpacked in all tries. */
  cost = 0;
  readonly #packed: Uint8Array;
  readonly #limit: number;
  readonly #run: Run;

  constructor(packed: Uint8Array, limit: number, run: Run) {
    this.#packed = packed;
    this.#limit = limit;
    this.#run = run;
  }

  /** Of a stream that gives too much: shorter and shorter parts. That of deflate fits at once. */
  shrink(): void {
    let length = Math.min(this.#packed.length, limits.maxMemberStartBytes);
    while (length > 0 && !this.#tries(length)) {
      length >>= 3;
    }
  }

  /** Of a broken stream: all of it if it was cut off, else the longest part at its front that unpacks, by halving. */
  search(): void {
    let bad = Math.min(this.#packed.length, limits.maxMemberStartBytes);
    if (this.#tries(this.#packed.length) || this.#tries(bad)) {
      return;
    }
    for (let good = 0; bad - good > 1; ) {
      const middle = (good + bad) >> 1;
      if (this.#tries(middle)) {
        good = middle;
      } else {
        bad = middle;
      }
    }
  }

  #tries(length: number): boolean {
    try {
      this.bytes = this.#run(this.#packed.subarray(0, length), false, Math.max(this.#limit, 1)).buffer;
      this.cost += this.bytes.length;
      return true;
    } catch (cause) {
      this.cost += isTooLarge(cause) ? this.#limit : length;
      return false;
    }
  }
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}
