// SPDX-License-Identifier: Apache-2.0
// Undoes the x86 filter (BCJ) of xz and 7z: it turns the targets of calls and jumps into absolute addresses, which
// compress better. py7zr puts it before everything. Spec: its source in XZ Utils only; behaviour tested against xz.

const call = 0xe8;
const jump = 0xe9;

/** Which patterns of call bytes among the last ones allow a target to be converted. */
const allowed = [true, true, true, false, true, false, false, false];
const bitNumbers = [0, 1, 2, 2, 3, 3, 3, 3];

function isExtension(byte: number): boolean {
  return byte === 0 || byte === 0xff;
}

/** Undoes the filter in place. */
export function undoBranchX86(bytes: Uint8Array): void {
  let mask = 0;
  let previous = -5;
  for (let at = 0; at + 5 <= bytes.length; ) {
    if (bytes[at] !== call && bytes[at] !== jump) {
      at += 1;
      continue;
    }
    const distance = at - previous;
    previous = at;
    mask = distance > 5 ? 0 : aged(mask, distance);
    const top = bytes[at + 4] ?? 0;
    if (isExtension(top) && allowed[(mask >> 1) & 7] === true && mask >> 1 < 0x10) {
      writeTarget(bytes, at, relativeTarget(bytes, at, mask));
      at += 5;
      mask = 0;
    } else {
      at += 1;
      mask |= isExtension(top) ? 0x11 : 1;
    }
  }
}

function aged(mask: number, distance: number): number {
  let result = mask;
  for (let step = 0; step < distance; step += 1) {
    result = (result & 0x77) << 1;
  }
  return result;
}

function relativeTarget(bytes: Uint8Array, at: number, mask: number): number {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes.subarray(at + 1, at + 5);
  let source = ((b3 << 24) | (b2 << 16) | (b1 << 8) | b0) >>> 0;
  for (;;) {
    const target = (source - (at + 5)) >>> 0;
    const shift = (bitNumbers[mask >> 1] ?? 0) * 8;
    if (mask === 0 || !isExtension((target >>> (24 - shift)) & 0xff)) {
      return target;
    }
    source = (target ^ (2 ** (32 - shift) - 1)) >>> 0;
  }
}

/** The highest byte is an extension of the bit below it. */
function writeTarget(bytes: Uint8Array, at: number, target: number): void {
  bytes[at + 1] = target & 0xff;
  bytes[at + 2] = (target >>> 8) & 0xff;
  bytes[at + 3] = (target >>> 16) & 0xff;
  bytes[at + 4] = ((target >>> 24) & 1) === 0 ? 0 : 0xff;
}
