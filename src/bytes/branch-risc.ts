// SPDX-License-Identifier: Apache-2.0
// Undoes the filters of xz and 7z for machine code with instructions of fixed length: the targets of calls, which were
// written as absolute addresses because those compress better, become relative ones again. Specs: xz file format, section
// 5.3.2, and XZ Utils' own description; behaviour tested against xz.

/** A filter that is undone in place; positions count from the start of `bytes`. */
export type UndoBranches = (bytes: Uint8Array) => void;

/** Calls `convert` with each aligned instruction and its position; what it answers is written back. */
function eachWord(
  bytes: Uint8Array,
  isLittle: boolean,
  convert: (word: number, at: number) => number | undefined,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const changed = convert(view.getUint32(at, isLittle), at);
    if (changed !== undefined) {
      view.setUint32(at, changed >>> 0, isLittle);
    }
  }
}

/** BL of ARM: 24 bits of words, relative to two instructions on. */
export function undoBranchArm(bytes: Uint8Array): void {
  eachWord(bytes, true, (word, at) => {
    if (word >>> 24 !== 0xeb) {
      return undefined;
    }
    return 0xeb000000 | ((((word << 2) - (at + 8)) >>> 2) & 0x00ffffff);
  });
}

/** BL of Thumb: two halves with 11 bits each, relative to the next instruction. */
export function undoBranchThumb(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; at += 2) {
    const [first, second] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (first >>> 11 === 0x1e && second >>> 11 === 0x1f) {
      const source = (((first & 0x7ff) << 11) | (second & 0x7ff)) << 1;
      const target = (source - (at + 4)) >>> 1;
      view.setUint16(at, 0xf000 | ((target >>> 11) & 0x7ff), true);
      view.setUint16(at + 2, 0xf800 | (target & 0x7ff), true);
      at += 2;
    }
  }
}

/** BL and ADRP of AArch64; ADRP only within half a gigabyte, as the encoder does. */
export function undoBranchArm64(bytes: Uint8Array): void {
  eachWord(bytes, true, (word, at) => {
    if (word >>> 26 === 0x25) {
      return 0x94000000 | ((word - (at >>> 2)) & 0x03ffffff);
    }
    if ((word & 0x9f000000) >>> 0 !== 0x90000000) {
      return undefined;
    }
    const source = ((word >>> 29) & 3) | ((word >>> 3) & 0x001ffffc);
    if (((source + 0x00020000) & 0x001c0000) !== 0) {
      return undefined;
    }
    const target = source - (at >>> 12);
    return (
      (word & 0x9000001f) |
      ((target & 3) << 29) |
      ((target & 0x0003fffc) << 3) |
      (-(target & 0x00020000) & 0x00e00000)
    );
  });
}

/** BL of PowerPC, big-endian, with the absolute bit off. */
export function undoBranchPowerPc(bytes: Uint8Array): void {
  eachWord(bytes, false, (word, at) =>
    (word & 0xfc000003) >>> 0 === 0x48000001 ? 0x48000001 | ((word - at) & 0x03fffffc) : undefined,
  );
}

/** CALL of SPARC, big-endian, near enough that the top bits of its target are all alike. */
export function undoBranchSparc(bytes: Uint8Array): void {
  eachWord(bytes, false, (word, at) => {
    const top = word >>> 22;
    if (top !== 0x100 && top !== 0x1ff) {
      return undefined;
    }
    const target = ((word << 2) - at) >>> 2;
    return (((0 - ((target >>> 22) & 1)) << 22) & 0x3fffffff) | (target & 0x003fffff) | 0x40000000;
  });
}
