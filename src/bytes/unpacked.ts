// SPDX-License-Identifier: Apache-2.0
// What unpackers have in common: a result that says how far they came, and reading more than one bounded read.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type ByteSource, checkRange } from "./byte-source.ts";
import type { OutputBuffer } from "./output-buffer.ts";

/** What came out of a compressed stream. A broken stream gives what came before. */
export interface Unpacked {
  readonly bytes: Uint8Array;
  /**
   * `end`: the stream ended and all of it is here. `limit`: more would have come than was allowed.
   * `broken`: it broke, for `reason`.
   */
  readonly state: "end" | "limit" | "broken";
  readonly reason?: string;
  /** Packed bytes that were used up, if the stream ended. */
  readonly consumed: number;
  /** Bytes that were unpacked in all to get so far, if more than are here. */
  readonly cost?: number;
  /** False if the stream carries a checksum and it is not that of the bytes. */
  readonly isIntact?: boolean;
}

/** Why a stream could not be unpacked further. Never leaves `bytes/`: `collect` makes it a result. */
export class BrokenStream extends Error {}

/** What `unpack` wrote to `output`, and how it ended. */
export function collect(
  output: OutputBuffer,
  unpack: () => Pick<Unpacked, "consumed" | "isIntact">,
): Unpacked {
  try {
    const ended = unpack();
    return { bytes: output.bytes(), state: output.isFull ? "limit" : "end", ...ended };
  } catch (cause) {
    if (!(cause instanceof BrokenStream)) {
      throw cause;
    }
    return { bytes: output.bytes(), state: "broken", reason: cause.message, consumed: 0 };
  }
}

/** Unpacks `packed`, to at most `limit` bytes. Never throws on the content. */
export type Unpacker = (packed: Uint8Array, limit: number) => Unpacked;

/** A range of any length in memory. The caller has compared the length with a limit. */
export function readAll(file: ByteSource, offset: number, length: number): Uint8Array {
  if (length <= limits.maxReadBytes) {
    return file.read(offset, length);
  }
  checkRange(file, offset + length - 1, 1);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += limits.maxReadBytes) {
    bytes.set(file.read(offset + at, Math.min(limits.maxReadBytes, length - at)), at);
  }
  return bytes;
}

/** A file of `size` bytes of which only the start is there; reads behind it say so. */
export function startSource(start: Uint8Array, size: number, path: string): ByteSource {
  const source = {
    path,
    size: Math.max(size, start.length),
    read(offset: number, length: number): Uint8Array {
      checkRange(source, offset, length);
      if (offset + length > start.length) {
        const limit = limits.maxMemberBytes;
        throw AibomError.of("CONTAINER_MEMBER_TOO_LARGE", { size, limit }, { where: { path, offset } });
      }
      return start.subarray(offset, offset + length);
    },
  };
  return source;
}
