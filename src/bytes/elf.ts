// SPDX-License-Identifier: Apache-2.0
// The tables of an ELF file (System V gABI, chapters 4 and 5): sections by name, segments by address. Both byte orders and
// word sizes. Every offset and length is compared with the file before it is used; nothing is run or relocated.

import { limits } from "../limits.ts";
import type { ByteSource } from "./byte-source.ts";
import { hasMagicAt } from "./magic.ts";

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

interface ElfSegment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

const magic = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46);
const noBits = 8;
const loaded = 1;

/** An ELF file with its tables read; see `openElf`. */
export class ElfFile {
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly sections: readonly ElfSection[];
  readonly #file: ByteSource;
  readonly #segments: readonly ElfSegment[];

  constructor(file: ByteSource) {
    this.#file = file;
    const ident = file.read(0, 16);
    this.is64 = ident[4] === 2;
    this.littleEndian = ident[5] !== 2;
    const header = this.#view(0, this.is64 ? 64 : 52);
    const at = this.is64
      ? { segments: 32, sections: 40, segmentSize: 54 }
      : { segments: 28, sections: 32, segmentSize: 42 };
    const u16 = (offset: number): number => header.getUint16(offset, this.littleEndian);
    const counts = {
      segments: u16(at.segmentSize + 2),
      sections: u16(at.segmentSize + 6),
      names: u16(at.segmentSize + 8),
    };
    this.#segments = this.#readSegments(
      this.#word(header, at.segments),
      u16(at.segmentSize),
      counts.segments,
    );
    this.sections = this.#readSections(
      this.#word(header, at.sections),
      u16(at.segmentSize + 4),
      counts.sections,
      counts.names,
    );
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((each) => each.name === name);
  }

  /** The bytes of a section, `most` at most; undefined if they do not lie in the file. */
  bytes({ type, offset, size }: ElfSection, most: number): Uint8Array | undefined {
    const isThere = type !== noBits && size <= most && offset + size <= this.#file.size;
    return isThere ? this.#file.read(offset, size) : undefined;
  }

  /** `length` bytes from a virtual address; undefined if no segment of the file has them. */
  atAddress(address: number, length: number): Uint8Array | undefined {
    const segment = this.#segments.find(
      (each) =>
        each.type === loaded && address >= each.address && address + length <= each.address + each.fileSize,
    );
    const offset = segment === undefined ? -1 : segment.offset + address - segment.address;
    const isThere = offset >= 0 && length <= limits.maxBuildRecordBytes && offset + length <= this.#file.size;
    return isThere ? this.#file.read(offset, length) : undefined;
  }

  /** A word of the file's own size; larger than 2^53 it is inexact, and then no offset of any file. */
  #word(view: DataView, offset: number): number {
    return this.is64
      ? Number(view.getBigUint64(offset, this.littleEndian))
      : view.getUint32(offset, this.littleEndian);
  }

  #view(offset: number, length: number): DataView {
    const bytes = this.#file.read(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #table(offset: number, entrySize: number, count: number, least: number): DataView | undefined {
    const length = entrySize * count;
    const isThere = offset > 0 && entrySize >= least && count > 0 && offset + length <= this.#file.size;
    return isThere && count <= limits.maxElfSections && length <= limits.maxReadBytes
      ? this.#view(offset, length)
      : undefined;
  }

  #readSegments(offset: number, entrySize: number, count: number): readonly ElfSegment[] {
    const table = this.#table(offset, entrySize, count, this.is64 ? 56 : 32);
    const at = this.is64 ? { offset: 8, address: 16, fileSize: 32 } : { offset: 4, address: 8, fileSize: 16 };
    return table === undefined
      ? []
      : Array.from({ length: count }, (_, index) => {
          const start = index * entrySize;
          return {
            type: table.getUint32(start, this.littleEndian),
            offset: this.#word(table, start + at.offset),
            address: this.#word(table, start + at.address),
            fileSize: this.#word(table, start + at.fileSize),
          };
        });
  }

  #readSections(offset: number, entrySize: number, count: number, namesIndex: number): readonly ElfSection[] {
    const table = this.#table(offset, entrySize, count, this.is64 ? 64 : 40);
    if (table === undefined) {
      return [];
    }
    const at = this.is64 ? { address: 16, offset: 24, size: 32 } : { address: 12, offset: 16, size: 20 };
    const raw = Array.from({ length: count }, (_, index) => {
      const start = index * entrySize;
      return {
        nameAt: table.getUint32(start, this.littleEndian),
        name: "",
        type: table.getUint32(start + 4, this.littleEndian),
        address: this.#word(table, start + at.address),
        offset: this.#word(table, start + at.offset),
        size: this.#word(table, start + at.size),
      };
    });
    const namesSection = raw[namesIndex];
    const names =
      namesSection === undefined ? undefined : this.bytes(namesSection, limits.maxBuildRecordBytes);
    return raw.map(({ nameAt, ...section }) => ({
      ...section,
      name: names === undefined ? "" : zeroEnded(names, nameAt),
    }));
  }
}

/** Texts of ELF end with a zero. */
export function zeroEnded(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  const most = Math.min(end < 0 ? bytes.length : end, at + 4096);
  return Buffer.from(
    bytes.buffer,
    bytes.byteOffset + Math.min(at, bytes.length),
    Math.max(0, most - at),
  ).toString("utf8");
}

/** The tables of an ELF file; undefined if it is none. @throws {AibomError} BYTES_OUT_OF_RANGE if it ends in its header */
export function openElf(file: ByteSource): ElfFile | undefined {
  return file.size >= 52 && hasMagicAt(file.read(0, 4), magic) ? new ElfFile(file) : undefined;
}
