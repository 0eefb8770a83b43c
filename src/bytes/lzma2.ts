// SPDX-License-Identifier: Apache-2.0
// LZMA2: LZMA in chunks, between which the dictionary and the model may be reset. Spec: the .xz file format 1.2.1
// §5.3.1 names it; its chunks are described in the source of XZ Utils and the LZMA SDK only.

import { LzmaDecoder, lzmaProperties } from "./lzma.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import { BrokenStream } from "./unpacked.ts";

/** Highest bit set: an LZMA chunk; below, 1 and 2 are copied, 1 with an empty dictionary. */
const control = {
  end: 0,
  copyWithReset: 1,
  copy: 2,
  lzma: 0x80,
  stateReset: 0xa0,
  properties: 0xc0,
  allReset: 0xe0,
};

/**
 * Decodes chunks up to the end mark, or until the output is full. Returns the place in `input` behind the last one.
 * @throws {BrokenStream}
 */
export function decodeLzma2(
  input: Uint8Array,
  start: number,
  output: OutputBuffer,
  dictionaryBytes: number,
): number {
  const chunks = new ChunkDecoder(input, output, dictionaryBytes);
  let at = start;
  while (!output.isFull) {
    const kind = input[at];
    if (kind === control.end) {
      return at + 1;
    }
    if (kind === undefined) {
      throw new BrokenStream("it breaks off");
    }
    at = kind < control.lzma ? chunks.copy(kind, at) : chunks.decode(kind, at);
  }
  return at;
}

class ChunkDecoder {
  readonly #input: Uint8Array;
  readonly #output: OutputBuffer;
  readonly #decoder: LzmaDecoder;
  #needsDictionary = true;
  #needsProperties = true;

  constructor(input: Uint8Array, output: OutputBuffer, dictionaryBytes: number) {
    this.#input = input;
    this.#output = output;
    const none = { literalContextBits: 0, literalPositionBits: 0, positionBits: 0 };
    this.#decoder = new LzmaDecoder(output, none, dictionaryBytes);
  }

  /** A chunk that is not compressed. */
  copy(kind: number, at: number): number {
    if (kind === control.copyWithReset) {
      this.#resetDictionary();
    }
    if (kind > control.copy || this.#needsDictionary) {
      throw new BrokenStream("a chunk starts in a wrong way");
    }
    const end = at + 3 + this.#u16(at + 1) + 1;
    this.#output.append(this.#input.subarray(at + 3, end));
    if (end > this.#input.length) {
      throw new BrokenStream("it breaks off");
    }
    return end;
  }

  decode(kind: number, at: number): number {
    if (kind >= control.allReset) {
      this.#resetDictionary();
    }
    const hasProperties = kind >= control.properties;
    if (this.#needsDictionary || (this.#needsProperties && !hasProperties)) {
      throw new BrokenStream("a chunk starts in a wrong way");
    }
    if (hasProperties) {
      const properties = lzmaProperties(this.#input[at + 5] ?? 0xff);
      if (properties === undefined || properties.literalContextBits + properties.literalPositionBits > 4) {
        throw new BrokenStream("its properties are out of range");
      }
      this.#decoder.resetState(properties);
      this.#needsProperties = false;
    } else if (kind >= control.stateReset) {
      this.#decoder.resetState();
    }
    const size = ((kind & 0x1f) << 16) + this.#u16(at + 1) + 1;
    const data = at + (hasProperties ? 6 : 5);
    const end = data + this.#u16(at + 3) + 1;
    this.#decoder.decode(this.#input, data, Math.min(end, this.#input.length), size);
    return end;
  }

  #resetDictionary(): void {
    this.#decoder.resetDictionary();
    this.#needsDictionary = false;
  }

  #u16(at: number): number {
    return ((this.#input[at] ?? 0) << 8) | (this.#input[at + 1] ?? 0);
  }
}
