// SPDX-License-Identifier: Apache-2.0
// Files inside the strings of a pickle: pickles as bytes, in base64, or in Latin-1 text (how protocol 2 writes bytes),
// and archives. A loader unpickles them in a second step, and a scanner that stops at the first never sees them.
// Cheap: the first bytes of each string decide whether anybody looks further.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { memorySource } from "../../bytes/byte-source.ts";
import { windowSource } from "../../bytes/window-source.ts";
import { limits } from "../../limits.ts";
import type { PickleInput } from "./input.ts";

/** A string that may be a file of its own. */
export interface Embedded {
  readonly start: number;
  readonly length: number;
  readonly encoding: "bytes" | "base64" | "latin1";
}

const smallest = 5;
/** Bytes of a string that are looked at for the lines of a pickle of protocol 0. */
const headBytes = 96;

/** Tells whether a string may be a file, by its first bytes. */
export function embeddedIn(
  input: PickleInput,
  place: number,
  start: number,
  length: number,
): Embedded | undefined {
  if (length < smallest) {
    return undefined;
  }
  const encoding = encodingOf(input, place, start, length);
  return encoding === undefined ? undefined : { start, length, encoding };
}

function encodingOf(
  input: PickleInput,
  place: number,
  start: number,
  length: number,
): Embedded["encoding"] | undefined {
  const second = (): number => input.byteAt(start + 1);
  switch (input.byteAt(start)) {
    case 0x80: // PROTO
      return second() >= 2 && second() <= 5 ? "bytes" : undefined;
    case 0x50: // PK
      return second() === 0x4b && input.byteAt(start + 2) === 3 && input.byteAt(start + 3) === 4
        ? "bytes"
        : undefined;
    case 0xc2: // U+0080 in UTF-8
      return second() === 0x80 && input.byteAt(start + 2) <= 5 ? "latin1" : undefined;
    case 0x67: // gAI… to gAX…: PROTO 2 to 5 in base64
      return second() === 0x41 && isBetween(input.byteAt(start + 2), 0x49, 0x58) ? "base64" : undefined;
    case 0x59: // Y…: an opcode c in base64
      return isTextPickle(Buffer.from(head(input, start, length).toString("latin1"), "base64"))
        ? "base64"
        : undefined;
    case 0x28: // (
    case 0x63: // c
      // A string of protocol 0 ends with its line, so lines inside it are escaped.
      return input.byteAt(place) !== 0x53 && isTextPickle(head(input, start, length)) ? "bytes" : undefined;
    default:
      return undefined;
  }
}

function isBetween(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

function head(input: PickleInput, start: number, length: number): Buffer {
  return Buffer.from(input.bytesAt(start, Math.min(length, headBytes)));
}

/** An import as the protocols without a magic write it: opcode, module, line, name, line. */
function isTextPickle(bytes: Buffer): boolean {
  return /^\(?c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n/.test(bytes.toString("latin1"));
}

/** The string as a file. @throws {AibomError} if it cannot be read */
export function openEmbedded(source: ByteSource, { start, length, encoding }: Embedded): ByteSource {
  if (encoding === "bytes") {
    return windowSource(source, start, length);
  }
  const bytes = Buffer.from(source.read(start, Math.min(length, limits.maxEmbeddedTextBytes)));
  const decoded =
    encoding === "base64"
      ? Buffer.from(bytes.toString("latin1"), "base64")
      : Buffer.from(bytes.toString("utf8"), "latin1");
  return memorySource(decoded, source.path);
}
