// SPDX-License-Identifier: Apache-2.0
// Reads a file of any size from its start to its end, for whoever needs the bytes and not only their digest. Whether
// they are those that were hashed is for the caller to check.

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { fileError } from "../bytes/file-error.ts";

/** Bytes of a chunk at most. */
const chunkBytes = 1 << 20;

/**
 * The bytes of a file in order. Opened without blocking: a FIFO must not hang the caller.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE; the signal's reason when aborted
 */
export async function* readChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    for (;;) {
      signal?.throwIfAborted();
      // A buffer of its own for each chunk: a pipe may still hold the last one.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, null);
      if (bytesRead === 0) {
        return;
      }
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw signal?.aborted === true ? cause : fileError(cause, path);
  }
}
