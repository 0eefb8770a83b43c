// SPDX-License-Identifier: Apache-2.0
// What a conversion could not carry over, as text and as JSON (schemas/conversion.schema.json).

import { escapeText } from "../codes/escape.ts";
import type { ConversionNotes, ConversionTarget } from "../model/conversion.ts";
import { counted } from "./counted.ts";

/** The `$id` of schemas/conversion.schema.json. */
const conversionSchemaId = "https://aibom.dev/schemas/conversion/v1";

/** Lines of one kind that are shown; JSON has them all. */
const maxLines = 40;

/** One line for each place, losses first. */
export function conversionLines({ losses, moves, gaps }: ConversionNotes): readonly string[] {
  return [
    ...limited(
      losses,
      ({ pointer, count }) => `  lost   ${escapeText(pointer)} (${counted(count, "value")})`,
    ),
    ...limited(
      moves,
      ({ pointer, to, count }) => `  moved  ${escapeText(pointer)} to ${to} (${counted(count, "value")})`,
    ),
    ...limited(
      gaps,
      ({ profile, missing, count, first }) =>
        `  gap    profile ${profile} wants ${missing}, ${counted(count, "element")} without, first ${escapeText(first)}`,
    ),
  ];
}

function limited<T>(list: readonly T[], lineOf: (each: T) => string): readonly string[] {
  const shown = list.slice(0, maxLines).map(lineOf);
  const left = list.length - shown.length;
  return left === 0 ? shown : [...shown, `  and ${left} more places, all in --losses`];
}

/** `3 values lost in 2 places, …`, or that nothing was. */
export function conversionSummary({ losses, moves, gaps }: ConversionNotes): string {
  const values = losses.reduce((sum, { count }) => sum + count, 0);
  const words = [
    losses.length === 0
      ? "nothing lost"
      : `${counted(values, "value")} lost in ${counted(losses.length, "place")}`,
    ...(moves.length === 0 ? [] : [`${moves.reduce((sum, { count }) => sum + count, 0)} moved`]),
    ...(gaps.length === 0 ? [] : [counted(gaps.length, "gap")]),
  ];
  return words.join(", ");
}

/** The same as JSON. */
export function conversionJson(
  from: string,
  to: ConversionTarget,
  { losses, moves, gaps }: ConversionNotes,
): string {
  const json = {
    $schema: conversionSchemaId,
    from,
    to,
    losses: losses.map(({ pointer, count }) => ({ pointer, count })),
    moves: moves.map(({ pointer, to: place, count }) => ({ pointer, to: place, count })),
    gaps: gaps.map(({ profile, missing, count, first }) => ({ profile, missing, count, first })),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
