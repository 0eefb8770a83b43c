// SPDX-License-Identifier: Apache-2.0
// CSV and TSV (RFC 4180, with the delimiters that are in use): encoding, columns, rows. Quoted fields may hold line
// ends; a quote inside an unquoted field is a character. The first record gives the names of the columns if
// it reads like names; else it is data, and data never leaves the file.

import type { ByteSource } from "../bytes/byte-source.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { stateRows } from "./counted-rows.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { RecordCounter, splitRecord } from "./text-data/records.ts";
import { looksLikeText, TextWindows } from "./text-data/text-windows.ts";

/** The CSV reader. */
export const csv: Format = delimited("csv", ".csv", undefined);

/** The reader of tab-separated values. */
export const tsv: Format = delimited("tsv", ".tsv", 0x09);

/** Text has no magic: the name says that it is a table, the first bytes that it can be text. */
function delimited(id: string, extension: string, delimiter: number | undefined): Format {
  return {
    id,
    holdsWeights: false,
    extensions: [extension],
    match: (head: Head): Match =>
      head.path.toLowerCase().endsWith(extension) && looksLikeText(head.bytes) ? "possible" : "no",
    describe: (file) => describe(file, delimiter),
  };
}

function describe(file: ByteSource, fixedDelimiter: number | undefined): Description {
  const source = { path: file.path };
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const text = new TextWindows(file);
  let counter: RecordCounter | undefined;
  for (const window of text.windows()) {
    counter ??= new RecordCounter(fixedDelimiter ?? guessDelimiter(window));
    counter.add(window);
  }
  const records = counter?.finish() ?? 0;
  if (counter?.isUnclosed === true && !text.isCut) {
    findings.add(finding("CSV_QUOTE_UNCLOSED", source, {}));
  }
  const first = counter?.firstRecord;
  const fields = first === undefined ? undefined : splitRecord(first, counter?.delimiter ?? 0x2c);
  const hasHeader = fields !== undefined && readsLikeNames(fields);
  stateRows(file, text, records - (hasHeader ? 1 : 0), claims, findings);
  if (fields !== undefined) {
    claims.computed("columns.count", fields.length, source);
  }
  if (hasHeader) {
    claims.computed("schema", Object.fromEntries(fields.map((name) => [name, "text"])), source);
  }
  return { facts: claims.facts, findings: findings.all(), references: [] };
}

const candidates = [",", "\t", ";", "|"];

/** The delimiter that the first line has most of; a comma if it has none. */
function guessDelimiter(window: Uint8Array): number {
  const text = Buffer.from(window.subarray(0, 64 * 1024)).toString("latin1");
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  const counts = candidates.map((each) => line.split(each).length);
  return candidates[counts.indexOf(Math.max(...counts))]?.charCodeAt(0) ?? 0x2c;
}

const maxNameCharacters = 128;

/** True if a record can be a header: names that are there, differ, and are no numbers, dates, addresses or sentences. */
function readsLikeNames(fields: readonly string[]): boolean {
  const isName = (field: string): boolean =>
    field.length > 0 &&
    field.length <= maxNameCharacters &&
    /\p{L}/u.test(field) &&
    !/[@\n\r\0]|:\/\/|^\s*[\d+-]|[.!?]\s/u.test(field) &&
    field.split(" ").length <= 8;
  // The index column that pandas writes has an empty name.
  const [first = "", ...rest] = fields;
  const named = first === "" && rest.length > 0 ? rest : fields;
  return (
    fields.length <= limits.maxClaimsPerName && new Set(named).size === named.length && named.every(isName)
  );
}
