// SPDX-License-Identifier: Apache-2.0
// Pseudo-random numbers with a seed, so that a failing mutation can be made again.

/** The next number below `bound` of a generator (mulberry32). */
export type NextBelow = (bound: number) => number;

/** A generator for one seed. */
export function seeded(seed: number): NextBelow {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** A copy with one to eight bytes changed, inserted, removed or cut off. */
export function mutate(original: Uint8Array, next: NextBelow): Uint8Array {
  const bytes = [...original];
  for (let count = 1 + next(8); count > 0 && bytes.length > 0; count -= 1) {
    const at = next(bytes.length);
    switch (next(5)) {
      case 0:
        bytes[at] = next(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8));
        break;
      case 2:
        bytes.splice(at, 1);
        break;
      case 3:
        bytes.splice(at, 0, [0, 0x7f, 0x80, 0xff][next(4)] ?? 0);
        break;
      default:
        bytes.splice(at, next(8) === 0 ? bytes.length - at : 0);
    }
  }
  return Uint8Array.from(bytes);
}
