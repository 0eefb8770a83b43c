// SPDX-License-Identifier: Apache-2.0
// Reads the literal that an opcode of a pickle pushes, at the moment it is needed.

import { limits } from "../../limits.ts";
import type { PickleInput } from "./input.ts";

const latin1 = new TextDecoder("latin1");

/** Where the bytes of a text or of a byte string lie. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** Opcodes of texts and byte strings with a length in front: how many bytes it takes. */
const lengthBytes: ReadonlyMap<number, number> = new Map([
  [0x55, 1], // U SHORT_BINSTRING
  [0x54, 4], // T BINSTRING
  [0x8c, 1], // SHORT_BINUNICODE
  [0x58, 4], // X BINUNICODE
  [0x8d, 8], // BINUNICODE8
  [0x43, 1], // C SHORT_BINBYTES
  [0x42, 4], // B BINBYTES
  [0x8e, 8], // BINBYTES8
  [0x96, 8], // BYTEARRAY8
]);

const textOpcodes: ReadonlySet<number> = new Set([0x55, 0x54, 0x8c, 0x58, 0x8d]);
const STRING = 0x53;
const UNICODE = 0x56;

/** The text at a place; undefined if no text lies there or it is longer than any name. */
export function textAt(input: PickleInput, place: number): string | undefined {
  const opcode = input.byteAt(place);
  if (opcode === STRING || opcode === UNICODE) {
    const line = lineAt(input, place + 1);
    return line === undefined ? undefined : opcode === STRING ? unquoted(line) : unescapedUnicode(line);
  }
  const span = textOpcodes.has(opcode) ? spanAt(input, place) : undefined;
  return span === undefined || span.length > limits.maxNameBytes
    ? undefined
    : input.utf8At(span.start, span.length);
}

/** Where the bytes of a text or byte string with a length lie; undefined for other literals. */
export function spanAt(input: PickleInput, place: number): Span | undefined {
  const width = lengthBytes.get(input.byteAt(place));
  if (width === undefined) {
    return undefined;
  }
  const length = input.unsignedAt(place + 1, width);
  return { start: place + 1 + width, length };
}

/** The integer at a place; undefined if no integer lies there or a double cannot hold it. */
export function integerAt(input: PickleInput, place: number): number | undefined {
  const value = integer(input, place);
  return Number.isSafeInteger(value) ? value : undefined;
}

function integer(input: PickleInput, place: number): number | undefined {
  const at = place + 1;
  switch (input.byteAt(place)) {
    case 0x4b: // K BININT1
      return input.byteAt(at);
    case 0x4d: // M BININT2
      return input.unsignedAt(at, 2);
    case 0x4a: // J BININT
      return input.unsignedAt(at, 4) | 0;
    case 0x8a: // LONG1
      return input.byteAt(at) > 8 ? undefined : twosComplement(input.bytesAt(at + 1, input.byteAt(at)));
    case 0x49: // I INT
    case 0x4c: // L LONG
      return Number.parseInt(lineAt(input, at) ?? "", 10);
    default:
      return undefined;
  }
}

function twosComplement(bytes: Uint8Array): number {
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return Number(BigInt.asIntN(bytes.length * 8, value));
}

/** The rest of a line as Latin-1; undefined if it is longer than any name. */
function lineAt(input: PickleInput, start: number): string | undefined {
  const length = Math.min(limits.maxNameBytes + 1, input.end - start);
  const bytes = input.bytesAt(start, length);
  const end = bytes.indexOf(0x0a);
  return end < 0 ? undefined : latin1.decode(bytes.subarray(0, end));
}

/** A Python string literal as protocol 0 writes it, without prefix. */
function unquoted(line: string): string | undefined {
  const text = line.trim();
  const quote = text.at(0);
  if (text.length < 2 || quote !== text.at(-1) || (quote !== "'" && quote !== '"')) {
    return undefined;
  }
  return text
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, (whole, code: string) => unescaped(whole, code));
}

const shortEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

function unescaped(whole: string, code: string): string {
  if (code.startsWith("x") && code.length === 3) {
    return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  }
  if (/^[0-7]/.test(code)) {
    return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
  }
  return Object.hasOwn(shortEscapes, code) ? (shortEscapes[code] ?? whole) : whole;
}

/** Python's raw-unicode-escape: Latin-1 with `\uXXXX` and `\UXXXXXXXX` behind an odd number of backslashes. */
function unescapedUnicode(line: string): string {
  return line.replace(/(\\+)(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (whole, slashes, short, long) => {
    const code = Number.parseInt(short ?? long, 16);
    const isEscape = slashes.length % 2 === 1 && code <= 0x10ffff;
    return isEscape ? slashes.slice(1) + String.fromCodePoint(code) : whole;
  });
}
