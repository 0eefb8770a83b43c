// SPDX-License-Identifier: Apache-2.0
// Splits a command line into words as a shell would, and does nothing else that a shell does: no variables, no
// globs, no pipes. What is typed is what is started.

import { AibomError } from "../errors.ts";

/** Blank space, `'…'`, `"…"`, an escaped character, or plain text. */
const token = /(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/suy;

/**
 * The words of a command line. Quotes `'` and `"` group, a backslash outside of `'` takes the next character.
 * @throws {AibomError} SIGNER_COMMAND_INVALID
 */
export function splitWords(line: string): readonly [string, ...string[]] {
  const words: string[] = [];
  let isOpen = false;
  token.lastIndex = 0;
  while (token.lastIndex < line.length) {
    const match = token.exec(line);
    if (match === null) {
      throw AibomError.of("SIGNER_COMMAND_INVALID", {
        reason: "a quote or a backslash at the end is not closed",
      });
    }
    const [, blank, single, double, escaped, plain] = match;
    if (blank !== undefined) {
      isOpen = false;
      continue;
    }
    const text = single ?? double?.replace(/\\(.)/gsu, "$1") ?? escaped ?? plain ?? "";
    words.push(isOpen ? (words.pop() ?? "") + text : text);
    isOpen = true;
  }
  const [program, ...args] = words;
  if (program === undefined || program === "" || line.includes("\0")) {
    throw AibomError.of("SIGNER_COMMAND_INVALID", { reason: "there is no program" });
  }
  return [program, ...args];
}
