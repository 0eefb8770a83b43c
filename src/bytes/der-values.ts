// SPDX-License-Identifier: Apache-2.0
// Values of DER elements: numbers, object identifiers, strings, times. Each is accepted in its one canonical form
// (X.690, sections 8 and 11) and refused otherwise. Left out on purpose: REAL, and times without a zone.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type DerElement, derTags, expectTag } from "./der.ts";

function refuse(element: DerElement, what: string, reason: string): AibomError {
  return AibomError.of("DER_VALUE", { what, offset: element.offset, reason });
}

/** @throws {AibomError} DER_TAG, DER_VALUE unless the one content octet is 00 or FF */
export function derBoolean(element: DerElement, what: string): boolean {
  expectTag(element, derTags.boolean, what);
  const [octet] = element.content;
  if (element.content.length !== 1 || (octet !== 0 && octet !== 0xff)) {
    throw refuse(element, what, "is not a boolean");
  }
  return octet === 0xff;
}

/** @throws {AibomError} DER_TAG, DER_VALUE unless empty */
export function derNull(element: DerElement, what: string): void {
  expectTag(element, derTags.null, what);
  if (element.content.length !== 0) {
    throw refuse(element, what, "is a null with content");
  }
}

/**
 * A signed integer of any size up to limits.maxDerIntegerBytes. `tag` is that of an IMPLICIT type.
 * @throws {AibomError} DER_TAG, DER_VALUE if empty, not shortest, or too long
 */
export function derInteger(element: DerElement, what: string, tag: number = derTags.integer): bigint {
  expectTag(element, tag, what);
  const { content } = element;
  const [first = 0, second = 0] = content;
  if (content.length === 0) {
    throw refuse(element, what, "is an empty integer");
  }
  if (content.length > limits.maxDerIntegerBytes) {
    throw refuse(
      element,
      what,
      `is an integer of ${content.length} bytes, limit is ${limits.maxDerIntegerBytes}`,
    );
  }
  if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw refuse(element, what, "is an integer with superfluous leading bits");
  }
  const magnitude = BigInt(`0x${Buffer.from(content).toString("hex")}`);
  return first >= 0x80 ? magnitude - (1n << BigInt(content.length * 8)) : magnitude;
}

/** A non-negative integer that fits a number exactly. @throws {AibomError} DER_TAG, DER_VALUE */
export function derSmallInteger(element: DerElement, what: string, tag: number = derTags.integer): number {
  const value = derInteger(element, what, tag);
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw refuse(element, what, `is ${value < 0n ? "negative" : "too large a number"}`);
  }
  return Number(value);
}

/**
 * An object identifier as dotted text; its arcs may have any size.
 * @throws {AibomError} DER_TAG, DER_VALUE if empty, cut, not shortest, or longer than limits.maxDerOidBytes
 */
export function derOid(element: DerElement, what: string): string {
  expectTag(element, derTags.objectIdentifier, what);
  const { content } = element;
  if (content.length === 0 || content.length > limits.maxDerOidBytes) {
    throw refuse(element, what, `is an object identifier of ${content.length} bytes`);
  }
  const arcs: bigint[] = [];
  let arc = 0n;
  let isInside = false;
  for (const octet of content) {
    if (!isInside && octet === 0x80) {
      throw refuse(element, what, "is an object identifier with a superfluous octet");
    }
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    isInside = octet >= 0x80;
    if (!isInside) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  if (isInside) {
    throw refuse(element, what, "is an object identifier that ends inside an arc");
  }
  // The first two arcs share one number (X.690, section 8.19.4).
  const [joint = 0n, ...others] = arcs;
  const top = joint < 80n ? joint / 40n : 2n;
  return [top, joint - top * 40n, ...others].join(".");
}

/** @throws {AibomError} DER_TAG */
export function derOctets(element: DerElement, what: string): Uint8Array {
  expectTag(element, derTags.octetString, what);
  return element.content;
}

/** Bits, the first one being the most significant bit of the first byte. */
export interface DerBits {
  readonly bytes: Uint8Array;
  /** Bits at the end of the last byte that do not belong to the string: 0 to 7, all of them 0. */
  readonly unusedBits: number;
}

/** @throws {AibomError} DER_TAG, DER_VALUE if the count of unused bits is wrong or one of them is set */
export function derBits(element: DerElement, what: string): DerBits {
  expectTag(element, derTags.bitString, what);
  const [unusedBits] = element.content;
  const bytes = element.content.subarray(1);
  if (unusedBits === undefined || unusedBits > 7 || (bytes.length === 0 && unusedBits > 0)) {
    throw refuse(element, what, "is a bit string with a wrong count of unused bits");
  }
  if (((bytes.at(-1) ?? 0) & ((1 << unusedBits) - 1)) !== 0) {
    throw refuse(element, what, "is a bit string whose unused bits are set");
  }
  return { bytes, unusedBits };
}

/** A bit string of whole bytes. @throws {AibomError} DER_TAG, DER_VALUE */
export function derBitBytes(element: DerElement, what: string): Uint8Array {
  const { bytes, unusedBits } = derBits(element, what);
  if (unusedBits !== 0) {
    throw refuse(element, what, "is a bit string that is not made of whole bytes");
  }
  return bytes;
}

/**
 * The positions of the bits that are set in a named bit list. Trailing zeros are accepted, although DER omits them
 * (X.690, section 11.2.2): issuers write them, and the list has one meaning.
 * @throws {AibomError} DER_TAG, DER_VALUE
 */
export function derNamedBits(element: DerElement, what: string): ReadonlySet<number> {
  const positions = new Set<number>();
  for (const [index, byte] of derBits(element, what).bytes.entries()) {
    for (let bit = 0; bit < 8; bit += 1) {
      if ((byte & (0x80 >> bit)) !== 0) {
        positions.add(index * 8 + bit);
      }
    }
  }
  return positions;
}

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of a character string of any of the usual types, or undefined if the element is no such string.
 * Teletex strings are read as Latin-1, which is what their writers mean.
 * @throws {AibomError} DER_VALUE if a byte is not of the string's alphabet
 */
export function derText(element: DerElement, what: string): string | undefined {
  const { tag, content } = element;
  switch (tag) {
    case derTags.utf8String:
      return decodeUtf8(element, what);
    case derTags.ia5String:
    case derTags.printableString:
    case derTags.numericString:
    case derTags.visibleString:
      return derAscii(element, what);
    case derTags.teletexString:
      return Buffer.from(content).toString("latin1");
    case derTags.bmpString:
    case derTags.universalString:
      return decodeWide(element, tag === derTags.bmpString ? 2 : 4, what);
    default:
      return undefined;
  }
}

/** The content as ASCII text, whatever the tag. @throws {AibomError} DER_VALUE if a byte is above 127 */
export function derAscii(element: DerElement, what: string): string {
  if (element.content.some((byte) => byte > 0x7f)) {
    throw refuse(element, what, "has characters outside ASCII");
  }
  return Buffer.from(element.content).toString("latin1");
}

function decodeUtf8(element: DerElement, what: string): string {
  try {
    return utf8Decoder.decode(element.content);
  } catch {
    throw refuse(element, what, "is not UTF-8");
  }
}

/** Big-endian code units of two bytes (UCS-2: no surrogates) or four bytes. */
function decodeWide(element: DerElement, width: 2 | 4, what: string): string {
  const { content } = element;
  if (content.length % width !== 0) {
    throw refuse(element, what, "ends inside a character");
  }
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const characters: string[] = [];
  for (let at = 0; at < content.length; at += width) {
    const point = width === 2 ? view.getUint16(at) : view.getUint32(at);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw refuse(element, what, "has a value that is no character");
    }
    characters.push(String.fromCodePoint(point));
  }
  return characters.join("");
}
