// SPDX-License-Identifier: Apache-2.0
// Renders a code's message. Arguments may hold text from hostile files, so they are escaped here, once.

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
  return codes[code].message.split(/\{([a-zA-Z]+)\}/).map((piece, index) => {
    if (index % 2 === 0) {
      return { text: piece, isArgument: false };
    }
    return Object.hasOwn(args, piece)
      ? { text: escapeText(String(args[piece])), isArgument: true }
      : { text: `{${piece}}`, isArgument: false };
  });
}

/** The message of `code` with its arguments filled in and made safe to print. */
export function renderMessage(code: Code, args: Readonly<Record<string, unknown>>): string {
  return messageParts(code, args)
    .map(({ text }) => text)
    .join("");
}
