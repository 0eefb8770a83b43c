// SPDX-License-Identifier: Apache-2.0
// The LZMA decoder: range coder, literals, matches. Spec: I. Pavlov, "LZMA specification (draft)" of the LZMA SDK
// 9.22. lzma2.ts cuts it into chunks; xz.ts and seven-zip.ts are the containers that
// use it.

import type { OutputBuffer } from "./output-buffer.ts";
import { BrokenStream } from "./unpacked.ts";

/** How literals and positions are modelled. */
export interface LzmaProperties {
  readonly literalContextBits: number;
  readonly literalPositionBits: number;
  readonly positionBits: number;
}

/** Of the properties byte `(pb * 5 + lp) * 9 + lc`; undefined if it is none. */
export function lzmaProperties(byte: number): LzmaProperties | undefined {
  return byte >= 9 * 5 * 5
    ? undefined
    : {
        literalContextBits: byte % 9,
        literalPositionBits: Math.floor(byte / 9) % 5,
        positionBits: Math.floor(byte / 45),
      };
}

const probabilityBits = 11;
const half = 1 << (probabilityBits - 1);
const moveBits = 5;
const states = 12;

class RangeDecoder {
  readonly #input: Uint8Array;
  #at: number;
  readonly #end: number;
  #range = 0xffffffff;
  #code = 0;

  constructor(input: Uint8Array, start: number, end: number) {
    this.#input = input;
    this.#at = start;
    this.#end = end;
    if (this.#next() !== 0) {
      throw new BrokenStream("its first byte is not zero");
    }
    for (let count = 0; count < 4; count += 1) {
      this.#code = ((this.#code << 8) | this.#next()) >>> 0;
    }
  }

  get position(): number {
    return this.#at;
  }

  /** At the end of a stream nothing is left over. */
  get isFinished(): boolean {
    return this.#code === 0;
  }

  #next(): number {
    if (this.#at >= this.#end) {
      throw new BrokenStream("it breaks off");
    }
    const byte = this.#input[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }

  /** One bit with the probability at an index of a model, which learns from it. */
  bit(model: Uint16Array, index: number): number {
    const probability = model[index] ?? half;
    const bound = (this.#range >>> probabilityBits) * probability;
    let symbol: number;
    if (this.#code < bound) {
      this.#range = bound;
      model[index] = probability + (((1 << probabilityBits) - probability) >> moveBits);
      symbol = 0;
    } else {
      this.#range -= bound;
      this.#code -= bound;
      model[index] = probability - (probability >> moveBits);
      symbol = 1;
    }
    if (this.#range < 0x1000000) {
      this.#normalise();
    }
    return symbol;
  }

  #normalise(): void {
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  directBits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      this.#range >>>= 1;
      const isOne = this.#code >= this.#range;
      if (isOne) {
        this.#code -= this.#range;
      }
      value = value * 2 + (isOne ? 1 : 0);
      if (this.#range < 0x1000000) {
        this.#normalise();
      }
    }
    return value;
  }

  /** A number of `count` bits, the highest first, along a tree of probabilities. */
  tree(model: Uint16Array, offset: number, count: number): number {
    let node = 1;
    for (let left = count; left > 0; left -= 1) {
      node = (node << 1) | this.bit(model, offset + node);
    }
    return node - (1 << count);
  }

  /** The same with the lowest bit first. */
  reverseTree(model: Uint16Array, offset: number, count: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      const bit = this.bit(model, offset + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }
}

function model(size: number): Uint16Array {
  return new Uint16Array(size).fill(half);
}

/** Lengths of matches, 0 standing for 2. */
class LengthDecoder {
  readonly #choice = model(2);
  readonly #low = model(16 << 3);
  readonly #middle = model(16 << 3);
  readonly #high = model(256);

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.#choice, 0) === 0) {
      return range.tree(this.#low, positionState << 3, 3);
    }
    return range.bit(this.#choice, 1) === 0
      ? 8 + range.tree(this.#middle, positionState << 3, 3)
      : 16 + range.tree(this.#high, 0, 8);
  }

  reset(): void {
    for (const each of [this.#choice, this.#low, this.#middle, this.#high]) {
      each.fill(half);
    }
  }
}

/** Decodes LZMA into an output, which is its dictionary too. Keeps its state between the chunks of LZMA2. */
export class LzmaDecoder {
  readonly #output: OutputBuffer;
  readonly #dictionaryBytes: number;
  /** Where the dictionary starts in the output: it was emptied there. */
  #dictionaryStart: number;
  #properties: LzmaProperties;
  #literals: Uint16Array;
  readonly #isMatch = model(states << 4);
  readonly #isRepeat = model(states);
  readonly #isRepeat0 = model(states);
  readonly #isRepeat1 = model(states);
  readonly #isRepeat2 = model(states);
  readonly #isRepeat0Long = model(states << 4);
  readonly #slots = model(4 << 6);
  readonly #distances = model(128);
  readonly #align = model(16);
  readonly #lengths = new LengthDecoder();
  readonly #repeatLengths = new LengthDecoder();
  #state = 0;
  #repeats: [number, number, number, number] = [0, 0, 0, 0];

  constructor(output: OutputBuffer, properties: LzmaProperties, dictionaryBytes: number) {
    this.#output = output;
    this.#dictionaryBytes = Math.max(dictionaryBytes, 4096);
    this.#dictionaryStart = output.length;
    this.#properties = properties;
    this.#literals = model(literalModelSize(properties));
  }

  resetDictionary(): void {
    this.#dictionaryStart = this.#output.length;
  }

  /** Forgets what was learnt, and takes new properties where they are given. */
  resetState(properties = this.#properties): void {
    this.#properties = properties;
    this.#literals = model(literalModelSize(properties));
    const { positionBits } = properties;
    if (positionBits > 4) {
      throw new BrokenStream("its properties are out of range");
    }
    for (const each of [this.#isMatch, this.#isRepeat, this.#isRepeat0, this.#isRepeat1, this.#isRepeat2]) {
      each.fill(half);
    }
    for (const each of [this.#isRepeat0Long, this.#slots, this.#distances, this.#align]) {
      each.fill(half);
    }
    this.#lengths.reset();
    this.#repeatLengths.reset();
    this.#state = 0;
    this.#repeats = [0, 0, 0, 0];
  }

  /**
   * Decodes `size` bytes, or up to the end mark if it is undefined. Returns the place in `input` behind the last
   * byte used.
   * @throws {BrokenStream}
   */
  decode(input: Uint8Array, start: number, end: number, size: number | undefined): number {
    const range = new RangeDecoder(input, start, end);
    const output = this.#output;
    const { positionBits } = this.#properties;
    const positionMask = (1 << positionBits) - 1;
    const stop = size === undefined ? Number.POSITIVE_INFINITY : output.length + size;
    while (output.length < stop && !output.isFull) {
      const positionState = (output.length - this.#dictionaryStart) & positionMask;
      if (range.bit(this.#isMatch, (this.#state << 4) + positionState) === 0) {
        this.#literal(range);
        continue;
      }
      const length = this.#match(range, positionState);
      if (length === undefined) {
        if (size !== undefined && output.length < stop) {
          throw new BrokenStream("it ends before its stated size");
        }
        return range.position;
      }
      const distance = this.#repeats[0] + 1;
      const known = output.length - this.#dictionaryStart;
      if (distance > known || distance > this.#dictionaryBytes) {
        throw new BrokenStream("a match lies before its dictionary");
      }
      if (length > stop - output.length) {
        output.copy(distance, stop - output.length);
        throw new BrokenStream("a match reaches beyond its stated size");
      }
      output.copy(distance, length);
    }
    return range.position;
  }

  #literal(range: RangeDecoder): void {
    const output = this.#output;
    const { literalContextBits, literalPositionBits } = this.#properties;
    const position = output.length - this.#dictionaryStart;
    const previous = position > 0 ? output.back(1) : 0;
    const context =
      ((position & ((1 << literalPositionBits) - 1)) << literalContextBits) +
      (previous >> (8 - literalContextBits));
    const offset = 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7 && this.#repeats[0] < position) {
      let matched = output.back(this.#repeats[0] + 1);
      do {
        const matchBit = (matched >> 7) & 1;
        matched <<= 1;
        const bit = range.bit(this.#literals, offset + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) {
          break;
        }
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) {
      symbol = (symbol << 1) | range.bit(this.#literals, offset + symbol);
    }
    output.push(symbol & 0xff);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** The length of a match, whose distance then is the first repeat; undefined at the end mark. */
  #match(range: RangeDecoder, positionState: number): number | undefined {
    const state = this.#state;
    const repeats = this.#repeats;
    if (range.bit(this.#isRepeat, state) === 0) {
      const length = this.#lengths.decode(range, positionState) + 2;
      this.#state = state < 7 ? 7 : 10;
      const distance = this.#distance(range, length);
      this.#repeats = [distance, repeats[0], repeats[1], repeats[2]];
      return distance === 0xffffffff ? undefined : length;
    }
    if (range.bit(this.#isRepeat0, state) === 0) {
      if (range.bit(this.#isRepeat0Long, (state << 4) + positionState) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else if (range.bit(this.#isRepeat1, state) === 0) {
      this.#repeats = [repeats[1], repeats[0], repeats[2], repeats[3]];
    } else if (range.bit(this.#isRepeat2, state) === 0) {
      this.#repeats = [repeats[2], repeats[0], repeats[1], repeats[3]];
    } else {
      this.#repeats = [repeats[3], repeats[0], repeats[1], repeats[2]];
    }
    this.#state = state < 7 ? 8 : 11;
    return this.#repeatLengths.decode(range, positionState) + 2;
  }

  #distance(range: RangeDecoder, length: number): number {
    const slot = range.tree(this.#slots, Math.min(length - 2, 3) << 6, 6);
    if (slot < 4) {
      return slot;
    }
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    return slot < 14
      ? base + range.reverseTree(this.#distances, base - slot, bits)
      : base + range.directBits(bits - 4) * 16 + range.reverseTree(this.#align, 0, 4);
  }
}

function literalModelSize({ literalContextBits, literalPositionBits }: LzmaProperties): number {
  return 0x300 << (literalContextBits + literalPositionBits);
}
