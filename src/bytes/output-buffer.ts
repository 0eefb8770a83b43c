// SPDX-License-Identifier: Apache-2.0
// Bytes that an unpacker writes: grows as they come, never beyond a limit, and can be copied from like a window.

/** Writes beyond the limit are dropped; `isFull` then is true. */
export class OutputBuffer {
  readonly #limit: number;
  #bytes: Uint8Array;
  #length = 0;
  #isFull = false;

  constructor(limit: number, expected = 64 * 1024) {
    this.#limit = limit;
    this.#bytes = new Uint8Array(Math.min(limit, Math.max(expected, 1024)));
  }

  get length(): number {
    return this.#length;
  }

  /** More was written than the limit allows. */
  get isFull(): boolean {
    return this.#isFull;
  }

  push(byte: number): void {
    if (this.#length === this.#bytes.length && !this.#grow(1)) {
      return;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  append(bytes: Uint8Array): void {
    const room = this.#room(bytes.length);
    this.#bytes.set(room < bytes.length ? bytes.subarray(0, room) : bytes, this.#length);
    this.#length += room;
  }

  /** Byte that lies `distance` back, 1 being the last one. The caller has checked the distance. */
  back(distance: number): number {
    return this.#bytes[this.#length - distance] ?? 0;
  }

  /** Repeats what lies `distance` back; ranges may overlap. The caller has checked the distance. */
  copy(distance: number, length: number): void {
    const room = this.#room(length);
    const start = this.#length - distance;
    if (distance >= room) {
      this.#bytes.copyWithin(this.#length, start, start + room);
    } else {
      for (let at = 0; at < room; at += 1) {
        this.#bytes[this.#length + at] = this.#bytes[start + at] ?? 0;
      }
    }
    this.#length += room;
  }

  /** What was written. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Bytes of `length` that fit, after growing. */
  #room(length: number): number {
    if (this.#length + length > this.#bytes.length) {
      this.#grow(length);
    }
    return Math.min(length, this.#bytes.length - this.#length);
  }

  #grow(length: number): boolean {
    const wanted = this.#length + length;
    if (wanted > this.#limit) {
      this.#isFull = true;
    }
    const size = Math.min(this.#limit, Math.max(wanted, this.#bytes.length * 2));
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(size);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    return this.#length < this.#bytes.length;
  }
}
