// SPDX-License-Identifier: Apache-2.0
// "I could not check", as text for people and as one JSON object for machines.

import { codes } from "../codes/index.ts";
import type { AibomError } from "../errors.ts";
import { formatLocation } from "./finding-text.ts";
import { failureJson } from "./json-shape.ts";
import { defaultWidth, plainStyle, type TextOptions } from "./style.ts";
import { wrap } from "./wrap.ts";

/** The error in up to four lines or paragraphs, each with the prefix `aibom:`: what, where, what to do (`hint`, if more is known than the code says), where to read on. */
export function renderErrorText(
  error: AibomError,
  options: TextOptions & { readonly hint?: string } = {},
): string {
  const { style = plainStyle, width = defaultWidth } = options;
  const place = error.where === undefined ? "" : formatLocation(error.where);
  const paragraphs = [
    { label: "error: ", mark: style.deny, text: `${error.message} [${error.code}]` },
    ...(place === "" ? [] : [{ label: "at ", mark: style.dim, text: place }]),
    { label: "hint: ", mark: style.bold, text: options.hint ?? codes[error.code].hint },
    { label: "", mark: style.dim, text: `run \`aibom explain ${error.code}\`` },
  ];
  const lines = paragraphs.flatMap(({ label, mark, text }) => {
    const start = `aibom: ${label}`;
    const [first = "", ...rest] = wrap(text, width, start, start.length);
    return [`aibom: ${mark(label)}${first.slice(start.length)}`, ...rest];
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** The error as one JSON object, described by schemas/verdict.schema.json. */
export function renderFailureJson(error: AibomError): string {
  return `${JSON.stringify(failureJson(error), null, 2)}\n`;
}
