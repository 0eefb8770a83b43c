// SPDX-License-Identifier: Apache-2.0
// Unpacks LZ4 frames. Spec: LZ4 Frame Format 1.6.4, LZ4 Block Format. Leaves out checksums (xxHash) and frames that
// need a dictionary.

import { OutputBuffer } from "./output-buffer.ts";
import { BrokenStream, collect, type Unpacked } from "./unpacked.ts";

const flags = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;

/** Unpacks one LZ4 frame to at most `limit` bytes. */
export function unpackLz4(packed: Uint8Array, limit: number): Unpacked {
  const output = new OutputBuffer(limit);
  return collect(output, () => ({ consumed: readFrame(packed, output) }));
}

function readFrame(packed: Uint8Array, output: OutputBuffer): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const u32 = (at: number): number => {
    if (at + 4 > packed.length) {
      throw new BrokenStream("it breaks off");
    }
    return view.getUint32(at, true);
  };
  const descriptor = packed[4] ?? 0;
  if (u32(0) !== 0x184d2204 || descriptor >> 6 !== 1) {
    throw new BrokenStream("it does not start like an LZ4 frame");
  }
  if ((descriptor & flags.dictionary) !== 0) {
    throw new BrokenStream("it needs a dictionary");
  }
  let at = 7 + ((descriptor & flags.contentSize) === 0 ? 0 : 8);
  while (!output.isFull) {
    const word = u32(at);
    at += 4;
    if (word === 0) {
      return at + ((descriptor & flags.contentChecksum) === 0 ? 0 : 4);
    }
    const size = word & 0x7fffffff;
    const end = at + size;
    if (end > packed.length) {
      decodeBlock(packed, at, packed.length, output, word >>> 31 === 1);
      throw new BrokenStream("it breaks off");
    }
    decodeBlock(packed, at, end, output, word >>> 31 === 1);
    at = end + ((descriptor & flags.blockChecksum) === 0 ? 0 : 4);
  }
  return at;
}

/** Sequences of literals and matches; matches may reach into earlier blocks. */
function decodeBlock(
  packed: Uint8Array,
  start: number,
  end: number,
  output: OutputBuffer,
  isStored: boolean,
): void {
  if (isStored) {
    output.append(packed.subarray(start, end));
    return;
  }
  let at = start;
  const extended = (first: number): number => {
    let length = first;
    for (let byte = 255; first === 15 && byte === 255; at += 1) {
      if (at >= end) {
        throw new BrokenStream("it breaks off");
      }
      byte = packed[at] ?? 0;
      length += byte;
    }
    return length;
  };
  while (at < end && !output.isFull) {
    const token = packed[at] ?? 0;
    at += 1;
    const literals = extended(token >> 4);
    if (literals > end - at) {
      throw new BrokenStream("it breaks off");
    }
    output.append(packed.subarray(at, at + literals));
    at += literals;
    if (at >= end) {
      return;
    }
    const distance = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    at += 2;
    const length = extended(token & 15) + 4;
    if (distance === 0 || distance > output.length) {
      throw new BrokenStream("a match lies before its start");
    }
    output.copy(distance, length);
  }
}
