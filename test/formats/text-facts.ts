// SPDX-License-Identifier: Apache-2.0
// What tests of text data ask of a file in memory.

import type { JsonValue } from "../../src/model/fact.ts";
import { readNamed } from "./hostile.ts";

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Facts by name, of a text in a file of this name. */
export function factsIn(path: string, content: string | Uint8Array): Record<string, JsonValue> {
  const read = readNamed(path, typeof content === "string" ? encode(content) : content);
  return Object.fromEntries((read.description?.facts ?? []).map(({ name, value }) => [name, value]));
}

/** Codes of the findings about such a file. */
export function codesIn(path: string, content: string | Uint8Array): readonly string[] {
  const { findings } = readNamed(path, typeof content === "string" ? encode(content) : content);
  return findings.map(({ code }) => code);
}
