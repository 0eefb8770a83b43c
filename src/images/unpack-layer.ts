// SPDX-License-Identifier: Apache-2.0
// The bytes of a layer, unpacked while they are read. Inflating runs on Node's own threads, so hashing goes on at the same
// time. Of gzip all members count, of zstd all frames (`zstd:chunked` has one for each file).

import { pipeline, Readable, type Transform } from "node:stream";
import { zlib } from "../bytes/node-zlib.ts";
import type { LayerCompression } from "./media-type.ts";

/** Gives the packed bytes: at most `length` from `offset`, fewer at the end only. */
type ReadPacked = (offset: number, length: number) => Uint8Array;

/** Why the stream could not be unpacked further. */
export class UnpackBroken extends Error {}

/** Bytes of one packed read, and of one unpacked chunk: larger ones are no faster (measured with 64 KiB to 1 MiB). */
const chunkBytes = 256 * 1024;

/**
 * The unpacked bytes in chunks. `onTrailing` is told of packed bytes behind the end.
 * @throws {UnpackBroken}
 */
export async function* unpackLayer(
  read: ReadPacked,
  size: number,
  compression: LayerCompression,
  onTrailing: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (compression === "none") {
    for (let at = 0; at < size; at += chunkBytes) {
      yield read(at, Math.min(chunkBytes, size - at));
    }
    return;
  }
  for (let at = 0; at < size; ) {
    const skippable = compression === "zstd" ? skippableFrame(read(at, Math.min(8, size - at))) : undefined;
    if (skippable !== undefined) {
      at += skippable;
      continue;
    }
    if (at > 0 && compression === "zstd" && !isFrame(read(at, Math.min(4, size - at)))) {
      onTrailing(size - at);
      return;
    }
    const engine = createEngine(compression);
    yield* run(engine, packedFrom(read, at, size));
    const used = (engine as Transform & { readonly bytesWritten: number }).bytesWritten;
    at += used;
    if (compression === "gzip" || used === 0) {
      // Node goes on from member to member itself; what it leaves is none.
      if (at < size) {
        onTrailing(size - at);
      }
      return;
    }
  }
}

function createEngine(compression: "gzip" | "zstd"): Transform {
  const options = { chunkSize: chunkBytes, highWaterMark: 4 * chunkBytes };
  return compression === "gzip" ? zlib().createGunzip(options) : zlib().createZstdDecompress(options);
}

async function* run(engine: Transform, packed: Generator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(packed, { objectMode: false, highWaterMark: chunkBytes });
  let failure: Error | undefined;
  pipeline(source, engine, (error) => {
    failure = error ?? undefined;
  });
  try {
    for await (const chunk of engine) {
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    throw new UnpackBroken(cause instanceof Error ? cause.message : String(cause));
  } finally {
    source.destroy();
    engine.destroy();
  }
  if (failure !== undefined && (failure as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") {
    throw new UnpackBroken(failure.message);
  }
}

function* packedFrom(read: ReadPacked, start: number, size: number): Generator<Uint8Array> {
  for (let at = start; at < size; at += chunkBytes) {
    yield read(at, Math.min(chunkBytes, size - at));
  }
}

function isFrame(start: Uint8Array): boolean {
  return start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd;
}

/** The length of a skippable frame with its header (RFC 8878, section 3.1.2); undefined if it is none. */
function skippableFrame(start: Uint8Array): number | undefined {
  const view = Buffer.from(start.buffer, start.byteOffset, start.length);
  const isSkippable = view.length === 8 && (view.readUInt32LE(0) & 0xfffffff0) === 0x184d2a50;
  return isSkippable ? 8 + view.readUInt32LE(4) : undefined;
}
