// SPDX-License-Identifier: Apache-2.0
// The slow, exact reader of JSON (RFC 8259): names the first fault of a text that json.ts already refused.
// It keeps no values. Bounds on size and depth were checked before; it does not recurse.

/** The first fault of a JSON text. Offsets are bytes. */
export type JsonFault =
  | { readonly kind: "syntax"; readonly offset: number; readonly reason: string }
  | { readonly kind: "duplicate"; readonly offset: number; readonly key: string };

const decoder = new TextDecoder("utf-8");

/** Finds the first syntax error, lone surrogate escape or duplicate key; undefined if there is none. */
export function findJsonFault(bytes: Uint8Array): JsonFault | undefined {
  try {
    new FaultReader(bytes).document();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) {
      return error.fault;
    }
    throw error;
  }
}

class Fault extends Error {
  readonly fault: JsonFault;
  constructor(fault: JsonFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

class FaultReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** One entry per open bracket: the keys seen so far, or null for an array. */
  readonly #open: (Set<string> | null)[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(): void {
    do {
      this.#value();
    } while (this.#afterValue());
    if (this.#at < this.#bytes.byteLength) {
      this.#fail("text after the document");
    }
  }

  /** Reads a scalar, or opens brackets until a scalar or an empty bracket was read. */
  #value(): void {
    for (;;) {
      this.#space();
      const byte = this.#bytes[this.#at];
      if (byte !== 0x7b && byte !== 0x5b) {
        this.#scalar(byte);
        return;
      }
      this.#at++;
      this.#space();
      if (this.#bytes[this.#at] === byte + 2) {
        this.#at++;
        return;
      }
      this.#open.push(byte === 0x7b ? new Set() : null);
      if (byte === 0x7b) {
        this.#key();
      }
    }
  }

  /** Closes brackets and reads a comma; true if another value follows. */
  #afterValue(): boolean {
    for (;;) {
      this.#space();
      const keys = this.#open.at(-1);
      if (keys === undefined) {
        return false;
      }
      const byte = this.#bytes[this.#at];
      if (byte === 0x2c) {
        this.#at++;
        if (keys !== null) {
          this.#space();
          this.#key();
        }
        return true;
      }
      if (byte !== (keys === null ? 0x5d : 0x7d)) {
        this.#fail(keys === null ? "expected a comma or ]" : "expected a comma or }");
      }
      this.#at++;
      this.#open.pop();
    }
  }

  #key(): void {
    const offset = this.#at;
    if (this.#bytes[this.#at] !== 0x22) {
      this.#fail("expected a key in double quotes");
    }
    const key = this.#string();
    const keys = this.#open.at(-1);
    if (keys?.has(key)) {
      throw new Fault({ kind: "duplicate", offset, key });
    }
    keys?.add(key);
    this.#space();
    if (this.#bytes[this.#at] !== 0x3a) {
      this.#fail("expected a colon");
    }
    this.#at++;
  }

  #scalar(byte: number | undefined): void {
    if (byte === 0x22) {
      this.#string();
    } else if (byte === 0x2d || isDigit(byte)) {
      this.#number();
    } else if (!this.#literal("true") && !this.#literal("false") && !this.#literal("null")) {
      this.#fail("expected a value");
    }
  }

  #literal(word: string): boolean {
    for (let index = 0; index < word.length; index++) {
      if (this.#bytes[this.#at + index] !== word.charCodeAt(index)) {
        return false;
      }
    }
    this.#at += word.length;
    return true;
  }

  #number(): void {
    if (this.#bytes[this.#at] === 0x2d) {
      this.#at++;
    }
    if (this.#bytes[this.#at] === 0x30) {
      this.#at++;
    } else {
      this.#digits();
    }
    if (this.#bytes[this.#at] === 0x2e) {
      this.#at++;
      this.#digits();
    }
    if (((this.#bytes[this.#at] ?? 0) | 0x20) === 0x65) {
      this.#at++;
      const sign = this.#bytes[this.#at];
      this.#at += sign === 0x2b || sign === 0x2d ? 1 : 0;
      this.#digits();
    }
  }

  #digits(): void {
    if (!isDigit(this.#bytes[this.#at])) {
      this.#fail("expected a digit");
    }
    while (isDigit(this.#bytes[this.#at])) {
      this.#at++;
    }
  }

  /** Reads a string and returns it unescaped. */
  #string(): string {
    const start = this.#at++;
    let hasEscape = false;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === 0x22) {
        break;
      }
      if (byte === undefined || byte < 0x20) {
        this.#fail(byte === undefined ? "the text ends" : "a control character inside a string");
      }
      this.#at++;
      if (byte === 0x5c) {
        hasEscape = true;
        this.#escape();
      }
    }
    this.#at++;
    const raw = this.#bytes.subarray(start, this.#at);
    if (!hasEscape) {
      return decoder.decode(raw.subarray(1, -1));
    }
    const text = JSON.parse(decoder.decode(raw)) as string;
    if (!text.isWellFormed()) {
      throw new Fault({ kind: "syntax", offset: start, reason: "half of a surrogate pair in a string" });
    }
    return text;
  }

  /** Reads the rest of an escape, behind the backslash. */
  #escape(): void {
    const byte = this.#bytes[this.#at];
    if (byte === undefined || !'"\\/bfnrtu'.includes(String.fromCharCode(byte))) {
      this.#fail("an unknown escape in a string");
    }
    this.#at++;
    if (byte === 0x75) {
      for (const end = this.#at + 4; this.#at < end; this.#at++) {
        if (!isHexDigit(this.#bytes[this.#at])) {
          this.#fail("an unknown escape in a string");
        }
      }
    }
  }

  #space(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        return;
      }
      this.#at++;
    }
  }

  #fail(reason: string): never {
    const isEnd = this.#at >= this.#bytes.byteLength;
    throw new Fault({ kind: "syntax", offset: this.#at, reason: isEnd ? "the text ends too early" : reason });
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number | undefined): boolean {
  const lower = (byte ?? 0) | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}
