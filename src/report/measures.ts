// SPDX-License-Identifier: Apache-2.0
// Sizes and digests as people compare them.

import { type Digest, formatDigest } from "../model/digest.ts";
import { counted } from "./counted.ts";

/** Sixteen digits are what people compare; JSON reports have them all. */
export function shortDigest(digest: Digest): string {
  return formatDigest({ ...digest, hex: digest.hex.slice(0, 16) });
}

const byteUnits = ["kB", "MB", "GB", "TB", "PB"];

/** Decimal units with one digit after the point, as disks and downloads are counted. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = "bytes";
  for (const larger of byteUnits) {
    if (amount < 1000) {
      break;
    }
    amount /= 1000;
    unit = larger;
  }
  return unit === "bytes" ? counted(bytes, "byte") : `${amount.toFixed(1)} ${unit}`;
}
