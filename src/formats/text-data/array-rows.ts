// SPDX-License-Identifier: Apache-2.0
// Counts the elements of a JSON text whose outermost value is an array, over windows of any size, and hands out the first
// ones. Only the structure is followed (RFC 8259 §2): strings, brackets and the commas between elements. What lies in an
// element is checked where it is handed out; behind those, brackets are counted and not told apart.

import { limits } from "../../limits.ts";

const quote = 0x22;
const comma = 0x2c;
const openSquare = 0x5b;
const backslash = 0x5c;
const closeSquare = 0x5d;
const openCurly = 0x7b;
const closeCurly = 0x7d;

/** Bytes that mean something inside of an element that is an object or an array. */
const telling = new Uint8Array(256);
for (const byte of [quote, openSquare, closeSquare, openCurly, closeCurly]) {
  telling[byte] = 1;
}

/** Takes one element: its text, its number counted from 1, and its offset. */
type OnRow = (row: Uint8Array, number: number, offset: number) => void;

/** Where the next byte stands: those from `scalar` on are inside of an element. */
type State = "before" | "between" | "behind" | "scalar" | "nested" | "string" | "escape";

/** Counts elements. */
export class ArrayRows {
  /** What is wrong with the structure, and where; nothing is read behind it. */
  fault: { readonly reason: string; readonly offset: number } | undefined;
  readonly #onRow: OnRow;
  #state: State = "before";
  /** Brackets open inside of the element. */
  #depth = 0;
  #rows = 0;
  /** The last thing in the array was: its start, an element, or a comma. */
  #last: "start" | "row" | "comma" = "start";
  #offset: number;
  #rowStart = 0;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  /** `start`: where the text begins in the file. */
  constructor(onRow: OnRow, start: number) {
    this.#onRow = onRow;
    this.#offset = start;
  }

  /** Reads on. */
  add(window: Uint8Array): void {
    let at = 0;
    while (at < window.length && this.fault === undefined) {
      const isOutside = this.#state === "before" || this.#state === "between" || this.#state === "behind";
      if (isOutside) {
        this.#outside(window[at] ?? 0, this.#offset + at);
        at += 1;
      } else {
        at = this.#row(window, at);
      }
    }
    this.#offset += window.length;
  }

  /** How many elements there were. */
  finish(): number {
    if (this.#state !== "behind") {
      this.#fail("it ends inside of its array", this.#offset);
    }
    return this.#rows;
  }

  #outside(byte: number, offset: number): void {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      return;
    }
    if (this.#state !== "between") {
      const isStart = this.#state === "before" && byte === openSquare;
      this.#state = "between";
      if (!isStart) {
        this.#fail("something stands outside of its array", offset);
      }
    } else if (byte === comma) {
      if (this.#last !== "row") {
        this.#fail("a value is missing in front of a comma", offset);
      }
      this.#last = "comma";
    } else if (byte === closeSquare) {
      if (this.#last === "comma") {
        this.#fail("a value is missing behind a comma", offset);
      }
      this.#state = "behind";
    } else {
      this.#startRow(byte, offset);
    }
  }

  #startRow(byte: number, offset: number): void {
    if (this.#last === "row") {
      this.#fail("a comma is missing between two values", offset);
      return;
    }
    const isNested = byte === openCurly || byte === openSquare;
    this.#state = isNested ? "nested" : byte === quote ? "string" : "scalar";
    this.#depth = isNested ? 1 : 0;
    this.#last = "row";
    this.#rows += 1;
    this.#rowStart = offset;
    this.#hold(Uint8Array.of(byte));
  }

  /** Reads on in an element, to its end or that of the window. */
  #row(window: Uint8Array, start: number): number {
    let at = start;
    while (at < window.length && this.#state !== "between") {
      if (this.#state === "string") {
        at = this.#string(window, at);
      } else if (this.#state === "nested") {
        at = this.#nested(window, at);
      } else if (this.#state === "escape") {
        this.#state = "string";
        at += 1;
      } else {
        at = this.#scalar(window, at);
      }
    }
    this.#hold(window.subarray(start, at));
    if (this.#state === "between") {
      this.#endRow();
    }
    return at;
  }

  /** To the quote that ends a string, or behind a backslash. */
  #string(window: Uint8Array, start: number): number {
    const { length } = window;
    let at = start;
    while (at < length && window[at] !== quote && window[at] !== backslash) {
      at += 1;
    }
    if (at === length) {
      return at;
    }
    this.#state = window[at] === backslash ? "escape" : this.#depth === 0 ? "between" : "nested";
    return at + 1;
  }

  /** To the bracket that ends the element, or behind the quote that starts a string. */
  #nested(window: Uint8Array, start: number): number {
    const { length } = window;
    for (let at = start; at < length; at += 1) {
      const byte = window[at] ?? 0;
      if (telling[byte] === 0) {
        continue;
      }
      if (byte === quote) {
        this.#state = "string";
        return at + 1;
      }
      this.#depth += byte === openCurly || byte === openSquare ? 1 : -1;
      if (this.#depth === 0) {
        this.#state = "between";
        return at + 1;
      }
    }
    return length;
  }

  /** To what ends a number or a word. */
  #scalar(window: Uint8Array, start: number): number {
    let at = start;
    for (; at < window.length; at += 1) {
      const byte = window[at] ?? 0;
      if (byte <= 0x20 || byte === comma || byte === closeSquare) {
        this.#state = "between";
        break;
      }
    }
    return at;
  }

  #hold(part: Uint8Array): void {
    if (this.#rows > limits.maxSampledRows) {
      return;
    }
    this.#heldBytes += part.length;
    if (this.#heldBytes <= limits.maxSampledRowBytes) {
      this.#held.push(part);
    } else {
      this.#held = [];
    }
  }

  #endRow(): void {
    if (this.#rows <= limits.maxSampledRows && this.#heldBytes <= limits.maxSampledRowBytes) {
      this.#onRow(Buffer.concat(this.#held), this.#rows, this.#rowStart);
    }
    this.#held = [];
    this.#heldBytes = 0;
  }

  #fail(reason: string, offset: number): void {
    this.fault ??= { reason, offset };
  }
}
