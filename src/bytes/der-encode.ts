// SPDX-License-Identifier: Apache-2.0
// Writes the few DER elements that requests, time stamps and certificates are made of (X.690). The values are ours,
// never an artifact's.

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

/** A set: its elements in the order of their encodings (X.690, section 11.6). */
export function encodeSet(...elements: readonly Uint8Array[]): Uint8Array {
  return encodeDer(derTags.set, ...elements.toSorted((one, other) => Buffer.compare(one, other)));
}

export function encodeSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return encodeDer(derTags.sequence, ...elements);
}

/** True alone: false is a default everywhere here, and DER leaves defaults out. */
export function encodeTrue(): Uint8Array {
  return encodeDer(derTags.boolean, Uint8Array.of(0xff));
}

/** A bit string of whole bytes. */
export function encodeBitBytes(bytes: Uint8Array): Uint8Array {
  return encodeDer(derTags.bitString, Uint8Array.of(0), bytes);
}

/** A named bit list with these bits set, without trailing zeros (X.690, section 11.2.2). */
export function encodeNamedBits(...positions: readonly number[]): Uint8Array {
  const last = Math.max(...positions);
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const position of positions) {
    bytes[position >> 3] = (bytes[position >> 3] ?? 0) | (0x80 >> (position & 7));
  }
  return encodeDer(derTags.bitString, Uint8Array.of(7 - (last & 7)), bytes);
}

export function encodeUtf8(text: string): Uint8Array {
  return encodeDer(derTags.utf8String, Buffer.from(text));
}

/** A GeneralizedTime; milliseconds without trailing zeros (X.690, section 11.7). */
export function encodeGeneralizedTime(time: Date): Uint8Array {
  const [whole = "", fraction = ""] = time
    .toISOString()
    .replace(/[-:TZ]/g, "")
    .split(".");
  const digits = fraction.replace(/0+$/, "");
  return encodeDer(derTags.generalizedTime, Buffer.from(`${whole}${digits === "" ? "" : `.${digits}`}Z`));
}

/** A time in a certificate, to the second: UTCTime to 2049 (RFC 5280, section 4.1.2.5). */
export function encodeCertificateTime(time: Date): Uint8Array {
  const whole = new Date(Math.floor(time.getTime() / 1000) * 1000);
  const year = whole.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? encodeDer(derTags.utcTime, Buffer.from(`${whole.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`))
    : encodeGeneralizedTime(whole);
}
