// SPDX-License-Identifier: Apache-2.0
// A table as CSV (RFC 4180). Cells that a spreadsheet would run as a formula get an apostrophe: texts may be strangers'.

import { type FolderFile, textFile } from "./folder-file.ts";

export function csvFile(
  path: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): FolderFile {
  return textFile(path, [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join(""));
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
