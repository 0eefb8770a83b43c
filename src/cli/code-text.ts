// SPDX-License-Identifier: Apache-2.0
// Texts made from the code table: one code explained, and the list of all.

import { type CodeEntry, codes, isCode } from "../codes/index.ts";
import { nearest } from "../codes/nearest.ts";
import { AibomError } from "../errors.ts";

/** Every code with its entry, in code order. */
export function sortedCodes(): readonly (readonly [code: string, entry: CodeEntry])[] {
  return Object.entries<CodeEntry>(codes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What an exit code means, for texts. */
export const exitMeanings = {
  1: "deny",
  2: "usage",
  3: "undecided",
  4: "fault in aibom",
} as const satisfies Record<CodeEntry["exit"], string>;

/**
 * A code's page. Capitals and hyphens are forgiven.
 * @throws {AibomError} CLI_USAGE (no code was given), CLI_CODE_UNKNOWN
 */
export function renderCode(given: string | undefined): string {
  if (given === undefined) {
    throw AibomError.of("CLI_USAGE", { reason: "a code is missing; `--list` prints all of them" });
  }
  const code = given.trim().toUpperCase().replaceAll("-", "_");
  if (!isCode(code)) {
    const similar = nearest(code, Object.keys(codes));
    throw AibomError.of("CLI_CODE_UNKNOWN", {
      given: similar === undefined ? given : `${given}, the nearest is ${similar}`,
    });
  }
  const entry: CodeEntry = codes[code];
  return [
    code,
    "",
    `  ${entry.message}`,
    "",
    ...wrap(entry.explain, 78).map((line) => `  ${line}`),
    "",
    ...wrap(entry.hint, 72).map((line, index) => `  ${index === 0 ? "hint:" : "     "} ${line}`),
    "",
    `  severity as a finding: ${entry.severity}`,
    `  exit code as an error: ${entry.exit} (${exitMeanings[entry.exit]})`,
    "",
  ].join("\n");
}

/** One line per code. */
export function renderCodeList(): string {
  const entries = sortedCodes();
  const width = Math.max(...entries.map(([code]) => code.length));
  return entries.map(([code, entry]) => `${code.padEnd(width)}  ${entry.message}\n`).join("");
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
