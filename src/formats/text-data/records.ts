// SPDX-License-Identifier: Apache-2.0
// Counts the records of delimited text byte by byte, over windows of any size. Empty lines are no records.

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Bytes of the first record that are kept, for the names of the columns. */
const maxFirstRecordBytes = 1024 * 1024;

/** Where the next byte stands. */
const atFieldStart = 0;
const inField = 1;
const inQuotes = 2;
/** A quote inside quotes: it ends the field, or the next byte is a quote and it stands for one. */
const behindQuote = 3;

/** Counts records. */
export class RecordCounter {
  readonly delimiter: number;
  #state = atFieldStart;
  #records = 0;
  #hasContent = false;
  #first: Uint8Array[] = [];
  #firstBytes = 0;
  #isFirstDone = false;

  constructor(delimiter: number) {
    this.delimiter = delimiter;
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

  /** Reads on. */
  add(window: Uint8Array): void {
    const { delimiter } = this;
    let state = this.#state;
    let hasContent = this.#hasContent;
    for (let at = 0; at < window.length; at += 1) {
      const byte = window[at];
      if (state === inQuotes) {
        if (byte === quote) {
          state = behindQuote;
        }
      } else if (byte === delimiter) {
        state = atFieldStart;
        hasContent = true;
      } else if (byte === lineFeed || byte === carriageReturn) {
        if (hasContent) {
          this.#endRecord(window, at);
        }
        state = atFieldStart;
        hasContent = false;
      } else if (byte === quote && state !== inField) {
        state = inQuotes;
        hasContent = true;
      } else {
        state = inField;
        hasContent = true;
      }
    }
    this.#state = state;
    this.#hasContent = hasContent;
    this.#keepFirst(window);
  }

  /** How many records there were. */
  finish(): number {
    if (this.#hasContent) {
      this.#records += 1;
      this.#isFirstDone = true;
    }
    return this.#records;
  }

  #endRecord(window: Uint8Array, at: number): void {
    this.#records += 1;
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
  const separator = String.fromCharCode(delimiter);
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
    } else if (character === separator) {
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
