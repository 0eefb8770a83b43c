// SPDX-License-Identifier: Apache-2.0
// The order of paths in BOMs, manifests and signatures.

/**
 * Order of paths in BOMs and manifests: by UTF-8 bytes, which is Unicode code point order. JavaScript's `<`
 * compares UTF-16 units and puts U+FFxx after the astral planes, so surrogates are lifted above them first.
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) {
      return codePointRank(unitA) - codePointRank(unitB);
    }
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
const codePointRank = (unit: number): number => (isSurrogate(unit) ? unit + 0x10000 : unit);
