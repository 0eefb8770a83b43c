// SPDX-License-Identifier: Apache-2.0
// Unpacks bzip2 streams. There is no standard; this follows the format as the bzip2 1.0.8 manual and J. Tsai's
// "BZIP2: Format Specification" (2016) describe it. Leaves out randomised blocks (bzip2 0.9.0, 1998).

import { lazy } from "../lazy.ts";
import { BitReader } from "./bzip2/bit-reader.ts";
import { type Code, moveToFront, readCode, readSelectors, symbolReader } from "./bzip2/huffman.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { BrokenStream, collect, type Unpacked } from "./unpacked.ts";

const blockMagic = 0x314159265359;
const endMagic = 0x177245385090;

/** Unpacks one bzip2 stream to at most `limit` bytes. */
export function unpackBzip2(packed: Uint8Array, limit: number): Unpacked {
  const output = new OutputBuffer(limit);
  return collect(output, () => readStream(new BitReader(packed), output));
}

function readStream(input: BitReader, output: OutputBuffer): { consumed: number; isIntact: boolean } {
  const level = (input.bits(24) === 0x425a68 ? input.bits(8) : 0) - 0x30;
  if (level < 1 || level > 9) {
    throw new BrokenStream("it does not start like bzip2");
  }
  const block = new Block(level * 100_000);
  let combined = 0;
  let isIntact = true;
  while (!output.isFull) {
    const magic = input.magic();
    if (magic === endMagic) {
      isIntact &&= input.u32() === combined;
      break;
    }
    if (magic !== blockMagic) {
      throw new BrokenStream("a block does not start where it should");
    }
    const stated = input.u32();
    const actual = block.read(input, output);
    isIntact &&= actual === stated || output.isFull;
    combined = (((combined << 1) | (combined >>> 31)) ^ stated) >>> 0;
  }
  return { consumed: input.consumed, isIntact };
}

class Block {
  /** Of the inverse transform: the next position in the upper 24 bits, the byte in the lower 8. */
  #chain = new Uint32Array(4096);
  readonly #size: number;

  /** `size` is the largest that the stream allows; memory is taken as bytes come. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Unpacks one block and returns its checksum. */
  read(input: BitReader, output: OutputBuffer): number {
    if (input.bit() === 1) {
      throw new BrokenStream("its blocks are randomised, which only bzip2 0.9.0 did");
    }
    const origin = input.bits(24);
    const symbols = readSymbols(input);
    const tableCount = input.bits(3);
    const selectorCount = input.bits(15);
    if (tableCount < 2 || tableCount > 6 || selectorCount === 0) {
      throw new BrokenStream("it has no valid number of Huffman tables");
    }
    const selectors = readSelectors(input, selectorCount, tableCount);
    const codes = Array.from({ length: tableCount }, () => readCode(input, symbols.length + 2));
    const counts = new Uint32Array(256);
    const length = this.#readValues(input, symbols, selectors, codes, counts);
    if (origin >= length) {
      throw new BrokenStream("a block's origin lies outside of it");
    }
    this.#link(counts, length);
    return this.#write(output, origin, length);
  }

  /** Huffman codes, run lengths of zeros and move-to-front undone. Returns the number of bytes. */
  #readValues(
    input: BitReader,
    symbols: Uint8Array,
    selectors: Uint8Array,
    codes: readonly Code[],
    counts: Uint32Array,
  ): number {
    const endOfBlock = symbols.length + 1;
    const next = symbolReader(input, selectors, codes);
    let length = 0;
    let run = 0;
    let weight = 1;
    for (;;) {
      const symbol = next();
      if (symbol <= 1) {
        // Two symbols write the length of a run of zeros in a binary of their own.
        run += weight << symbol;
        weight <<= 1;
        if (run > this.#size) {
          throw new BrokenStream("a block is larger than the stream allows");
        }
        continue;
      }
      if (run > 0) {
        length = this.#fill(length, run, symbols[0] ?? 0, counts);
        run = 0;
        weight = 1;
      }
      if (symbol === endOfBlock) {
        return length;
      }
      length = this.#fill(length, 1, moveToFront(symbols, symbol - 1), counts);
    }
  }

  #fill(length: number, run: number, byte: number, counts: Uint32Array): number {
    if (length + run > this.#size) {
      throw new BrokenStream("a block is larger than the stream allows");
    }
    if (length + run > this.#chain.length) {
      const grown = new Uint32Array(Math.min(this.#size, Math.max(length + run, this.#chain.length * 4)));
      grown.set(this.#chain.subarray(0, length));
      this.#chain = grown;
    }
    if (run === 1) {
      this.#chain[length] = byte;
    } else {
      this.#chain.fill(byte, length, length + run);
    }
    counts[byte] = (counts[byte] ?? 0) + run;
    return length + run;
  }

  /** The inverse of the Burrows-Wheeler transform: where in the sorted column each byte goes. */
  #link(counts: Uint32Array, length: number): void {
    const starts = new Uint32Array(256);
    let sum = 0;
    for (let byte = 0; byte < 256; byte += 1) {
      starts[byte] = sum;
      sum += counts[byte] ?? 0;
    }
    const chain = this.#chain;
    for (let at = 0; at < length; at += 1) {
      const byte = (chain[at] ?? 0) & 0xff;
      const target = starts[byte] ?? 0;
      starts[byte] = target + 1;
      chain[target] = (chain[target] ?? 0) | (at << 8);
    }
  }

  /** Follows the chain and undoes the first run-length coding: four equal bytes are followed by a count. */
  #write(output: OutputBuffer, origin: number, length: number): number {
    const chain = this.#chain;
    const crcTable = remainders();
    let entry = chain[origin] ?? 0;
    let previous = -1;
    let equal = 0;
    let crc = 0xffffffff;
    for (let left = length; left > 0 && !output.isFull; left -= 1) {
      entry = chain[entry >>> 8] ?? 0;
      const byte = entry & 0xff;
      if (equal === 4) {
        for (let count = byte; count > 0; count -= 1) {
          output.push(previous);
          crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ previous) & 0xff] ?? 0);
        }
        equal = 0;
        previous = -1;
        continue;
      }
      equal = byte === previous ? equal + 1 : 1;
      previous = byte;
      output.push(byte);
      crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] ?? 0);
    }
    return ~crc >>> 0;
  }
}

/** The bytes that occur in the block: sixteen bits say which groups of sixteen do, then sixteen for each group. */
function readSymbols(input: BitReader): Uint8Array {
  const groups = input.bits(16);
  const symbols: number[] = [];
  for (let group = 0; group < 16; group += 1) {
    const members = (groups & (0x8000 >> group)) === 0 ? 0 : input.bits(16);
    for (let member = 0; member < 16; member += 1) {
      if ((members & (0x8000 >> member)) !== 0) {
        symbols.push(group * 16 + member);
      }
    }
  }
  if (symbols.length === 0) {
    throw new BrokenStream("a block has no bytes");
  }
  return Uint8Array.from(symbols);
}

/** CRC-32 with the highest bit first, unlike zlib's. */
const remainders = lazy(() =>
  Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index << 24;
    for (let bit = 0; bit < 8; bit += 1) {
      value = (value & 0x80000000) === 0 ? value << 1 : (value << 1) ^ 0x04c11db7;
    }
    return value >>> 0;
  }),
);
