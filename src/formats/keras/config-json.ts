// SPDX-License-Identifier: Apache-2.0
// The JSON of a Keras configuration. Python writes `NaN` and `Infinity`, which JSON does not have: outside of texts
// they are replaced by a number of the same length, so that offsets in errors stay right. UTF-16 and byte order marks
// are taken as well, as Python does. The rest is strict.

import { type JsonValue, parseJson } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";

const quote = 0x22;
const backslash = 0x5c;
const words = ["Infinity", "NaN"].map((word) => new TextEncoder().encode(word));

/** @throws {AibomError} as `parseJson` does */
export function parseKerasJson(bytes: Uint8Array, path: string, offset = 0): JsonValue {
  return parseJson(withoutPythonNumbers(asUtf8(bytes)), {
    path,
    offset,
    maxBytes: limits.maxKerasConfigBytes,
    maxDepth: limits.maxKerasConfigDepth,
  });
}

/** Python guesses UTF-16 by a byte order mark or by zeros (`json.detect_encoding`), and skips the mark of UTF-8. */
function asUtf8(bytes: Uint8Array): Uint8Array {
  const [first, second] = bytes;
  if (first === 0xef && second === 0xbb && bytes[2] === 0xbf) {
    return bytes.subarray(3);
  }
  const isBigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  const isLittleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  if (!isBigEndian && !isLittleEndian) {
    return bytes;
  }
  const text = new TextDecoder(isBigEndian ? "utf-16be" : "utf-16le").decode(bytes);
  return new TextEncoder().encode(text);
}

function withoutPythonNumbers(bytes: Uint8Array): Uint8Array {
  let result = bytes;
  let inText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inText && byte === backslash) {
      at += 1;
    } else if (byte === quote) {
      inText = !inText;
    } else if (!inText && (byte === 0x49 || byte === 0x4e)) {
      const word = words.find((each) => each.every((letter, index) => bytes[at + index] === letter));
      if (word !== undefined) {
        result = result === bytes ? Uint8Array.from(bytes) : result;
        // `0` and spaces: also right behind a minus sign.
        result.fill(0x20, at, at + word.length);
        result[at] = 0x30;
      }
    }
  }
  return result;
}
