// SPDX-License-Identifier: Apache-2.0
// Renders a code's message. Arguments may hold text from hostile files, so they are escaped here, once.

import { escapeText } from "./escape.ts";
import { type Code, codes } from "./index.ts";

/** The message of `code` with its arguments filled in and made safe to print. */
export function renderMessage(code: Code, args: Readonly<Record<string, unknown>>): string {
  return codes[code].message.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) =>
    Object.hasOwn(args, name) ? escapeText(String(args[name])) : `{${name}}`,
  );
}
