// SPDX-License-Identifier: Apache-2.0
// The bytes of a layer, unpacked while they are read. Inflating runs on Node's own threads, so hashing goes on at the same
// time. Of gzip all members count, of zstd all frames (`zstd:chunked` has one for each file).

import type { Transform } from "node:stream";
import { zlib } from "../bytes/node-zlib.ts";
import { AibomError } from "../errors.ts";
import type { LayerCompression } from "./media-type.ts";

/** Fills `target` with the packed bytes from `offset`; all of them are there. */
type ReadPacked = (offset: number, target: Uint8Array) => void;

/** Why the stream could not be unpacked further. */
export class UnpackBroken extends Error {}

/** Bytes of one packed read, and of one unpacked chunk: larger ones are no faster (measured with 64 KiB to 1 MiB). */
const chunkBytes = 256 * 1024;

/**
 * The unpacked bytes in chunks, each valid until the next is asked for. `onTrailing` is told of packed bytes behind the end.
 * @throws {UnpackBroken} and whatever `read` throws
 */
export async function* unpackLayer(
  read: ReadPacked,
  size: number,
  compression: LayerCompression,
  onTrailing: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (compression === "none") {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size));
    for (let at = 0; at < size; at += chunkBytes) {
      const chunk = buffer.subarray(0, Math.min(chunkBytes, size - at));
      read(at, chunk);
      yield chunk;
    }
    return;
  }
  for (let at = 0; at < size; ) {
    const start = readStart(read, at, size);
    const skippable = compression === "zstd" ? skippableFrame(start) : undefined;
    if (skippable !== undefined) {
      at += skippable;
      continue;
    }
    if (at > 0 && compression === "zstd" && !isFrame(start)) {
      onTrailing(size - at);
      return;
    }
    const engine = createEngine(compression);
    yield* run(engine, read, { at, size });
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

/** What `engine` makes of the packed bytes from `at`. */
async function* run(
  engine: Transform,
  read: ReadPacked,
  range: { readonly at: number; readonly size: number },
): AsyncGenerator<Uint8Array> {
  const fed = feed(engine, read, range).catch((cause: unknown) => {
    engine.destroy(cause instanceof Error ? cause : new Error(String(cause)));
  });
  try {
    for await (const chunk of engine) {
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    if (cause instanceof AibomError) {
      throw cause;
    }
    throw new UnpackBroken(cause instanceof Error ? cause.message : String(cause));
  } finally {
    engine.destroy();
    await fed;
  }
}

/**
 * Writes the packed bytes through two buffers, one of which is read into while the engine works on the other: memory of its
 * own for each chunk costs more time in the collector than reading it. Ends when everything is written, or the engine has.
 */
async function feed(
  engine: Transform,
  read: ReadPacked,
  { at, size }: { readonly at: number; readonly size: number },
): Promise<void> {
  const length = Math.min(chunkBytes, size - at);
  const buffers = [Buffer.allocUnsafeSlow(length), Buffer.allocUnsafeSlow(length)];
  const ended = new Promise<void>((resolve) => engine.once("close", resolve));
  let written: Promise<void> = Promise.resolve();
  for (let offset = at, turn = 0; offset < size; offset += chunkBytes, turn ^= 1) {
    const chunk = buffers[turn]?.subarray(0, Math.min(chunkBytes, size - offset)) ?? Buffer.alloc(0);
    read(offset, chunk);
    // The engine has let go of the other buffer when its write is done.
    await Promise.race([written, ended]);
    if (engine.destroyed || engine.writableEnded || engine.readableEnded) {
      return;
    }
    written = new Promise((resolve) => engine.write(chunk, () => resolve()));
  }
  engine.end();
}

/** The first bytes of a frame, as many as tell its kind. */
function readStart(read: ReadPacked, at: number, size: number): Uint8Array {
  const start = Buffer.alloc(Math.min(8, size - at));
  read(at, start);
  return start;
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
