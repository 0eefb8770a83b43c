// SPDX-License-Identifier: Apache-2.0
// Renders a code's message. Arguments may hold text from hostile files, so they are escaped here, once.

import { behindOne, singularVerb } from "./agreement.ts";
import { escapeText } from "./escape.ts";
import { type Code, codes } from "./index.ts";

/** A piece of a message: words of the table, or an argument, which a stranger may have chosen. */
interface MessagePart {
  readonly text: string;
  readonly isArgument: boolean;
}

/** The message of `code` in pieces, its arguments made safe to print; for reports that mark them up. */
export function messageParts(code: Code, args: Readonly<Record<string, unknown>>): readonly MessagePart[] {
  // The capturing group puts every second piece at an odd place: the name of an argument.
  const pieces = codes[code].message.split(/\{([a-zA-Z]+)\}/);
  const words = agreeing(pieces, args);
  return pieces.map((piece, index) => {
    if (index % 2 === 0) {
      return { text: words[index] ?? piece, isArgument: false };
    }
    return Object.hasOwn(args, piece)
      ? { text: escapeText(String(args[piece])), isArgument: true }
      : { text: `{${piece}}`, isArgument: false };
  });
}

/** The pieces with the nouns and verbs behind a count of one in the singular: `1 tensor of x is`. */
function agreeing(pieces: readonly string[], args: Readonly<Record<string, unknown>>): readonly string[] {
  let isVerbDue = false;
  return pieces.map((piece, index) => {
    if (index % 2 === 1) {
      return piece;
    }
    const name = pieces[index - 1];
    const value = name !== undefined && Object.hasOwn(args, name) ? args[name] : undefined;
    const singular = value === 1 || value === 1n || value === "1" ? behindOne(piece) : undefined;
    const words = singular ?? (isVerbDue ? singularVerb(piece) : piece);
    isVerbDue = singular !== undefined && / of $/.test(piece);
    return words;
  });
}

/** The message of `code` with its arguments filled in and made safe to print. */
export function renderMessage(code: Code, args: Readonly<Record<string, unknown>>): string {
  return messageParts(code, args)
    .map(({ text }) => text)
    .join("");
}
