// SPDX-License-Identifier: Apache-2.0
// The Huffman codes of a bzip2 block: up to six tables, of which every fifty symbols choose one.

import { BrokenStream } from "../unpacked.ts";
import type { BitReader } from "./bit-reader.ts";

const maxCodeLength = 20;
const groupSize = 50;

/** Huffman code of one table: of each length the first code, and the symbols in the order of their codes. */
export interface Code {
  /** The largest code of each length, and what turns a code into an index of `symbols`. */
  readonly limits: Int32Array;
  readonly offsets: Int32Array;
  readonly symbols: Uint16Array;
  readonly shortest: number;
  readonly longest: number;
}

/** Which table each group of fifty symbols uses, move-to-front and in unary. */
export function readSelectors(input: BitReader, count: number, tables: number): Uint8Array {
  const order = Uint8Array.from({ length: tables }, (_, index) => index);
  const selectors = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) {
    let index = 0;
    while (input.bit() === 1) {
      index += 1;
      if (index >= tables) {
        throw new BrokenStream("a selector names no table");
      }
    }
    selectors[at] = moveToFront(order, index);
  }
  return selectors;
}

export function readCode(input: BitReader, symbolCount: number): Code {
  const lengths = new Uint8Array(symbolCount);
  let length = input.bits(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (length < 1 || length > maxCodeLength) {
        throw new BrokenStream("a Huffman code has no valid length");
      }
      if (input.bit() === 0) {
        break;
      }
      length += input.bit() === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return buildCode(lengths);
}

function buildCode(lengths: Uint8Array): Code {
  const limits = new Int32Array(maxCodeLength + 2).fill(-1);
  const offsets = new Int32Array(maxCodeLength + 2);
  const symbols = new Uint16Array(lengths.length);
  let index = 0;
  let code = 0;
  for (let length = 1; length <= maxCodeLength; length += 1) {
    offsets[length] = index - code;
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] === length) {
        symbols[index] = symbol;
        index += 1;
        code += 1;
      }
    }
    limits[length] = code - 1;
    code <<= 1;
  }
  const longest = lengths.reduce((max, length) => Math.max(max, length), 0);
  const shortest = lengths.reduce((min, length) => Math.min(min, length), maxCodeLength);
  return { limits, offsets, symbols, shortest, longest };
}

/** Reads symbols one after the other; every fifty the next table is used. */
export function symbolReader(input: BitReader, selectors: Uint8Array, codes: readonly Code[]): () => number {
  let group = -1;
  let left = 0;
  let code: Code | undefined;
  return () => {
    if (left === 0) {
      group += 1;
      left = groupSize;
      code = codes[selectors[group] ?? -1];
    }
    if (code === undefined) {
      throw new BrokenStream("a block has more symbols than it says");
    }
    left -= 1;
    return readSymbol(input, code);
  };
}

function readSymbol(input: BitReader, code: Code): number {
  let length = code.shortest;
  let value = input.bits(length);
  while (length <= code.longest) {
    if (value <= (code.limits[length] ?? -1)) {
      const symbol = code.symbols[value + (code.offsets[length] ?? 0)];
      if (symbol === undefined) {
        break;
      }
      return symbol;
    }
    length += 1;
    value = (value << 1) | input.bit();
  }
  throw new BrokenStream("a Huffman code is none of its table");
}

/** Takes out the value at an index and puts it to the front. */
export function moveToFront(list: Uint8Array, index: number): number {
  const value = list[index];
  if (value === undefined) {
    throw new BrokenStream("a symbol is none of the block");
  }
  list.copyWithin(1, 0, index);
  list[0] = value;
  return value;
}
