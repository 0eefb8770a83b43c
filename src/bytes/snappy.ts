// SPDX-License-Identifier: Apache-2.0
// Unpacks one raw Snappy block, as Avro files have them. Spec: snappy/format_description.txt. Leaves out the framing
// format, which no model or dataset uses.

import { OutputBuffer } from "./output-buffer.ts";
import { BrokenStream, collect, type Unpacked } from "./unpacked.ts";

/** Unpacks a block to at most `limit` bytes. */
export function unpackSnappy(packed: Uint8Array, limit: number): Unpacked {
  const { size, at } = readSize(packed);
  const output = new OutputBuffer(limit, Math.min(limit, size ?? 0, packed.length * maxRatio));
  return collect(output, () => {
    if (size === undefined) {
      throw new BrokenStream("it does not say how long it is");
    }
    readElements(packed, at, output);
    if (!output.isFull && output.length !== size) {
      throw new BrokenStream(`it says ${size} bytes and has ${output.length}`);
    }
    return { consumed: packed.length };
  });
}

/** A copy of three bytes makes 64 at most. */
const maxRatio = 22;

/** The length in front, of up to 32 bits. */
function readSize(packed: Uint8Array): { readonly size?: number; readonly at: number } {
  let size = 0;
  for (let at = 0; at < Math.min(5, packed.length); at += 1) {
    const byte = packed[at] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) {
      return size < 2 ** 32 ? { size, at: at + 1 } : { at };
    }
  }
  return { at: 0 };
}

/** Literals, and copies of what came before. */
function readElements(packed: Uint8Array, start: number, output: OutputBuffer): void {
  let at = start;
  const little = (bytes: number): number => {
    if (at + bytes > packed.length) {
      throw new BrokenStream("it breaks off");
    }
    let value = 0;
    for (let index = 0; index < bytes; index += 1) {
      value += (packed[at + index] ?? 0) * 2 ** (8 * index);
    }
    at += bytes;
    return value;
  };
  while (at < packed.length && !output.isFull) {
    const tag = little(1);
    const high = tag >> 2;
    if ((tag & 3) === 0) {
      // Lengths above 60 follow in one to four bytes.
      const length = 1 + (high < 60 ? high : little(high - 59));
      if (length > packed.length - at) {
        throw new BrokenStream("it breaks off");
      }
      output.append(packed.subarray(at, at + length));
      at += length;
      continue;
    }
    const isShort = (tag & 3) === 1;
    const length = isShort ? 4 + (high & 7) : 1 + high;
    const distance = isShort ? (tag >> 5) * 256 + little(1) : little((tag & 3) === 2 ? 2 : 4);
    if (distance === 0 || distance > output.length) {
      throw new BrokenStream("a copy lies before its start");
    }
    output.copy(distance, length);
  }
}
