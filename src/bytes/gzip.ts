// SPDX-License-Identifier: Apache-2.0
// Unpacks gzip members. Spec: RFC 1952.

import { unpackDeflate } from "./deflate.ts";
import { zlib } from "./node-zlib.ts";
import type { Unpacked } from "./unpacked.ts";
import { decodeName } from "./zip/entry.ts";

const flags = { headerChecksum: 0x02, extra: 0x04, name: 0x08, comment: 0x10 } as const;
const headerBytes = 10;
const trailerBytes = 8;

/** Where the deflate stream of a member starts, and the file's name if it is given. */
interface GzipHeader {
  readonly end: number;
  readonly name: string | undefined;
}

/** The header of the member at the start of `packed`; undefined if it is none. */
export function readGzipHeader(packed: Uint8Array): GzipHeader | undefined {
  const bits = packed[3] ?? 0xff;
  if (packed[0] !== 0x1f || packed[1] !== 0x8b || packed[2] !== 8 || (bits & 0xe0) !== 0) {
    return undefined;
  }
  let end = headerBytes;
  let name: string | undefined;
  if ((bits & flags.extra) !== 0) {
    end += 2 + (packed[end] ?? 0) + (packed[end + 1] ?? 0) * 256;
  }
  for (const flag of [flags.name, flags.comment]) {
    if ((bits & flag) !== 0) {
      const zero = packed.indexOf(0, end);
      if (zero < 0) {
        return undefined;
      }
      name = flag === flags.name ? decodeName(packed.subarray(end, zero)) : name;
      end = zero + 1;
    }
  }
  end += (bits & flags.headerChecksum) === 0 ? 0 : 2;
  return end > packed.length ? undefined : { end, name };
}

/** Unpacks one gzip member to at most `limit` bytes. */
export function unpackGzip(packed: Uint8Array, limit: number): Unpacked {
  const header = readGzipHeader(packed);
  if (header === undefined) {
    const reason = "it does not start like gzip";
    return { bytes: new Uint8Array(0), state: "broken", reason, consumed: 0 };
  }
  const unpacked = unpackDeflate(packed.subarray(header.end), limit);
  if (unpacked.state !== "end") {
    return unpacked;
  }
  const end = header.end + unpacked.consumed;
  if (end + trailerBytes > packed.length) {
    return { ...unpacked, state: "broken", reason: "it breaks off", consumed: 0 };
  }
  const isIntact =
    Buffer.from(packed.buffer, packed.byteOffset + end, 4).readUInt32LE() === zlib().crc32(unpacked.bytes);
  return { ...unpacked, consumed: end + trailerBytes, isIntact };
}
