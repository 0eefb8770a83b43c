// SPDX-License-Identifier: Apache-2.0
// Reads one large range with several reads in flight on libuv's threads, so that this thread only hashes.
// For a single file, whose digest cannot be split over cores, this reaches the rate of the hash itself.

import { read } from "node:fs";
import { aheadBuffers } from "./buffers.ts";
import { FileFault } from "./fault.ts";

/** Calls `consume` with the bytes from `start` to `end`, in order. The bytes are valid during the call only. */
export async function readAhead(
  descriptor: number,
  start: number,
  end: number,
  consume: (bytes: Uint8Array, position: number) => void,
): Promise<void> {
  const slots = aheadBuffers().map((buffer): Slot => ({ buffer, pending: undefined }));
  let next = start;
  const refill = (slot: Slot): void => {
    const length = Math.min(slot.buffer.length, end - next);
    slot.pending = length > 0 ? fill(descriptor, slot.buffer.subarray(0, length), next) : undefined;
    // A read that fails before its turn is reported in its turn; until then it must not count as unhandled.
    slot.pending?.catch(() => undefined);
    next += Math.max(length, 0);
  };
  for (const slot of slots) {
    refill(slot);
  }
  try {
    let position = start;
    for (let turn = 0; position < end; turn++) {
      const slot = slots[turn % slots.length];
      const bytes = await slot?.pending;
      if (slot === undefined || bytes === undefined) {
        throw new FileFault("changed");
      }
      consume(bytes, position);
      position += bytes.length;
      refill(slot);
    }
  } finally {
    // The descriptor is closed next and the buffers are reused: no read may be under way any more.
    await Promise.allSettled(slots.map((slot) => slot.pending));
  }
}

interface Slot {
  readonly buffer: Uint8Array;
  pending: Promise<Uint8Array> | undefined;
}

async function fill(descriptor: number, target: Uint8Array, position: number): Promise<Uint8Array> {
  for (let filled = 0; filled < target.length; ) {
    const count = await readOnce(descriptor, target.subarray(filled), position + filled);
    if (count === 0) {
      throw new FileFault("changed");
    }
    filled += count;
  }
  return target;
}

function readOnce(descriptor: number, target: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, 0, target.length, position, (error, count) => {
      if (error === null) {
        resolve(count);
      } else {
        reject(error);
      }
    });
  });
}
