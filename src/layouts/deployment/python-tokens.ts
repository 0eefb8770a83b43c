// SPDX-License-Identifier: Apache-2.0
// Words of a Python file, as far as constants and calls need them: names, texts, operators, each with its line. Comments are
// left out, and texts that stand by themselves (docstrings) are marked. A scan from front to back, no parser: what it
// takes wrongly is a text too much or too little, never code that runs.

export interface PythonToken {
  readonly kind: "name" | "text" | "operator" | "newline";
  readonly text: string;
  readonly line: number;
  /** A text that is a statement by itself. */
  readonly isProse?: true;
}

const namePattern = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;
const numberPattern = /[0-9][\w.]*/y;
const textStart = /[rRbBuUfFtT]{0,3}(?:"""|'''|"|')/y;

/** The tokens of a source text of bounded size. Never throws. */
export function pythonTokens(source: string): readonly PythonToken[] {
  return new Scanner(source).tokens();
}

class Scanner {
  readonly #source: string;
  readonly #tokens: PythonToken[] = [];
  #at = 0;
  #line = 1;
  /** Open brackets: inside of them a line's end ends no statement. */
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  tokens(): readonly PythonToken[] {
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at] ?? "";
      if (character === "\n") {
        this.#endLine();
      } else if (character === "#") {
        const end = this.#source.indexOf("\n", this.#at);
        this.#at = end === -1 ? this.#source.length : end;
      } else if (!this.#readText()) {
        this.#readWord(character);
      }
    }
    return this.#tokens;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source)?.[0];
  }

  #endLine(): void {
    if (this.#depth === 0 && this.#tokens.at(-1)?.kind !== "newline") {
      this.#tokens.push({ kind: "newline", text: "", line: this.#line });
    }
    this.#line += 1;
    this.#at += 1;
  }

  #readText(): boolean {
    const start = this.#match(textStart);
    if (start === undefined) {
      return false;
    }
    const { text, end } = readText(this.#source, this.#at, start);
    const isProse = this.#depth === 0 && (this.#tokens.at(-1)?.kind ?? "newline") === "newline";
    this.#tokens.push({ kind: "text", text, line: this.#line, ...(isProse ? { isProse } : {}) });
    this.#line += countLines(this.#source, this.#at, end);
    this.#at = end;
    return true;
  }

  #readWord(character: string): void {
    const name = this.#match(namePattern);
    const word = name ?? this.#match(numberPattern);
    if (name !== undefined) {
      this.#tokens.push({ kind: "name", text: name, line: this.#line });
    } else if (word === undefined && !/\s/.test(character)) {
      this.#depth = Math.max(0, this.#depth + bracketStep(character));
      this.#tokens.push({ kind: "operator", text: character, line: this.#line });
    }
    this.#at += word?.length ?? 1;
  }
}

/** How many brackets more are open behind an operator. */
export function bracketStep(operator: string): number {
  return "([{".includes(operator) ? 1 : ")]}".includes(operator) ? -1 : 0;
}

/** Up to the closing quotes, or the end of the line for a short text that is not closed. */
function readText(
  source: string,
  from: number,
  start: string,
): { readonly text: string; readonly end: number } {
  const quote = start.replace(/^[a-zA-Z]+/, "");
  const isRaw = /r/i.test(start.slice(0, start.length - quote.length));
  const begin = from + start.length;
  let at = begin;
  while (at < source.length && !source.startsWith(quote, at)) {
    if (quote.length === 1 && source[at] === "\n") {
      return { text: source.slice(begin, at), end: at };
    }
    at += source[at] === "\\" && !(isRaw && source[at + 1] === undefined) ? 2 : 1;
  }
  const close = Math.min(at, source.length);
  return { text: source.slice(begin, close), end: Math.min(close + quote.length, source.length) };
}

function countLines(source: string, from: number, end: number): number {
  let count = 0;
  for (let at = source.indexOf("\n", from); at !== -1 && at < end; at = source.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}
