// SPDX-License-Identifier: Apache-2.0
// Unpacks `.lzma` files: a header of 13 bytes and one LZMA stream. Spec: "The .lzma File Format" of XZ Utils.

import { LzmaDecoder, type LzmaProperties, lzmaProperties } from "./lzma.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { collect, type Unpacked } from "./unpacked.ts";

export const lzmaHeaderBytes = 13;

/** What stands in front of the stream. */
export interface LzmaHeader {
  readonly properties: LzmaProperties;
  readonly dictionaryBytes: number;
  /** Undefined if the stream ends with a mark instead. */
  readonly size: number | undefined;
}

/** The header at the start of `packed`; undefined if there is none. */
export function readLzmaHeader(packed: Uint8Array): LzmaHeader | undefined {
  const properties = lzmaProperties(packed[0] ?? 0xff);
  if (properties === undefined || packed.length < lzmaHeaderBytes) {
    return undefined;
  }
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const size = view.getBigUint64(5, true);
  const isKnown = size !== 0xffff_ffff_ffff_ffffn;
  return { properties, dictionaryBytes: view.getUint32(1, true), size: isKnown ? Number(size) : undefined };
}

/** Unpacks a `.lzma` file to at most `limit` bytes. */
export function unpackLzmaAlone(packed: Uint8Array, limit: number): Unpacked {
  const header = readLzmaHeader(packed);
  if (header === undefined) {
    const reason = "it does not start like LZMA";
    return { bytes: new Uint8Array(0), state: "broken", reason, consumed: 0 };
  }
  return unpackLzma(packed, lzmaHeaderBytes, header, limit);
}

/** Unpacks the LZMA stream that starts at a place in `packed`. */
export function unpackLzma(packed: Uint8Array, start: number, header: LzmaHeader, limit: number): Unpacked {
  const output = new OutputBuffer(limit, Math.min(header.size ?? 0, limit, packed.length * 8));
  const unpacked = collect(output, () => {
    const decoder = new LzmaDecoder(output, header.properties, header.dictionaryBytes);
    return { consumed: decoder.decode(packed, start, packed.length, header.size) };
  });
  const isCut = unpacked.state === "end" && (header.size ?? 0) > output.length;
  return isCut ? { ...unpacked, state: "limit" } : unpacked;
}
