// SPDX-License-Identifier: Apache-2.0
// Deflate and zstd through Node's zlib, bounded. Spec: RFC 1951, RFC 8878.

import {
  constants,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompressSync,
} from "node:zlib";
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

/** Unpacks a zlib stream (RFC 1950) to at most `limit` bytes. */
export function unpackZlib(packed: Uint8Array, limit: number): Unpacked {
  return withZlib(packed, limit, (bytes, isWhole, maxOutputLength) => {
    const finishFlush = isWhole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const options: ZlibOptions = { maxOutputLength, finishFlush, info: true };
    return inflateSync(bytes, options) as unknown as WithInfo;
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
    const isOverLimit = isTooLarge(cause);
    // Most often a broken stream was cut off: then all of it is good.
    const { bytes, cost } = startOf(packed, isOverLimit ? [] : [packed.length], limit, run);
    const reason = cause instanceof Error ? cause.message : String(cause);
    return {
      bytes,
      state: isOverLimit ? "limit" : "broken",
      reason,
      consumed: 0,
      cost: cost + (isOverLimit ? limit : 0),
    };
  }
}

/**
 * What comes out of a stream that breaks or gives too much. zlib gives nothing of it, so the longest part at its
 * front that unpacks is searched for by halving.
 */
function startOf(
  packed: Uint8Array,
  lengths: readonly number[],
  limit: number,
  run: Run,
): { bytes: Uint8Array; cost: number } {
  let bytes: Uint8Array = new Uint8Array(0);
  let cost = 0;
  let good = 0;
  const tries = (length: number): boolean => {
    try {
      const { buffer } = run(packed.subarray(0, length), false, Math.max(limit, 1));
      [bytes, good] = [buffer, length];
      cost += buffer.length;
      return true;
    } catch (cause) {
      cost += isTooLarge(cause) ? limit : length;
      return false;
    }
  };
  const start = Math.min(packed.length, limits.maxMemberStartBytes);
  if ([...lengths, start].some(tries)) {
    return { bytes, cost };
  }
  let bad = start;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (!tries(middle)) {
      bad = middle;
    }
  }
  return { bytes, cost };
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}
