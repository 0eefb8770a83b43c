// SPDX-License-Identifier: Apache-2.0
// Writes the few DER elements that requests are made of (X.690). The values are ours, never an artifact's.

import { derTags } from "./der.ts";

/** An element: identifier, shortest length, content. */
export function encodeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag), encodeLength(content.length), content]));
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) {
    return Uint8Array.of(length);
  }
  const octets = bigEndian(BigInt(length));
  return Uint8Array.of(0x80 + octets.length, ...octets);
}

/** A non-negative integer. */
export function encodeInteger(value: bigint): Uint8Array {
  const octets = bigEndian(value);
  // A set top bit would make the integer negative.
  const sign = (octets[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return encodeDer(derTags.integer, sign, octets);
}

function bigEndian(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
}

/** An object identifier from its dotted text, which the caller knows to be one. */
export function encodeOid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...others] = dotted.split(".").map(BigInt);
  const arcs = [first * 40n + second, ...others];
  return encodeDer(derTags.objectIdentifier, Uint8Array.from(arcs.flatMap(base128)));
}

function base128(arc: bigint): readonly number[] {
  const groups = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) {
    groups.unshift(Number(rest & 0x7fn) | 0x80);
  }
  return groups;
}
