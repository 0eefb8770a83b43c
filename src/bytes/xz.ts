// SPDX-License-Identifier: Apache-2.0
// Unpacks `.xz` streams: blocks of LZMA2 with checks. Spec: the .xz file format 1.2.1.
// Of the filters, LZMA2 alone and with Delta or one for machine code; that for IA-64 is refused by its number.

import { createHash } from "node:crypto";
import {
  type UndoBranches,
  undoBranchArm,
  undoBranchArm64,
  undoBranchPowerPc,
  undoBranchSparc,
  undoBranchThumb,
} from "./branch-risc.ts";
import { undoBranchX86 } from "./branch-x86.ts";
import { decodeLzma2 } from "./lzma2.ts";
import { zlib } from "./node-zlib.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { BrokenStream, collect, type Unpacked } from "./unpacked.ts";

const headerMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const headerBytes = 12;
const footerBytes = 12;
const filters = { delta: 0x03, lzma2: 0x21 } as const;

/** Those for machine code by their ids (section 5.3.2); that of IA-64 is refused by its number. */
const branches: ReadonlyMap<number, UndoBranches> = new Map([
  [0x04, undoBranchX86],
  [0x05, undoBranchPowerPc],
  [0x07, undoBranchArm],
  [0x08, undoBranchThumb],
  [0x09, undoBranchSparc],
  [0x0a, undoBranchArm64],
]);

/** Bytes of each check by its id (§2.1.1.2). */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** Unpacks one `.xz` stream to at most `limit` bytes. */
export function unpackXz(packed: Uint8Array, limit: number): Unpacked {
  const output = new OutputBuffer(limit);
  return collect(output, () => readStream(packed, output));
}

function readStream(packed: Uint8Array, output: OutputBuffer): { consumed: number; isIntact: boolean } {
  const isXz = headerMagic.every((byte, index) => packed[index] === byte) && packed[6] === 0;
  const check = packed[7] ?? 0xff;
  if (!isXz || check > 0x0f) {
    throw new BrokenStream("it does not start like xz");
  }
  let isIntact = true;
  let blocks = 0;
  let at = headerBytes;
  // A zero where a block's size would be starts the index.
  while (!output.isFull && packed[at] !== 0) {
    const block = readBlock(packed, at, check, output);
    at = block.end;
    isIntact &&= block.isIntact;
    blocks += 1;
  }
  return { consumed: output.isFull ? 0 : skipIndex(packed, at, blocks), isIntact };
}

interface BlockHeader {
  readonly end: number;
  readonly dictionaryBytes: number;
  /** Distance of the Delta filter; 0 without it. */
  readonly delta: number;
  readonly undoBranches: UndoBranches | undefined;
}

/** §3.1: size, flags, sizes if present, filters, padding, CRC-32. */
function readBlockHeader(packed: Uint8Array, start: number): BlockHeader {
  const end = start + ((packed[start] ?? 0) + 1) * 4;
  if (end > packed.length) {
    throw new BrokenStream("it breaks off");
  }
  const flags = packed[start + 1] ?? 0;
  const fields = new VariableIntegers(packed, start + 2, end - 4);
  for (const bit of [0x40, 0x80]) {
    if ((flags & bit) !== 0) {
      fields.next();
    }
  }
  let dictionaryBytes: number | undefined;
  let delta = 0;
  let undoBranches: UndoBranches | undefined;
  for (let left = (flags & 3) + 1; left > 0; left -= 1) {
    const id = fields.next();
    const properties = fields.bytes(fields.next());
    if (id === filters.lzma2 && left === 1) {
      dictionaryBytes = lzma2DictionaryBytes(properties[0] ?? 0xff);
    } else if (branches.has(id) && properties.length === 0 && undoBranches === undefined && delta === 0) {
      undoBranches = branches.get(id);
    } else if (id === filters.delta && delta === 0 && undoBranches === undefined) {
      delta = (properties[0] ?? 0) + 1;
    } else {
      throw new BrokenStream(`its filter ${id} is not supported`);
    }
  }
  if (dictionaryBytes === undefined) {
    throw new BrokenStream("a block has no valid filter");
  }
  return { end, dictionaryBytes, delta, undoBranches };
}

/** §5.3.1: two mantissas, doubling. Undefined above 4 GiB. */
export function lzma2DictionaryBytes(property: number): number | undefined {
  return property > 40 ? undefined : (2 | (property & 1)) * 2 ** ((property >> 1) + 11);
}

function readBlock(
  packed: Uint8Array,
  start: number,
  check: number,
  output: OutputBuffer,
): { readonly end: number; readonly isIntact: boolean } {
  const header = readBlockHeader(packed, start);
  const from = output.length;
  const dataEnd = decodeLzma2(packed, header.end, output, header.dictionaryBytes);
  if (output.isFull) {
    return { end: dataEnd, isIntact: true };
  }
  const bytes = output.bytes().subarray(from);
  if (header.delta > 0) {
    undoDelta(bytes, header.delta);
  }
  header.undoBranches?.(bytes);
  const checkStart = header.end + Math.ceil((dataEnd - header.end) / 4) * 4;
  const end = checkStart + (checkSizes[check] ?? 0);
  if (end > packed.length) {
    throw new BrokenStream("it breaks off");
  }
  return { end, isIntact: isRight(check, packed.subarray(checkStart, end), bytes) };
}

/** CRC-32 and SHA-256 are computed; CRC-64 and reserved checks are not. */
function isRight(check: number, stated: Uint8Array, bytes: Uint8Array): boolean {
  if (check === 1) {
    return Buffer.from(stated).readUInt32LE() === zlib().crc32(bytes);
  }
  return check !== 10 || createHash("sha256").update(bytes).digest().equals(stated);
}

/** §5.3.3: each byte is the difference to the one `distance` before it. */
export function undoDelta(bytes: Uint8Array, distance: number): void {
  for (let at = distance; at < bytes.length; at += 1) {
    bytes[at] = ((bytes[at] ?? 0) + (bytes[at - distance] ?? 0)) & 0xff;
  }
}

/** §4: number of records, two sizes for each, padding, CRC-32; then the footer. Returns where the stream ends. */
function skipIndex(packed: Uint8Array, start: number, blocks: number): number {
  const fields = new VariableIntegers(packed, start + 1, packed.length);
  const count = fields.next();
  if (count !== blocks) {
    throw new BrokenStream("its index lists another number of blocks");
  }
  for (let left = count * 2; left > 0; left -= 1) {
    fields.next();
  }
  const indexEnd = start + Math.ceil((fields.position - start) / 4) * 4 + 4;
  const end = indexEnd + footerBytes;
  if (end > packed.length || packed[end - 2] !== 0x59 || packed[end - 1] !== 0x5a) {
    throw new BrokenStream("it has no valid end");
  }
  return end;
}

/** Reads integers of seven bits a byte, the lowest first (§1.2). */
class VariableIntegers {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  position: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.position = start;
    this.#end = end;
  }

  next(): number {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      if (this.position >= this.#end) {
        throw new BrokenStream("it breaks off");
      }
      const byte = this.#bytes[this.position] ?? 0;
      this.position += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        return value;
      }
    }
    throw new BrokenStream("a number in it is too large");
  }

  bytes(length: number): Uint8Array {
    if (length > this.#end - this.position) {
      throw new BrokenStream("it breaks off");
    }
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }
}
