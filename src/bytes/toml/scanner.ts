// SPDX-License-Identifier: Apache-2.0
// The words of TOML: keys, texts in their four forms, numbers, dates, comments (TOML 1.0).

import type { AibomError } from "../../errors.ts";
import type { JsonValue } from "../../model/fact.ts";

export type Fail = (reason: string, line: number) => AibomError;

const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
};

/** A place in the text. */
export class TomlScanner {
  readonly #text: string;
  readonly #fail: Fail;
  #at = 0;

  constructor(text: string, fail: Fail) {
    this.#text = text.startsWith("\uFEFF") ? text.slice(1) : text;
    this.#fail = fail;
  }

  fault(reason: string): AibomError {
    let line = 1;
    for (let at = this.#text.indexOf("\n"); at >= 0 && at < this.#at; at = this.#text.indexOf("\n", at + 1)) {
      line += 1;
    }
    return this.#fail(reason, line);
  }

  /** Steps over white space, line breaks and comments; false at the end. */
  skipToNext(): boolean {
    for (;;) {
      this.skipSpaces();
      const character = this.#text[this.#at];
      if (character === "#") {
        this.#skipComment();
      } else if (character === "\n" || character === "\r") {
        this.#at += 1;
      } else {
        return character !== undefined;
      }
    }
  }

  /** Steps over spaces and tabs. */
  skipSpaces(): void {
    for (let code = this.#text.charCodeAt(this.#at); code === 32 || code === 9; ) {
      this.#at += 1;
      code = this.#text.charCodeAt(this.#at);
    }
  }

  /** Nothing but a comment may follow on the line. */
  endLine(): void {
    this.skipSpaces();
    if (this.#text[this.#at] === "#") {
      this.#skipComment();
    }
    const character = this.#text[this.#at];
    if (character !== undefined && character !== "\n" && character !== "\r") {
      throw this.fault("something follows a value");
    }
  }

  /** True, and behind it, if the text goes on with `token`. */
  take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) {
      return false;
    }
    this.#at += token.length;
    return true;
  }

  expect(token: string): void {
    this.skipSpaces();
    if (!this.take(token)) {
      throw this.fault(`${token} is missing`);
    }
  }

  /** `a.b."c d"`. */
  keys(): readonly string[] {
    const keys: string[] = [];
    do {
      this.skipSpaces();
      keys.push(this.#key());
      this.skipSpaces();
    } while (this.take("."));
    return keys;
  }

  /** A text, number, boolean or date. */
  scalar(): JsonValue {
    const character = this.#text[this.#at];
    return character === '"' || character === "'" ? this.#string() : this.#bare();
  }

  #key(): string {
    const character = this.#text[this.#at];
    if (character === '"' || character === "'") {
      return this.#string();
    }
    const start = this.#at;
    while (/[A-Za-z0-9_-]/.test(this.#text[this.#at] ?? "")) {
      this.#at += 1;
    }
    if (start === this.#at) {
      throw this.fault("a key is missing");
    }
    return this.#text.slice(start, this.#at);
  }

  #string(): string {
    const quote = this.#text[this.#at] ?? "";
    if (this.take(quote.repeat(3))) {
      // A line break right behind the opening quotes is not part of the text.
      if (!this.take("\r\n")) {
        this.take("\n");
      }
      return this.#until(quote, true);
    }
    this.#at += 1;
    return this.#until(quote, false);
  }

  #until(quote: string, isLong: boolean): string {
    const end = isLong ? quote.repeat(3) : quote;
    const parts: string[] = [];
    let start = this.#at;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || (!isLong && character === "\n")) {
        throw this.fault("a text has no end");
      }
      if (this.#text.startsWith(end, this.#at)) {
        // Up to two quotes may stand before the closing ones.
        while (isLong && this.#text[this.#at + 3] === quote) {
          this.#at += 1;
        }
        parts.push(this.#text.slice(start, this.#at));
        this.#at += end.length;
        return parts.join("");
      }
      if (character === "\\" && quote === '"') {
        parts.push(this.#text.slice(start, this.#at), this.#escape(isLong));
        start = this.#at;
      } else {
        this.#at += 1;
      }
    }
  }

  #escape(isLong: boolean): string {
    const character = this.#text[this.#at + 1] ?? "";
    this.#at += 2;
    const simple = Object.hasOwn(escapes, character) ? escapes[character] : undefined;
    if (simple !== undefined) {
      return simple;
    }
    const length = character === "u" ? 4 : character === "U" ? 8 : 0;
    if (length > 0) {
      const hex = this.#text.slice(this.#at, this.#at + length);
      const code = Number.parseInt(hex, 16);
      if (
        !/^[0-9a-fA-F]+$/.test(hex) ||
        hex.length !== length ||
        code > 0x10ffff ||
        (code >= 0xd800 && code < 0xe000)
      ) {
        throw this.fault("an escape is no character");
      }
      this.#at += length;
      return String.fromCodePoint(code);
    }
    if (isLong && /[ \t\r\n]/.test(character)) {
      while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) {
        this.#at += 1;
      }
      return "";
    }
    throw this.fault("an unknown escape");
  }

  #bare(): JsonValue {
    const start = this.#at;
    while (/[A-Za-z0-9_+.:-]/.test(this.#text[this.#at] ?? "")) {
      this.#at += 1;
    }
    const word = this.#text.slice(start, this.#at);
    if (word === "true" || word === "false") {
      return word === "true";
    }
    if (/^\d{4}-\d{2}-\d{2}/.test(word) || /^\d{2}:\d{2}/.test(word)) {
      return this.#date(word);
    }
    const digits = word.replaceAll("_", "");
    if (/^[+-]?(?:inf|nan)$/.test(word)) {
      return word;
    }
    if (/^(?:0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+|[+-]?\d+)$/.test(digits)) {
      const value = Number(digits);
      return Number.isSafeInteger(value) ? value : digits;
    }
    if (/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(digits)) {
      return Number(digits);
    }
    throw this.fault("a value is missing or of no known kind");
  }

  /** `1979-05-27 07:32:00` has a space between day and time. */
  #date(day: string): string {
    const time = /^ \d{2}:\d{2}[0-9:.Z+-]*/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0] ?? "";
    this.#at += time.length;
    return day + time;
  }

  #skipComment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }
}
