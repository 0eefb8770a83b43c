// SPDX-License-Identifier: Apache-2.0
// The header of an NPY file is a Python literal. This reads the few kinds that NumPy writes (dict, list, tuple, text,
// integer, True, False, None) by a fixed grammar; names and calls are refused, nothing is evaluated.

/** A literal. Tuples and lists are both lists. */
export type NumpyLiteral =
  | string
  | number
  | boolean
  | null
  | readonly NumpyLiteral[]
  | ReadonlyMap<string, NumpyLiteral>;

/** Levels. A structured type of structured types nests below 6. */
const maxDepth = 16;

/** Reads the whole text; undefined if it is anything but one literal. */
export function parseNumpyLiteral(text: string): NumpyLiteral | undefined {
  const parser = new LiteralParser(text);
  const value = parser.value(0);
  return value !== undefined && parser.isAtEnd() ? value : undefined;
}

/**
 * True if something is called outside of the texts of a header: `name(`, `)(`, `](`. Only code has that; readers that
 * evaluate the header would run it.
 */
export function callsSomething(text: string): boolean {
  let quote = "";
  let last = "";
  for (const letter of text) {
    if (quote !== "") {
      quote = letter === quote ? "" : quote;
      last = "";
    } else if (letter === "'" || letter === '"') {
      quote = letter;
    } else if (letter === "(" && /[A-Za-z_)\]]/.test(last)) {
      return true;
    } else if (!" \n\t".includes(letter)) {
      last = letter;
    }
  }
  return false;
}

/** Each method answers undefined where the text is not what it reads. */
class LiteralParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.#text.length;
  }

  value(depth: number): NumpyLiteral | undefined {
    this.#skipBlanks();
    const first = this.#text[this.#at];
    if (depth > maxDepth || first === undefined) {
      return undefined;
    }
    if (first === "'" || first === '"') {
      return this.#string(first);
    }
    if (first === "{") {
      return this.#dict(depth);
    }
    if (first === "(" || first === "[") {
      return this.#list(first === "(" ? ")" : "]", depth);
    }
    return this.#word();
  }

  #skipBlanks(): void {
    while (" \n\t".includes(this.#text[this.#at] ?? "x")) {
      this.#at += 1;
    }
  }

  /** Consumes a character if it is next. */
  #takes(expected: string): boolean {
    this.#skipBlanks();
    const isNext = this.#text[this.#at] === expected;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }

  /** Names of fields have no escapes in files that NumPy writes; such a header is refused. */
  #string(quote: string): string | undefined {
    const end = this.#text.indexOf(quote, this.#at + 1);
    const text = end < 0 ? undefined : this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text?.includes("\\") === true ? undefined : text;
  }

  /** Python 2 wrote long integers with an L. */
  #word(): number | boolean | null | undefined {
    const [word = ""] = /^[A-Za-z0-9_-]{1,32}/.exec(this.#text.slice(this.#at, this.#at + 33)) ?? [];
    this.#at += word.length;
    if (/^-?\d{1,20}L?$/.test(word)) {
      const value = Number.parseInt(word, 10);
      return Number.isSafeInteger(value) ? value : undefined;
    }
    return word === "True" ? true : word === "False" ? false : word === "None" ? null : undefined;
  }

  #list(end: string, depth: number): readonly NumpyLiteral[] | undefined {
    this.#at += 1;
    const items: NumpyLiteral[] = [];
    while (!this.#takes(end)) {
      const item = this.value(depth + 1);
      if (item === undefined) {
        return undefined;
      }
      items.push(item);
      if (!this.#takes(",")) {
        return this.#takes(end) ? items : undefined;
      }
    }
    return items;
  }

  #dict(depth: number): ReadonlyMap<string, NumpyLiteral> | undefined {
    this.#at += 1;
    const entries = new Map<string, NumpyLiteral>();
    while (!this.#takes("}")) {
      const key = this.value(depth + 1);
      const value = this.#takes(":") ? this.value(depth + 1) : undefined;
      if (typeof key !== "string" || value === undefined || entries.has(key)) {
        return undefined;
      }
      entries.set(key, value);
      if (!this.#takes(",")) {
        return this.#takes("}") ? entries : undefined;
      }
    }
    return entries;
  }
}
