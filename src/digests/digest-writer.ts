// SPDX-License-Identifier: Apache-2.0
// All digests of one file from one pass over its bytes: the whole-file ones side by side, the shards one
// after the other, written into the file's record in the order of `wanted.ts`.

import { createHasher, type Hasher } from "./hasher.ts";
import { digestBytes, type Wanted, wholeAlgorithms } from "./wanted.ts";

/** Reused for file after file: feed the range in order, then `finish`. */
export interface DigestWriter {
  readonly wanted: Wanted;
  /** True if there is nothing to compute, so that the file need not be read. */
  readonly isIdle: boolean;
  /** Starts a range of `size` bytes that is fed in pieces. */
  begin(size: number): void;
  /** Feeds the next bytes. */
  update(bytes: Uint8Array): void;
  /** Ends the range and writes its digests to `target`. */
  finish(target: Buffer): void;
  /** The same for a range that is in memory whole: `bytes` is all of it. */
  writeAll(bytes: Uint8Array, target: Buffer): void;
  /** Forgets a range that was broken off by an error. */
  reset(): void;
}

/** A writer for one kind of request. */
export async function createDigestWriter(wanted: Wanted): Promise<DigestWriter> {
  const whole = await Promise.all(wholeAlgorithms(wanted).map(createHasher));
  const shards = wanted.shards && {
    sizeBytes: wanted.shards.sizeBytes,
    hasher: await createHasher(wanted.shards.algorithm),
  };
  return shards === undefined ? wholeWriter(wanted, whole) : shardWriter(wanted, whole, shards);
}

function wholeWriter(wanted: Wanted, whole: readonly Hasher[]): DigestWriter {
  return {
    wanted,
    isIdle: whole.length === 0,
    begin(size) {
      for (const hasher of whole) {
        hasher.begin?.(size);
      }
    },
    update(bytes) {
      for (const hasher of whole) {
        hasher.update(bytes);
      }
    },
    finish: (target) => void writeEach(target, whole),
    writeAll(bytes, target) {
      let offset = 0;
      for (const hasher of whole) {
        hasher.writeDigestOf(bytes, target, offset);
        offset += digestBytes(hasher.algorithm);
      }
    },
    reset() {
      for (const hasher of whole) {
        hasher.digest();
      }
    },
  };
}

function shardWriter(
  wanted: Wanted,
  whole: readonly Hasher[],
  { sizeBytes, hasher }: { readonly sizeBytes: number; readonly hasher: Hasher },
): DigestWriter {
  const rest = wholeWriter(wanted, whole);
  let finished: Uint8Array[] = [];
  let filled = 0;
  const endShard = (): void => {
    if (filled > 0) {
      finished.push(hasher.digest());
      filled = 0;
    }
  };
  const writer: DigestWriter = {
    wanted,
    isIdle: false,
    begin: (size) => rest.begin(size),
    update(bytes) {
      rest.update(bytes);
      for (let offset = 0; offset < bytes.length; ) {
        const piece = bytes.subarray(offset, offset + Math.min(sizeBytes - filled, bytes.length - offset));
        hasher.update(piece);
        filled += piece.length;
        offset += piece.length;
        if (filled === sizeBytes) {
          endShard();
        }
      }
    },
    finish(target) {
      endShard();
      let offset = writeEach(target, whole);
      for (const value of finished) {
        target.set(value, offset);
        offset += value.length;
      }
      finished = [];
    },
    writeAll(bytes, target) {
      writer.begin(bytes.length);
      writer.update(bytes);
      writer.finish(target);
    },
    reset() {
      rest.reset();
      endShard();
      finished = [];
    },
  };
  return writer;
}

function writeEach(target: Uint8Array, hashers: readonly Hasher[]): number {
  let offset = 0;
  for (const hasher of hashers) {
    const digest = hasher.digest();
    target.set(digest, offset);
    offset += digest.length;
  }
  return offset;
}
