// SPDX-License-Identifier: Apache-2.0
// A BOM as comma-separated values (RFC 4180) for spreadsheets. Text of strangers must not become a formula there: such a cell
// begins with an apostrophe (OWASP, "CSV Injection").

import { escapeText } from "../codes/escape.ts";
import type { BomTable, TableRow } from "../model/conversion.ts";

/** What a table says of a component, by the title of its column. */
export const tableColumns: readonly (readonly [string, (row: TableRow) => string | readonly string[]])[] = [
  ["type", ({ type }) => type],
  ["name", ({ name }) => name],
  ["version", ({ version }) => version],
  ["inside", ({ inside }) => inside],
  ["licenses", ({ licenses }) => licenses],
  ["suppliers", ({ suppliers }) => suppliers],
  ["hashes", ({ hashes }) => hashes],
  ["made from", ({ ancestors }) => ancestors],
  ["datasets", ({ datasets }) => datasets],
  ["depends on", ({ dependsOn }) => dependsOn],
  ["description", ({ description }) => description],
  ["package URL", ({ purl }) => purl],
  ["bom-ref", ({ ref }) => ref],
];

/** What stands between the values of one cell. */
const separator = "; ";

/** The table; the first line has the names of the columns. */
export function renderBomCsv({ rows }: BomTable): string {
  const lines = rows.map((row) =>
    tableColumns.map(([, value]) => {
      const found = value(row);
      return cell(typeof found === "string" ? found : found.join(separator));
    }),
  );
  return [tableColumns.map(([name]) => cell(name)), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

/** Spreadsheets also look behind spaces, and take the wide forms of the signs. */
const formula = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20|%]/;

function cell(text: string): string {
  // In pieces: what is printed at once is cut, and a table must not lose the end of a description.
  const shown = text
    .split(/\r\n|\n/)
    .map((line) => (line.match(/.{1,2000}/gsu) ?? []).map(escapeText).join(""))
    .join("\n");
  const harmless = formula.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
