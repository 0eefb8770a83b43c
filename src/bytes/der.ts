// SPDX-License-Identifier: Apache-2.0
// A strict reader of DER (X.690, section 10): definite, shortest lengths, strings in one piece, exact ends. The
// whole structure is walked once before anything is read, so that no corner of it is left unchecked. Left out on
// purpose: BER, which has many spellings of one structure, and tags above 30, which nothing read here uses.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

/** Identifier octets of the universal types that are read here (X.680, section 8). */
export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const constructedBit = 0x20;
const sequenceNumber = 0x10;
const setNumber = 0x11;

/** Identifier octet of a context-specific tag: `constructed` for EXPLICIT and for structures, else primitive. */
export function contextTag(number: number, form: "constructed" | "primitive" = "constructed"): number {
  return 0x80 | (form === "constructed" ? constructedBit : 0) | number;
}

/** One element: a tag, a length, a content. */
export interface DerElement {
  /** The identifier octet. */
  readonly tag: number;
  /** Offset of the identifier octet in the parsed input. */
  readonly offset: number;
  /** The whole element: identifier, length and content. A view of the input. */
  readonly bytes: Uint8Array;
  /** The content alone. A view of the input. */
  readonly content: Uint8Array;
}

/** The identifier and length octets at one place. */
interface Header {
  readonly tag: number;
  readonly contentStart: number;
  readonly end: number;
}

/**
 * Parses one element that fills `input` exactly, and checks the structure of everything inside it: tags, lengths,
 * ends, depth. Values are checked when they are read (`der-values.ts`).
 * `what` names the input in errors; `maxBytes` is its ceiling if another than that of ordinary structures.
 * @throws {AibomError} DER_TOO_LARGE, DER_TRUNCATED, DER_TRAILING, DER_LENGTH, DER_FORM, DER_TOO_DEEP
 */
export function parseDer(input: Uint8Array, what: string, maxBytes: number = limits.maxDerBytes): DerElement {
  if (input.length > maxBytes) {
    throw AibomError.of("DER_TOO_LARGE", { what, size: input.length, limit: maxBytes });
  }
  const header = readHeader(input, 0, input.length, what);
  if (header.end !== input.length) {
    const count = input.length - header.end;
    throw AibomError.of("DER_TRAILING", { what, count, offset: header.end });
  }
  checkStructure(input, header, 1, what);
  return {
    tag: header.tag,
    offset: 0,
    bytes: input,
    content: input.subarray(header.contentStart),
  };
}

/** Walks everything below one element. The depth bounds the recursion. */
function checkStructure(input: Uint8Array, header: Header, depth: number, what: string): void {
  if ((header.tag & constructedBit) === 0) {
    return;
  }
  if (depth >= limits.maxDerDepth) {
    throw AibomError.of("DER_TOO_DEEP", { what, limit: limits.maxDerDepth });
  }
  let offset = header.contentStart;
  while (offset < header.end) {
    const child = readHeader(input, offset, header.end, what);
    checkStructure(input, child, depth + 1, what);
    offset = child.end;
  }
}

/** Reads identifier and length octets at `offset`; the element must end at or before `limit`. */
function readHeader(input: Uint8Array, offset: number, limit: number, what: string): Header {
  const tag = byteAt(input, offset, limit, what);
  checkTag(tag, offset, what);
  const first = byteAt(input, offset + 1, limit, what);
  const count = first < 0x80 ? 0 : first - 0x80;
  const length = count === 0 && first < 0x80 ? first : longLength(input, offset + 1, limit, what);
  const contentStart = offset + 2 + count;
  if (length > limit - contentStart) {
    const left = limit - contentStart;
    throw AibomError.of("DER_TRUNCATED", { what, offset: contentStart, need: length, left });
  }
  return { tag, contentStart, end: contentStart + length };
}

function byteAt(input: Uint8Array, offset: number, limit: number, what: string): number {
  const byte = offset < limit ? input[offset] : undefined;
  if (byte === undefined) {
    throw AibomError.of("DER_TRUNCATED", { what, offset, need: 1, left: 0 });
  }
  return byte;
}

/** A length in the long form (X.690, sections 8.1.3.5 and 10.1). */
function longLength(input: Uint8Array, offset: number, limit: number, what: string): number {
  const count = byteAt(input, offset, limit, what) - 0x80;
  if (count === 0) {
    throw AibomError.of("DER_LENGTH", { what, offset, reason: "is indefinite" });
  }
  // Four octets reach 4 GiB, far over any limit; more would leave the range of exact numbers.
  if (count > 4) {
    throw AibomError.of("DER_LENGTH", { what, offset, reason: `has ${count} octets` });
  }
  let length = 0;
  for (let index = 1; index <= count; index += 1) {
    length = length * 256 + byteAt(input, offset + index, limit, what);
  }
  if (length < 0x80 || length < 256 ** (count - 1)) {
    throw AibomError.of("DER_LENGTH", { what, offset, reason: "is not the shortest" });
  }
  return length;
}

/** Refuses tags in several octets, end-of-contents, and universal types in the wrong form (X.690, 10.2). */
function checkTag(tag: number, offset: number, what: string): void {
  const number = tag & 0x1f;
  if (number === 0x1f) {
    throw AibomError.of("DER_FORM", { what, offset, reason: "is above 30" });
  }
  if ((tag & 0xc0) !== 0) {
    return;
  }
  if (number === 0) {
    throw AibomError.of("DER_FORM", { what, offset, reason: "is that of end-of-contents" });
  }
  const isStructure = number === sequenceNumber || number === setNumber;
  if (isStructure !== ((tag & constructedBit) !== 0)) {
    const reason = isStructure ? "makes a structure primitive" : "builds a string from pieces";
    throw AibomError.of("DER_FORM", { what, offset, reason });
  }
}

/**
 * Reads the elements inside a constructed element, one after the other. `end` must be called when all fields that
 * the standard names were read: it refuses what is left.
 */
export class DerReader {
  readonly #parent: DerElement;
  readonly #what: string;
  /** Offset in the parent's bytes. */
  #at: number;

  /** @throws {AibomError} DER_TAG if `element` does not have the tag `tag` (default SEQUENCE) */
  constructor(element: DerElement, what: string, tag: number = derTags.sequence) {
    expectTag(element, tag, what);
    this.#parent = element;
    this.#what = what;
    this.#at = element.bytes.length - element.content.length;
  }

  /** True if another element follows. */
  get hasMore(): boolean {
    return this.#at < this.#parent.bytes.length;
  }

  /**
   * The next element, which must have the tag `tag`, or any tag if none is given. `field` names it in errors.
   * @throws {AibomError} DER_TRUNCATED, DER_TAG
   */
  next(field: string, tag?: number): DerElement {
    const what = `${field} of ${this.#what}`;
    const element = this.#read(what);
    if (tag !== undefined) {
      expectTag(element, tag, what);
    }
    this.#at += element.bytes.length;
    return element;
  }

  /** The next element if it has the tag `tag`, else undefined and nothing is consumed. */
  optional(tag: number): DerElement | undefined {
    if (!this.hasMore) {
      return undefined;
    }
    const element = this.#read(this.#what);
    if (element.tag !== tag) {
      return undefined;
    }
    this.#at += element.bytes.length;
    return element;
  }

  /** A reader over the next element, which must have the tag `tag` (default SEQUENCE). @throws {AibomError} DER_* */
  nested(field: string, tag: number = derTags.sequence): DerReader {
    return new DerReader(this.next(field, tag), `${field} of ${this.#what}`, tag);
  }

  /** All elements that are left. @throws {AibomError} DER_TOO_MANY */
  rest(): readonly DerElement[] {
    const elements: DerElement[] = [];
    while (this.hasMore) {
      if (elements.length >= limits.maxDerElements) {
        throw AibomError.of("DER_TOO_MANY", { what: this.#what, limit: limits.maxDerElements });
      }
      elements.push(this.next("element"));
    }
    return elements;
  }

  /** @throws {AibomError} DER_TRAILING if an element is left */
  end(): void {
    if (this.hasMore) {
      const count = this.#parent.bytes.length - this.#at;
      throw AibomError.of("DER_TRAILING", {
        what: this.#what,
        count,
        offset: this.#parent.offset + this.#at,
      });
    }
  }

  #read(what: string): DerElement {
    const { bytes, offset } = this.#parent;
    const header = readHeader(bytes, this.#at, bytes.length, what);
    return {
      tag: header.tag,
      offset: offset + this.#at,
      bytes: bytes.subarray(this.#at, header.end),
      content: bytes.subarray(header.contentStart, header.end),
    };
  }
}

/** The element inside an EXPLICIT tag: exactly one. @throws {AibomError} DER_TAG, DER_TRUNCATED, DER_TRAILING */
export function explicitContent(element: DerElement, what: string): DerElement {
  const reader = new DerReader(element, what, element.tag | constructedBit);
  const content = reader.next("content");
  reader.end();
  return content;
}

/** @throws {AibomError} DER_TAG if the element has another tag */
export function expectTag(element: DerElement, tag: number, what: string): void {
  if (element.tag !== tag) {
    const { offset } = element;
    throw AibomError.of("DER_TAG", { what, offset, got: tagName(element.tag), expected: tagName(tag) });
  }
}

function tagName(tag: number): string {
  const known = Object.entries(derTags).find(([, value]) => value === tag)?.[0];
  if (known !== undefined) {
    return known;
  }
  return (tag & 0xc0) === 0x80 ? `[${tag & 0x1f}]` : `tag 0x${tag.toString(16).padStart(2, "0")}`;
}
