// SPDX-License-Identifier: Apache-2.0
// Counts the lines of a text over windows of any size, and hands out the first ones. Lines of white space do not
// count. A line longer than the limit is counted and not handed out.

import { limits } from "../../limits.ts";

const lineFeed = 0x0a;

/** Counts lines. */
export class LineCounter {
  readonly #onLine: (line: Uint8Array, number: number, offset: number) => void;
  #lines = 0;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #hasContent = false;
  #offset = 0;
  #lineStart = 0;

  /** `onLine` gets the first lines; `number` counts from 1, `offset` is that of the line in the text. */
  constructor(onLine: (line: Uint8Array, number: number, offset: number) => void) {
    this.#onLine = onLine;
  }

  /** Reads on. */
  add(window: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = window.indexOf(lineFeed, start);
      if (end < 0) {
        break;
      }
      this.#hold(window, start, end);
      this.#endLine();
      start = end + 1;
      this.#lineStart = this.#offset + start;
    }
    this.#hold(window, start, window.length);
    this.#offset += window.length;
  }

  /** How many lines there were. */
  finish(): number {
    this.#endLine();
    return this.#lines;
  }

  #hold(window: Uint8Array, start: number, end: number): void {
    this.#hasContent ||= hasContent(window, start, end);
    if (this.#lines >= limits.maxSampledRows) {
      return;
    }
    this.#heldBytes += end - start;
    if (this.#heldBytes <= limits.maxSampledRowBytes) {
      this.#held.push(window.subarray(start, end));
    } else {
      this.#held = [];
    }
  }

  #endLine(): void {
    if (this.#hasContent) {
      this.#lines += 1;
      if (this.#lines <= limits.maxSampledRows && this.#heldBytes <= limits.maxSampledRowBytes) {
        const line = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
        this.#onLine(line ?? new Uint8Array(), this.#lines, this.#lineStart);
      }
    }
    this.#held = [];
    this.#heldBytes = 0;
    this.#hasContent = false;
  }
}

/** True if there is more than white space. */
function hasContent(window: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if ((window[at] ?? 0) > 0x20) {
      return true;
    }
  }
  return false;
}
