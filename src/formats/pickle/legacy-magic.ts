// SPDX-License-Identifier: Apache-2.0
// What a PyTorch file before 1.6 begins with. Source: torch/serialization.py, MAGIC_NUMBER.

/** PROTO 2, LONG1 of ten bytes, the number 0x1950a86a20f9469cfc6c. */
export const legacyMagic: Uint8Array = Uint8Array.from([
  0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
]);
