// SPDX-License-Identifier: Apache-2.0
// Deflate and zstd through Node's zlib, bounded. Spec: RFC 1951, RFC 8878.

import { constants, inflateRawSync, type ZlibOptions, type ZstdOptions, zstdDecompressSync } from "node:zlib";
import { limits } from "../limits.ts";
import type { Unpacked } from "./unpacked.ts";

/** Of `info: true`: what came out, and the engine that counted what went in. Its types do not know the option. */
interface WithInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** Unpacks a raw deflate stream to at most `limit` bytes. */
export function unpackDeflate(packed: Uint8Array, limit: number): Unpacked {
  return withZlib(packed, limit, (bytes, isWhole, maxOutputLength) => {
    const finishFlush = isWhole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const options: ZlibOptions = { maxOutputLength, finishFlush, info: true };
    return inflateRawSync(bytes, options) as unknown as WithInfo;
  });
}

/** Unpacks one zstd frame to at most `limit` bytes. */
export function unpackZstd(packed: Uint8Array, limit: number): Unpacked {
  return withZlib(packed, limit, (bytes, isWhole, maxOutputLength) => {
    const finishFlush = isWhole ? constants.ZSTD_e_end : constants.ZSTD_e_flush;
    const options: ZstdOptions = { maxOutputLength, finishFlush, info: true };
    return zstdDecompressSync(bytes, options) as unknown as WithInfo;
  });
}

type Run = (packed: Uint8Array, isWhole: boolean, maxOutputLength: number) => WithInfo;

function withZlib(packed: Uint8Array, limit: number, run: Run): Unpacked {
  try {
    const { buffer, engine } = run(packed, true, Math.max(limit, 1));
    return { bytes: buffer, state: "end", consumed: engine.bytesWritten };
  } catch (cause) {
    const { bytes, isOverLimit } = startOf(packed, limit, run);
    if (isTooLarge(cause)) {
      return { bytes, state: "limit", consumed: 0 };
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { bytes, state: isOverLimit ? "limit" : "broken", reason, consumed: 0 };
  }
}

/**
 * What comes out of a stream that breaks or gives too much. zlib gives nothing of it, so the longest part at its
 * front that unpacks is searched by halving.
 */
function startOf(packed: Uint8Array, limit: number, run: Run): { bytes: Uint8Array; isOverLimit: boolean } {
  let bytes: Uint8Array = new Uint8Array(0);
  let isOverLimit = false;
  let good = 0;
  let bad = Math.min(packed.length, limits.maxMemberStartBytes) + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      bytes = run(packed.subarray(0, middle), false, Math.max(limit, 1)).buffer;
      good = middle;
    } catch (cause) {
      isOverLimit ||= isTooLarge(cause);
      bad = middle;
    }
  }
  return { bytes, isOverLimit };
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}
