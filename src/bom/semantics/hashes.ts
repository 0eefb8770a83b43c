// SPDX-License-Identifier: Apache-2.0
// A hash value has the length of its algorithm and is written in lower case. The schema only knows a list of
// lengths for all algorithms together.

import { isJsonArray, isJsonObject, type JsonValue } from "../../bytes/json.ts";
import { pointerTo, type Report, type SemanticCheck, type Site } from "./check.ts";

/** Hexadecimal digits by `hash-alg` of CycloneDX 1.7. */
const hexLengths = new Map<string, number>([
  ["MD5", 32],
  ["SHA-1", 40],
  ["SHA-256", 64],
  ["SHA-384", 96],
  ["SHA-512", 128],
  ["SHA3-256", 64],
  ["SHA3-384", 96],
  ["SHA3-512", 128],
  ["BLAKE2b-256", 64],
  ["BLAKE2b-384", 96],
  ["BLAKE2b-512", 128],
  ["BLAKE3", 64],
  ["Streebog-256", 64],
  ["Streebog-512", 128],
]);

/** Every `hashes` list. */
export function hashes(): SemanticCheck {
  return {
    members: {
      hashes(value: JsonValue, site: Site, key: string, report: Report) {
        for (const [index, hash] of (isJsonArray(value) ? value : []).entries()) {
          if (isJsonObject(hash)) {
            checkHash(hash["alg"], hash["content"], () => pointerTo(site, key, index, "content"), report);
          }
        }
      },
    },
  };
}

function checkHash(
  algorithm: JsonValue | undefined,
  content: JsonValue | undefined,
  pointer: () => string,
  report: Report,
): void {
  if (typeof algorithm !== "string" || typeof content !== "string") {
    return;
  }
  const expected = hexLengths.get(algorithm);
  if (expected !== undefined && content.length !== expected) {
    report.add("BOM_HASH_LENGTH", pointer, { algorithm, given: content.length, expected });
  }
  if (content !== content.toLowerCase()) {
    report.add("BOM_HASH_CASE", pointer, { algorithm });
  }
}
