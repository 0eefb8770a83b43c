// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli, RFC 3720 appendix B.4), as TFRecord uses it, masked. For short inputs: lengths, not data.

import { lazy } from "../lazy.ts";

const polynomial = 0x82f63b78;

const remainders = lazy(() =>
  Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) {
      value = (value & 1) === 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    }
    return value;
  }),
);

/** The checksum of `length` bytes from `start`. */
export function crc32c(bytes: Uint8Array, start: number, length: number): number {
  const table = remainders();
  let crc = 0xffff_ffff;
  for (let at = start; at < start + length; at += 1) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** The checksum rotated and shifted, so that a checksum of data that holds checksums stays good. */
export function maskedCrc32c(bytes: Uint8Array, start: number, length: number): number {
  const crc = crc32c(bytes, start, length);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
