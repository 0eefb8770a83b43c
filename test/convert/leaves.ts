// SPDX-License-Identifier: Apache-2.0
// Whether everything that a document says is in what it was converted to, or named as lost.

import assert from "node:assert/strict";
import type { JsonValue } from "../../src/bytes/json.ts";
import type { ConversionNotes } from "../../src/model/conversion.ts";

/** Members that name the format, and what the format's own words say otherwise. */
const formatMembers = /^\/(?:\$schema|bomFormat|specVersion)$/;

/** Texts of the output, unescaped, as one. */
export function outputText(text: string, isJson: boolean): string {
  if (!isJson) {
    return text;
  }
  const found: string[] = [];
  const collect = (value: JsonValue): void => {
    if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        found.push(key);
        collect(each);
      }
    } else {
      found.push(String(value));
    }
  };
  collect(JSON.parse(text));
  return found.join("\n");
}

/**
 * Asserts that each leaf of `document` is in `output`, by its text, or at or below a place of the losses.
 * @param reworded true for leaves that the other format says in words of its own
 */
export function assertNothingForgotten(
  document: JsonValue,
  output: string,
  { losses }: ConversionNotes,
  reworded: (pointer: string, value: JsonValue) => boolean,
): void {
  const lost = new Set(losses.map(({ pointer }) => pointer));
  // Hash values are written in small letters, and licenses as the list of SPDX spells them.
  const all = output.toLowerCase();
  const forgotten: string[] = [];
  const visit = (value: JsonValue, pointer: string): void => {
    if (lost.has(pointer) || formatMembers.test(pointer)) {
      return;
    }
    if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        const step = Array.isArray(value) ? "*" : key.replaceAll("~", "~0").replaceAll("/", "~1");
        visit(each, `${pointer}/${step}`);
      }
    } else if (!reworded(pointer, value)) {
      if (!all.includes(String(value).toLowerCase())) {
        forgotten.push(`${pointer}: ${String(value).slice(0, 200)}`);
      }
    }
  };
  visit(document, "");
  assert.deepEqual(forgotten, []);
}
