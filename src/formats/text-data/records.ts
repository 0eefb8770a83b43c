// SPDX-License-Identifier: Apache-2.0
// Counts the records of delimited text byte by byte, over windows of any size. Empty lines are no records.

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Kinds of bytes; all others are plain, 0. */
const quoteKind = 1;
const separator = 2;
const lineEnd = 3;

/** Bytes of the first record that are kept, for the names of the columns. */
const maxFirstRecordBytes = 1024 * 1024;

/** Where the next byte stands. */
const atFieldStart = 0;
const inField = 1;
const inQuotes = 2;
/** A quote inside quotes: it ends the field, or the next byte is a quote and it stands for one. */
const behindQuote = 3;
/** Nothing of the record was seen yet. */
const atRecordStart = 4;

/** Counts records. */
export class RecordCounter {
  readonly delimiter: number;
  /** Kind of each byte. */
  readonly #kinds = new Uint8Array(256);
  #state: number = atRecordStart;
  #records = 0;
  #first: Uint8Array[] = [];
  #firstBytes = 0;
  #isFirstDone = false;

  constructor(delimiter: number) {
    this.delimiter = delimiter;
    this.#kinds[quote] = quoteKind;
    this.#kinds[delimiter] = separator;
    this.#kinds[lineFeed] = lineEnd;
    this.#kinds[carriageReturn] = lineEnd;
  }

  /** True if the text ended inside quotes. */
  get isUnclosed(): boolean {
    return this.#state === inQuotes;
  }

  /** The first record as text; undefined if it is longer than what is kept. */
  get firstRecord(): string | undefined {
    return this.#isFirstDone && this.#firstBytes <= maxFirstRecordBytes
      ? Buffer.concat(this.#first).toString("utf8")
      : undefined;
  }

  /** Reads on: runs of bytes that mean nothing in loops of their own, which is where the time goes. */
  add(window: Uint8Array): void {
    let at = 0;
    while (at < window.length) {
      if (this.#state === inQuotes) {
        at = this.#quoted(window, at);
      } else if (this.#state === inField) {
        at = this.#unquoted(window, at);
      } else {
        this.#between(window, at);
        at += 1;
      }
    }
    this.#keepFirst(window);
  }

  /** Steps over the rest of a quoted field, with the quote that may end it. */
  #quoted(window: Uint8Array, start: number): number {
    const { length } = window;
    let at = start;
    while (at < length && window[at] !== quote) {
      at += 1;
    }
    if (at === length) {
      return at;
    }
    this.#state = behindQuote;
    return at + 1;
  }

  /** Steps over the rest of a field, with the separator or the line end behind it. */
  #unquoted(window: Uint8Array, start: number): number {
    const { length } = window;
    const kinds = this.#kinds;
    let at = start;
    let kind = 0;
    while (at < length) {
      kind = kinds[window[at] ?? 0] ?? 0;
      if (kind >= separator) {
        break;
      }
      at += 1;
    }
    if (at === length) {
      return at;
    }
    if (kind === lineEnd) {
      this.#endRecord(window, at);
    } else {
      this.#state = atFieldStart;
    }
    return at + 1;
  }

  /** Takes the byte at the start of a record or field, or behind a quote. */
  #between(window: Uint8Array, at: number): void {
    const kind = this.#kinds[window[at] ?? 0] ?? 0;
    if (kind === separator) {
      this.#state = atFieldStart;
    } else if (kind === quoteKind) {
      this.#state = inQuotes;
    } else if (kind !== lineEnd) {
      this.#state = inField;
    } else if (this.#state !== atRecordStart) {
      this.#endRecord(window, at);
    }
  }

  /** How many records there were. */
  finish(): number {
    if (this.#state !== atRecordStart) {
      this.#records += 1;
      this.#isFirstDone = true;
    }
    return this.#records;
  }

  #endRecord(window: Uint8Array, at: number): void {
    this.#records += 1;
    this.#state = atRecordStart;
    if (!this.#isFirstDone) {
      this.#keepFirst(window.subarray(0, at));
      this.#isFirstDone = true;
    }
  }

  #keepFirst(part: Uint8Array): void {
    if (this.#isFirstDone || this.#firstBytes > maxFirstRecordBytes) {
      return;
    }
    this.#firstBytes += part.length;
    if (this.#firstBytes <= maxFirstRecordBytes) {
      this.#first.push(part);
    } else {
      this.#first = [];
    }
  }
}

/** The fields of one record, without their quotes. */
export function splitRecord(record: string, delimiter: number): string[] {
  const between = String.fromCharCode(delimiter);
  const fields: string[] = [];
  let field = "";
  let state = atFieldStart;
  for (const character of record.replace(/^[\r\n]+/, "")) {
    if (state === inQuotes) {
      if (character === '"') {
        state = behindQuote;
      } else {
        field += character;
      }
    } else if (character === between) {
      fields.push(field);
      field = "";
      state = atFieldStart;
    } else if (character === '"' && state === atFieldStart) {
      state = inQuotes;
    } else if (character === '"' && state === behindQuote) {
      field += '"';
      state = inQuotes;
    } else {
      field += character;
      state = inField;
    }
  }
  return [...fields, field];
}
