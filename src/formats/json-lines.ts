// SPDX-License-Identifier: Apache-2.0
// JSON Lines (jsonlines.org) and NDJSON: encoding, rows, and the keys of the first rows with their types. Rows are
// counted by their line ends; the first ones are read as strict JSON. Values never leave the file.

import type { ByteSource } from "../bytes/byte-source.ts";
import { ClaimList } from "./claim-list.ts";
import { stateRows } from "./counted-rows.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { KeyTypes } from "./text-data/key-types.ts";
import { LineCounter } from "./text-data/lines.ts";
import { looksLikeText, TextWindows } from "./text-data/text-windows.ts";

const extensions = [".jsonl", ".ndjson"];

/** The JSON Lines reader. */
export const jsonLines: Format = {
  id: "jsonl",
  holdsWeights: false,
  extensions,
  match: (head: Head): Match =>
    extensions.some((each) => head.path.toLowerCase().endsWith(each)) && looksLikeText(head.bytes)
      ? "possible"
      : "no",
  describe,
};

function describe(file: ByteSource): Description {
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const text = new TextWindows(file);
  const keys = new KeyTypes(file.path, findings);
  const lines = new LineCounter((line, number, offset) => keys.add(line, number, offset));
  for (const window of text.windows()) {
    lines.add(window);
  }
  stateRows(file, text, lines.finish(), claims, findings);
  keys.state(claims);
  return {
    facts: claims.facts,
    findings: findings.all(),
    references: [],
    ...(keys.invalidRows.has(1) && { incomplete: true as const }),
  };
}
